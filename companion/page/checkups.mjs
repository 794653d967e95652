// When the doctor looks at a training, and what of it: between two steps, with the fault of now.

import { examine } from "./doctor.mjs";
import { drawNoise } from "./faults.mjs";
import { makeRandom } from "./training.mjs";
import { PIXELS } from "./training_pictures.mjs";

const OFTEN = 1000; // milliseconds between two examinations while it trains
const SHARE = 3; // and so many times as long as one takes
const ROWS = 256; // pictures that go through the network at a time
const LIMIT = 30; // of a log-variance, as models.VAE holds it

/** Make a function that examines a training where it is due, and gives {examined} for its report. */
export function makeCheckups() {
  let [at, cost, seen] = [-Infinity, 0, null];
  return (training, playing) => {
    const { fault } = training.bare;
    const now = performance.now();
    const due = !playing || fault !== seen || now - at > Math.max(OFTEN, SHARE * cost);
    if (!due) return {};
    const examined = examineTraining(training);
    [seen, at] = [fault, performance.now()];
    cost = at - now;
    return { examined: { ...examined, steps: training.steps, cost } };
  };
}

/** Examine a training as it is; the same weights and faults give the same findings. */
export function examineTraining({ bare }) {
  return examine(partsOf(bare), bare.test, makeRandom(bare.seed + 2));
}

/** Say how a training encodes, draws, decodes and what its loss is. */
function partsOf({ net, beta, fault, latentDim: d, seed }) {
  const random = makeRandom(seed + 3);
  const inParts = (n, onPart) => {
    for (let from = 0; from < n; from += ROWS) onPart(from, Math.min(ROWS, n - from));
  };
  const put = (x, from, n) => {
    for (let i = 0; i < n; i++) net.put(x.subarray((from + i) * PIXELS, (from + i + 1) * PIXELS), i);
  };
  return {
    d,
    beta,
    encode(x) {
      const count = x.length / PIXELS;
      const [mean, logVar] = [new Float32Array(count * d), new Float32Array(count * d)];
      inParts(count, (from, n) => {
        put(x, from, n);
        net.encode(n);
        for (let i = 0; i < n * d; i++) {
          const row = 2 * d * Math.floor(i / d) + (i % d);
          mean[from * d + i] = net.heads[row];
          logVar[from * d + i] = Math.min(LIMIT, Math.max(-LIMIT, net.heads[row + d]));
        }
      });
      return { mean, logVar };
    },
    draw({ mean, logVar }) {
      const noise = new Float32Array(mean.length);
      drawNoise(noise, mean.length / d, d, fault, random);
      return Float32Array.from(mean, (m, i) => m + Math.exp(logVar[i] / 2) * noise[i]);
    },
    decode(z) {
      const pixels = new Float32Array((z.length / d) * PIXELS);
      inParts(z.length / d, (from, n) => {
        net.codes.set(z.subarray(from * d, (from + n) * d));
        net.decode(n);
        const to = pixels.subarray(from * PIXELS, (from + n) * PIXELS);
        for (let i = 0; i < to.length; i++) to[i] = 1 / (1 + Math.exp(-net.logits[i]));
      });
      return pixels;
    },
    loss(x) {
      const n = x.length / PIXELS;
      put(x, 0, n);
      drawNoise(net.noise, n, d, fault, random);
      const { reconstruction, kl } = net.losses(n, fault.beta * beta, false, fault);
      return (fault.weight * reconstruction + fault.beta * beta * kl) / n;
    },
  };
}
