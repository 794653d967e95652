/* The arithmetic of a training in the page, for WebAssembly with SIMD; plain_kernel.mjs is its twin.

   All arrays are float32, row by row, at addresses that the caller chooses; training_step.mjs
   is the caller. `make kernel` builds kernel.wasm, which lies beside this file. */

#include <wasm_simd128.h>

typedef v128_t four; /* numbers, side by side */

#define LOG_VAR_LIMIT 30.0f /* as models.VAE holds it */

static four splat(float x) { return wasm_f32x4_splat(x); }
static four load(const float *from) { return wasm_v128_load(from); }
static four add(four a, four b) { return wasm_f32x4_add(a, b); }
static four sub(four a, four b) { return wasm_f32x4_sub(a, b); }
static four mul(four a, four b) { return wasm_f32x4_mul(a, b); }
static four div(four a, four b) { return wasm_f32x4_div(a, b); }

static float sum(four x) {
  return (wasm_f32x4_extract_lane(x, 0) + wasm_f32x4_extract_lane(x, 1)) +
         (wasm_f32x4_extract_lane(x, 2) + wasm_f32x4_extract_lane(x, 3));
}

/* exp(x) = 2^n exp(r) with |r| <= log(2) / 2, where a polynomial is as exact as float32. */
static four exp4(four x) {
  x = wasm_f32x4_pmin(splat(88.0f), wasm_f32x4_pmax(splat(-87.0f), x));
  four n = wasm_f32x4_nearest(mul(x, splat(1.44269504f)));
  four r = sub(sub(x, mul(n, splat(0.693359375f))), mul(n, splat(-2.12194440e-4f)));
  four p = splat(1.0f / 720);
  p = add(mul(p, r), splat(1.0f / 120));
  p = add(mul(p, r), splat(1.0f / 24));
  p = add(mul(p, r), splat(1.0f / 6));
  p = add(mul(p, r), splat(0.5f));
  p = add(mul(p, r), splat(1.0f));
  p = add(mul(p, r), splat(1.0f));
  four bits = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return mul(p, bits);
}

static float exp1(float x) { return wasm_f32x4_extract_lane(exp4(splat(x)), 0); }

/* log(1 + e) for e in [0, 1], as 2 artanh(e / (2 + e)). */
static four log1p4(four e) {
  four s = div(e, add(splat(2.0f), e));
  four q = mul(s, s);
  four p = splat(2.0f / 13);
  p = add(mul(p, q), splat(2.0f / 11));
  p = add(mul(p, q), splat(2.0f / 9));
  p = add(mul(p, q), splat(2.0f / 7));
  p = add(mul(p, q), splat(2.0f / 5));
  p = add(mul(p, q), splat(2.0f / 3));
  p = add(mul(p, q), splat(2.0f));
  return mul(p, s);
}

/* Fill `width` fours of one row of c; the width is known when this is compiled. */
__attribute__((always_inline)) static inline void block(
    const float *row, const int *at, int count, const float *b, const float *bias, float *c,
    int columns, int width) {
  four sums[8];
  for (int i = 0; i < width; i++) sums[i] = bias ? load(bias + 4 * i) : splat(0);
  for (int t = 0; t < count; t++) {
    four value = splat(row[at[t]]);
    const float *from = b + at[t] * columns;
    for (int i = 0; i < width; i++) sums[i] = add(sums[i], mul(value, load(from + 4 * i)));
  }
  for (int i = 0; i < width; i++) wasm_v128_store(c + 4 * i, sums[i]);
}

/* c = a b + bias, of (rows, inner) and (inner, columns); bias 0 for none. Zeros of a cost nothing:
   most of a picture is paper, and half of what follows a relu is 0. `list` has room for
   rows * (inner + 1) whole numbers. */
void matmul(const float *a, const float *b, const float *bias, float *c, int rows, int inner,
            int columns, int *list) {
  for (int i = 0; i < rows; i++) {
    int *mine = list + i * (inner + 1), count = 0;
    for (int k = 0; k < inner; k++)
      if (a[i * inner + k] != 0) mine[++count] = k; /* NaN is not 0, and goes on */
    *mine = count;
  }
  for (int j = 0; j < columns;) {
    int width = columns - j >= 32 ? 32 : columns - j >= 4 ? 4 : 1;
    for (int i = 0; i < rows; i++) {
      const float *row = a + i * inner, *from = bias ? bias + j : 0;
      const int *at = list + i * (inner + 1) + 1, count = at[-1];
      float *to = c + i * columns + j;
      if (width == 32) block(row, at, count, b + j, from, to, columns, 8);
      else if (width == 4) block(row, at, count, b + j, from, to, columns, 1);
      else {
        float one = from ? *from : 0;
        for (int t = 0; t < count; t++) one += row[at[t]] * b[at[t] * columns + j];
        *to = one;
      }
    }
    j += width;
  }
}

