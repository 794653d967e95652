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

/** Give each layer, {inputs, units, activation}, its kernel and bias from all the weights. */
export function unpackLayers(layers, values) {
  const expected = layers.reduce((n, { inputs, units }) => n + (inputs + 1) * units, 0);
  if (values.length !== expected) {
    throw new Error(`its weights hold ${values.length} numbers where ${expected} are needed`);
  }
  let at = 0;
  const take = (n) => values.subarray(at, (at += n));
  return layers.map((layer) => ({
    ...layer,
    kernel: take(layer.inputs * layer.units),
    bias: take(layer.units),
  }));
}

/** Send numbers through layers, one after the other. */
export function forward(layers, x) {
  return layers.reduce((h, layer) => dense(layer, h), x);
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
