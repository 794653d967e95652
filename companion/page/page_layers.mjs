// Layers of a network, as page_layers.py has them: arithmetic only, no page.

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** Read base64 into a Uint8Array. */
export function unpackBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** Read little-endian numbers, "float16" or "float32", from a Uint8Array. */
export function unpackNumbers(bytes, dtype) {
  const size = { float16: 2, float32: 4 }[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(Math.floor(bytes.byteLength / size));
  for (let i = 0; i < values.length; i++) {
    values[i] = size === 2 ? float16(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
  }
  return values;
}

/** Turn 16 bits (1 sign, 5 exponent, 10 fraction) into the number they stand for. */
function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * Give each layer its kernel and bias from all the weights: {inputs, units, activation}, and if
 * it is a transposed convolution, {shape: [h, w, channels], patch: [h, w], filters, stride} too.
 */
export function unpackLayers(layers, values) {
  const counts = layers.map(({ inputs, units, patch, shape, filters }) =>
    (patch ? [patch[0] * patch[1] * shape[2] * filters, filters] : [inputs * units, units]));
  const expected = counts.flat().reduce((a, b) => a + b, 0);
  if (values.length !== expected) {
    throw new Error(`its weights hold ${values.length} numbers where ${expected} are needed`);
  }
  let at = 0;
  const take = (n) => values.subarray(at, (at += n));
  return layers.map((layer, i) => ({
    ...layer,
    kernel: take(counts[i][0]),
    bias: take(counts[i][1]),
  }));
}

/** Send numbers through layers, one after the other. */
export function forward(layers, x) {
  return layers.reduce((h, layer) => (layer.patch ? convTranspose : dense)(layer, h), x);
}

/** h = activation(x @ kernel + bias). */
function dense({ inputs, units, kernel, bias, activation }, x) {
  const sums = Float32Array.from(bias);
  for (let i = 0; i < inputs; i++) {
    const value = x[i];
    if (value === 0) continue; // after a relu, and on paper, this spares half of the work or more
    for (let j = 0, k = i * units; j < units; j++, k++) sums[j] += value * kernel[k];
  }
  return sums.map(ACTIVATIONS[activation]);
}

/** Paint a patch for each pixel, its channels times the kernel, into a picture `stride` times as large. */
function convTranspose({ shape, patch, filters, stride, kernel, bias, activation }, x) {
  const [height, width, channels] = shape;
  const [high, wide] = [height * stride, width * stride];
  const [above, left] = patch.map((side) => Math.floor(Math.max(side - stride, 0) / 2));
  const sums = new Float32Array(high * wide * filters);
  for (let i = 0; i < sums.length; i++) sums[i] = bias[i % filters];
  for (let p = 0; p < x.length; p++) {
    const value = x[p];
    if (value === 0) continue;
    const channel = p % channels;
    const pixel = (p - channel) / channels;
    const top = Math.floor(pixel / width) * stride - above;
    const start = (pixel % width) * stride - left;
    for (let i = Math.max(0, -top); i < patch[0] && top + i < high; i++) {
      for (let j = Math.max(0, -start); j < patch[1] && start + j < wide; j++) {
        const to = ((top + i) * wide + start + j) * filters;
        const from = ((i * patch[1] + j) * channels + channel) * filters;
        for (let k = 0; k < filters; k++) sums[to + k] += value * kernel[from + k];
      }
    }
  }
  return sums.map(ACTIVATIONS[activation]);
}
