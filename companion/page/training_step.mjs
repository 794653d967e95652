// An autoencoder or a VAE of dense layers in memory, and one step of its training:
// forwards, the loss, backwards, Adam. The arithmetic is that of kernel/kernel.c.

import { plainKernel } from "./plain_kernel.mjs";

const START = 131072; // bytes that are left to the compiled kernel for its stack
const PAGE = 65536; // bytes of a page of WebAssembly's memory
const ADAM = { keepMean: 0.9, keepSquare: 0.999, epsilon: 1e-7 }; // Keras' own

/** Count the weights, and say where each layer has its own: encoder first, kernel before bias. */
export function layout({ pixels, hidden, latentDim, vae }) {
  const heads = (vae ? 2 : 1) * latentDim; // mean and log-variance, side by side
  const sizes = [pixels, ...hidden, heads, latentDim, ...[...hidden].reverse(), pixels];
  const layers = [];
  let count = 0;
  for (let i = 0; i + 1 < sizes.length; i++) {
    if (i === hidden.length + 1) continue; // from heads to code is the draw, no layer
    const [inputs, units] = [sizes[i], sizes[i + 1]];
    const last = i === hidden.length || i + 2 === sizes.length;
    layers.push({ inputs, units, activation: last ? "linear" : "relu", kernel: count,
      bias: count + inputs * units });
    count += (inputs + 1) * units;
  }
  return { layers, count, heads };
}

/**
 * Make a network of first weights 0, with room for `rows` pictures at a time.
 *
 * @param shape {pixels, hidden, latentDim, vae, likelihood: "bernoulli" or "gaussian", sigma}
 * @param binary kernel.wasm as bytes, or null for plain JavaScript
 * @returns a promise of {weights, gradients, put(pictures, i), noise, losses(rows, beta, backwards, fault),
 *     adam(rate), encode(rows), decode(rows), heads, codes, logits, plain}: arrays in memory, and
 *     functions on them. `losses` gives sums over pictures: {reconstruction, kl}.
 */
export async function makeNetwork(shape, rows, binary) {
  const { pixels, hidden, latentDim, vae, likelihood = "bernoulli", sigma = 1 } = shape;
  const { layers, count, heads } = layout(shape);
  const padded = 4 * Math.ceil(count / 4);
  const widest = Math.max(pixels, heads, ...hidden);
  let end = START;
  /** Take memory for n numbers, and give its address. */
  const take = (n) => (end += 16 * Math.ceil(n / 4)) - 16 * Math.ceil(n / 4);
  const [w, g, m, v] = [take(padded), take(padded), take(padded), take(padded)];
  // What goes into each layer, and the gradient of it; the last is what comes out.
  const inputs = layers.map((layer) => take(rows * layer.inputs));
  const outputs = layers.map((layer, i) =>
    (i + 1 < layers.length && i !== hidden.length ? inputs[i + 1] : take(rows * layer.units)));
  const back = layers.map((layer) => take(rows * layer.units));
  const [noise, ofZ, ones] = [take(rows * latentDim), take(rows * latentDim), take(rows)];
  const turned = take(Math.max(...layers.map((layer) => layer.inputs * layer.units), rows * widest));
  const list = take(Math.max(rows * (widest + 1), widest * (rows + 1)));

  const [kernel, buffer] = await makeKernel(binary, end);
  const array = (address, n) => new Float32Array(buffer, address, n);
  array(ones, rows).fill(1);
  const middle = hidden.length; // the layer that writes the heads
  const [code, result] = [inputs[middle + 1], outputs[layers.length - 1]];

  function forward(first, last, n) {
    for (let i = first; i <= last; i++) {
      const { inputs: inner, units, activation, kernel: at, bias } = layers[i];
      kernel.matmul(inputs[i], w + 4 * at, w + 4 * bias, outputs[i], n, inner, units, list);
      if (activation === "relu") kernel.relu(outputs[i], n * units);
    }
  }
  function backward(last, first, n) {
    for (let i = last; i >= first; i--) {
      const { inputs: inner, units, kernel: at, bias } = layers[i];
      kernel.transpose(inputs[i], turned, n, inner);
      kernel.matmul(turned, back[i], 0, g + 4 * at, inner, n, units, list);
      kernel.matmul(ones, back[i], 0, g + 4 * bias, 1, n, units, list);
      if (i === 0) return; // nobody asks for the gradient of a picture
      const to = i === middle + 1 ? ofZ : back[i - 1];
      kernel.transpose(w + 4 * at, turned, inner, units);
      kernel.matmul(back[i], turned, 0, to, n, units, inner, list);
      if (i > first) kernel.relu_back(inputs[i], to, n * inner);
    }
  }
  function encode(n) {
    forward(0, middle, n);
  }
  function decode(n) {
    forward(middle + 1, layers.length - 1, n);
  }
  let steps = 0;
  return {
    layers,
    plain: binary === null || kernel.plain === true,
    weights: array(w, count),
    gradients: array(g, count),
    noise: array(noise, rows * latentDim),
    heads: array(outputs[middle], rows * heads),
    codes: array(code, rows * latentDim),
    logits: array(result, rows * pixels),
    encode,
    decode,
    put(picture, i) {
      array(inputs[0], rows * pixels).set(picture, i * pixels);
    },
    /**
     * Give the losses of n pictures, summed; write the gradients of their mean if `backwards`. For
     * the doctor's patients, the reconstruction has a `weight` in these gradients, and `twice` takes
     * the decoded chances for logits.
     */
    losses(n, beta, backwards, { weight = 1, twice = false } = {}) {
      encode(n);
      if (vae) kernel.draw(outputs[middle], noise, code, n, latentDim);
      else array(code, n * latentDim).set(array(outputs[middle], n * latentDim));
      decode(n);
      const [first, last] = [inputs[0], back[layers.length - 1]];
      const chances = twice ? toChances(array(result, n * pixels)) : null;
      const reconstruction = likelihood === "bernoulli"
        ? kernel.bernoulli(first, result, last, n * pixels, weight / n)
        : kernel.gaussian(first, result, last, n * pixels, weight / n, sigma) +
          n * pixels * Math.log(sigma * Math.sqrt(2 * Math.PI));
      if (twice) array(last, n * pixels).forEach((g, i, all) => (all[i] = g * chances[i] * (1 - chances[i])));
      if (backwards) backward(layers.length - 1, middle + 1, n);
      let kl = 0;
      if (vae) kl = kernel.draw_back(outputs[middle], noise, ofZ, back[middle], n, latentDim, beta, 1 / n);
      else array(back[middle], n * latentDim).set(array(ofZ, n * latentDim));
      if (backwards) backward(middle, 0, n);
      return { reconstruction, kl };
    },
    adam(rate) {
      steps += 1;
      const { keepMean, keepSquare, epsilon } = ADAM;
      const corrected = (rate * Math.sqrt(1 - keepSquare ** steps)) / (1 - keepMean ** steps);
      kernel.adam(w, g, m, v, padded, corrected, keepMean, keepSquare, epsilon);
    },
  };
}

/** Turn logits into chances, in their place. */
function toChances(values) {
  for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
  return values;
}

/** Give the functions of the kernel and the buffer that they work on, of `size` bytes. */
async function makeKernel(binary, size) {
  if (binary) {
    try {
      const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) });
      const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
      return [instance.exports, memory.buffer];
    } catch (error) {
      // Refused by a policy, or without SIMD: slower, and the page says so.
      console.info(`Training goes on in plain JavaScript: ${error.message}`);
    }
  }
  const buffer = new ArrayBuffer(size);
  return [{ ...plainKernel(buffer), plain: true }, buffer];
}
