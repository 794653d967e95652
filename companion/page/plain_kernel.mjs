// The functions of kernel/kernel.c in plain JavaScript, for pages where WebAssembly is refused.

const BOUND = 30; // of a log-variance, as models.VAE holds it

/** Give the functions, on arrays at addresses (in bytes) in a buffer, as kernel.wasm has them. */
export function plainKernel(buffer) {
  const at = (address, length) => new Float32Array(buffer, address, length);
  const bounded = (x) => Math.min(BOUND, Math.max(-BOUND, x));
  return {
    matmul(a, b, bias, c, rows, inner, columns) {
      const [from, by, to] = [at(a, rows * inner), at(b, inner * columns), at(c, rows * columns)];
      const offset = bias ? at(bias, columns) : new Float32Array(columns);
      const list = new Int32Array(inner); // where a row of a is not 0
      for (let i = 0; i < rows; i++) {
        const row = to.subarray(i * columns, (i + 1) * columns);
        row.set(offset);
        let count = 0;
        for (let k = 0; k < inner; k++) if (from[i * inner + k] !== 0) list[count++] = k;
        const x = (t) => from[i * inner + list[t]];
        let t = 0;
        for (; t + 4 <= count; t += 4) { // four at a time: the row is read and written less often
          const [x1, x2, x3, x4] = [x(t), x(t + 1), x(t + 2), x(t + 3)];
          const [l1, l2, l3, l4] = [0, 1, 2, 3].map((i) => list[t + i] * columns);
          for (let j = 0; j < columns; j++) {
            row[j] += x1 * by[l1 + j] + x2 * by[l2 + j] + x3 * by[l3 + j] + x4 * by[l4 + j];
          }
        }
        for (; t < count; t++) {
          const [x1, l1] = [x(t), list[t] * columns];
          for (let j = 0; j < columns; j++) row[j] += x1 * by[l1 + j];
        }
      }
    },
    transpose(a, to, rows, columns) {
      const [from, into] = [at(a, rows * columns), at(to, rows * columns)];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) into[j * rows + i] = from[i * columns + j];
      }
    },
    relu(x, n) {
      const values = at(x, n);
      for (let i = 0; i < n; i++) if (values[i] < 0) values[i] = 0;
    },
    relu_back(y, gradient, n) {
      const [values, back] = [at(y, n), at(gradient, n)];
      for (let i = 0; i < n; i++) if (values[i] === 0) back[i] = 0;
    },
    bernoulli(x, logits, gradient, n, scale) {
      const [pixels, values, back] = [at(x, n), at(logits, n), at(gradient, n)];
      let total = 0;
      for (let i = 0; i < n; i++) {
        const [l, e] = [values[i], Math.exp(-Math.abs(values[i]))];
        total += Math.max(l, 0) + Math.log1p(e) - pixels[i] * l;
        back[i] = scale * ((l >= 0 ? 1 : e) / (1 + e) - pixels[i]);
      }
      return total;
    },
    gaussian(x, mean, gradient, n, scale, sigma) {
      const [pixels, values, back] = [at(x, n), at(mean, n), at(gradient, n)];
      let total = 0;
      for (let i = 0; i < n; i++) {
        const difference = values[i] - pixels[i];
        total += difference ** 2;
        back[i] = (scale * difference) / sigma ** 2;
      }
      return total / (2 * sigma ** 2);
    },
    draw(heads, noise, z, rows, d) {
      const [head, by, to] = [at(heads, 2 * rows * d), at(noise, rows * d), at(z, rows * d)];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < d; j++) {
          const [k, l] = [i * d + j, 2 * i * d + j];
          to[k] = head[l] + Math.exp(bounded(head[l + d]) / 2) * by[k];
        }
      }
    },
    draw_back(heads, noise, ofZ, gradient, rows, d, beta, scale) {
      const [head, by] = [at(heads, 2 * rows * d), at(noise, rows * d)];
      const [back, to] = [at(ofZ, rows * d), at(gradient, 2 * rows * d)];
      let total = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < d; j++) {
          const [k, l] = [i * d + j, 2 * i * d + j];
          const [mean, logVar] = [head[l], bounded(head[l + d])];
          const variance = Math.exp(logVar);
          total += (mean ** 2 + variance - 1 - logVar) / 2;
          to[l] = back[k] + scale * beta * mean;
          to[l + d] = (back[k] * by[k] * Math.sqrt(variance)) / 2 + (scale * beta * (variance - 1)) / 2;
        }
      }
      return total;
    },
    adam(w, gradient, mean, square, n, rate, keepMean, keepSquare, epsilon) {
      const [values, back, m, v] = [w, gradient, mean, square].map((each) => at(each, n));
      for (let i = 0; i < n; i++) {
        m[i] += (back[i] - m[i]) * (1 - keepMean);
        v[i] += (back[i] ** 2 - v[i]) * (1 - keepSquare);
        values[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
      }
    },
  };
}