void transpose(const float *a, float *to, int rows, int columns) {
  for (int j0 = 0; j0 < columns; j0 += 8) /* in strips, which the cache holds */
    for (int i = 0; i < rows; i++)
      for (int j = j0; j < j0 + 8 && j < columns; j++) to[j * rows + i] = a[i * columns + j];
}

void relu(float *x, int n) {
  for (int i = 0; i < n; i++) x[i] = x[i] < 0 ? 0 : x[i];
}

/* Stop the gradient where the relu gave 0. */
void relu_back(const float *y, float *gradient, int n) {
  for (int i = 0; i < n; i++) if (y[i] == 0) gradient[i] = 0;
}

/* Give the sum of softplus(l) - x l over n pixels, a multiple of 4; write its gradient times scale. */
float bernoulli(const float *x, const float *logits, float *gradient, int n, float scale) {
  double total = 0;
  for (int i = 0; i < n; i += 4) {
    four l = load(logits + i), pixel = load(x + i), e = exp4(wasm_f32x4_neg(wasm_f32x4_abs(l)));
    four positive = wasm_f32x4_ge(l, splat(0));
    four share = div(wasm_v128_bitselect(splat(1), e, positive), add(splat(1), e));
    total += sum(sub(add(wasm_f32x4_max(l, splat(0)), log1p4(e)), mul(pixel, l)));
    wasm_v128_store(gradient + i, mul(sub(share, pixel), splat(scale)));
  }
  return total;
}

/* Give the sum of (x - mean)^2 / 2 sigma^2 over n pixels, a multiple of 4; its gradient as above. */
float gaussian(const float *x, const float *mean, float *gradient, int n, float scale, float sigma) {
  double total = 0;
  for (int i = 0; i < n; i += 4) {
    four difference = sub(load(mean + i), load(x + i));
    total += sum(mul(difference, difference));
    wasm_v128_store(gradient + i, mul(difference, splat(scale / (sigma * sigma))));
  }
  return total / (2 * sigma * sigma);
}

static float bounded(float log_var) {
  return log_var > LOG_VAR_LIMIT ? LOG_VAR_LIMIT : log_var < -LOG_VAR_LIMIT ? -LOG_VAR_LIMIT : log_var;
}

/* z = mean + exp(log_var / 2) noise; a row of `heads` is the mean and the log-variance, side by side. */
void draw(const float *heads, const float *noise, float *z, int rows, int d) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < d; j++) {
      const float *head = heads + 2 * i * d + j;
      z[i * d + j] = head[0] + exp1(bounded(head[d]) / 2) * noise[i * d + j];
    }
}

/* Give the sum of KL(q || N(0, I)); write the gradient of scale (loss + beta KL) of the heads, to
   which the gradient of z has come with scale in it. The bound on log_var lets gradients pass. */
float draw_back(const float *heads, const float *noise, const float *of_z, float *gradient, int rows,
                int d, float beta, float scale) {
  double total = 0;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < d; j++) {
      const float *head = heads + 2 * i * d + j;
      float mean = head[0], log_var = bounded(head[d]), sigma = exp1(log_var / 2);
      float *to = gradient + 2 * i * d + j, back = of_z[i * d + j];
      total += (mean * mean + sigma * sigma - 1 - log_var) / 2;
      to[0] = back + scale * beta * mean;
      to[d] = back * noise[i * d + j] * sigma / 2 + scale * beta * (sigma * sigma - 1) / 2;
    }
  return total;
}

/* A step of Adam (Kingma and Ba 2015) on n weights, a multiple of 4, as Keras takes it: `rate` is
   the learning rate with the corrections of both biases in it. */
void adam(float *w, const float *gradient, float *mean, float *square, int n, float rate,
          float keep_mean, float keep_square, float epsilon) {
  four rest_mean = splat(1 - keep_mean), rest_square = splat(1 - keep_square);
  for (int i = 0; i < n; i += 4) {
    four g = load(gradient + i), m = load(mean + i), v = load(square + i);
    m = add(m, mul(sub(g, m), rest_mean));
    v = add(v, mul(sub(mul(g, g), v), rest_square));
    wasm_v128_store(mean + i, m);
    wasm_v128_store(square + i, v);
    four change = div(mul(splat(rate), m), add(wasm_f32x4_sqrt(v), splat(epsilon)));
    wasm_v128_store(w + i, sub(load(w + i), change));
  }
}
