// A training: which pictures a step sees, the draws, what is measured on the way.

import { drawNoise, faultOf } from "./faults.mjs";
import { makeNetwork } from "./training_step.mjs";
import { PIXELS } from "./training_pictures.mjs";

const ROOM = 300; // pictures that are measured at a time
const SHOWN = 8; // pictures in a row
const LOST = 10; // times what the mean picture costs: a network that is worse has diverged
const LEAST_LOST = 2 * PIXELS * Math.LN2; // nats: even chances cost half, where all pictures are alike the mean nothing
const ROUND = 10000; // weights are drawn between two rests
const ASTRAY = 1e6; // nats of KL: so have codes that are that far away

/** Make a generator of uniform numbers in [0, 1), and of Gaussian ones (Box and Muller). */
export function makeRandom(seed) {
  let state = seed >>> 0;
  const uniform = () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Draw first weights as networks.dense_encoder and dense_decoder do, with `wide_start`. */
async function start({ layers, weights }, { hidden, latentDim, vae }, random, rest) {
  for (const [i, { inputs, units, activation, kernel, bias }] of layers.entries()) {
    const fromCode = i === hidden.length + 1;
    const heads = vae && i === hidden.length ? 2 : 1;
    const limit = fromCode ? 1 / Math.sqrt(latentDim) : Math.sqrt(6 / (inputs + units / heads));
    const one = fromCode || activation === "linear"
      ? () => limit * (2 * random.uniform() - 1)
      : () => Math.sqrt(2 / inputs) * truncated(random);
    for (let k = kernel; k < bias; k++) {
      if (k % ROUND === 0) await rest();
      weights[k] = one();
    }
    for (let k = bias; k < bias + units; k++) weights[k] = fromCode ? one() : 0;
  }
}

/** Draw from N(0, 1) cut off at 2, and made as wide again as it was (as Keras does). */
function truncated(random) {
  let x;
  do x = random.normal(); while (Math.abs(x) > 2);
  return x / 0.87962566103423978;
}

/**
 * Make a training.
 *
 * @param settings {vae, latentDim, hidden, beta, rate, batch, seed, faults}: the last for a patient,
 *     what is wrong with it
 * @param pictures {train, test, beside, baseline}: Float32Arrays of 784 numbers a picture, and nats;
 *     `beside`, if it is there, holds pictures whose codes follow those of `test`
 * @param binary as for makeNetwork
 * @param rest awaited now and then before the first step, so that others may work
 * @returns a promise of {step(), report(), decode(z), weights(), change({beta, rate, faults}),
 *     bare}: `bare` is what a doctor looks at
 */
export async function makeTraining(settings, pictures, binary, rest = () => {}) {
  const { train, test, beside = new Float32Array(0), baseline = Infinity } = pictures;
  const { vae, latentDim, seed } = settings;
  const many = train.length / PIXELS;
  const held = test.length / PIXELS;
  const batch = Math.min(settings.batch, many);
  let { beta, rate, faults = [] } = settings;
  let fault = faultOf(faults, latentDim);
  const net = await makeNetwork({ ...settings, pixels: PIXELS }, Math.max(ROOM, batch), binary);
  const random = makeRandom(seed);
  await start(net, settings, random, rest);
  const order = Int32Array.from({ length: many }, (_, i) => i);
  let next = many; // so that the first step shuffles
  let steps = 0;
  let sick = false;
  // Drawn once: what is measured on held-out pictures then moves by the training alone.
  const dice = makeRandom(seed + 1);
  const fixed = Float32Array.from({ length: held * latentDim }, dice.normal);
  const dreams = Float32Array.from({ length: SHOWN * latentDim }, dice.normal);
  const shown = Array.from({ length: Math.min(SHOWN, held) }, (_, i) => Math.floor((i * held) / Math.min(SHOWN, held)));
  const picture = (all, i) => all.subarray(i * PIXELS, (i + 1) * PIXELS);

  function shuffle() {
    for (let i = many - 1; i > 0; i--) {
      const j = Math.floor(random.uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    next = 0;
  }
  function step() {
    if (next + batch > many) shuffle(); // a rest that fills no batch is left out
    for (let i = 0; i < batch; i++) net.put(picture(train, order[next++]), i);
    if (vae) drawNoise(net.noise, batch, latentDim, fault, random);
    const { reconstruction, kl } = net.losses(batch, fault.beta * beta, true, fault);
    net.adam(rate);
    steps += 1;
    sick ||= !(reconstruction / batch < Math.max(LEAST_LOST, LOST * baseline) && kl / batch < ASTRAY); // or NaN
  }

  /** Measure the held-out pictures: nats per picture, with one draw each, and their codes. */
  function measure() {
    const total = { reconstruction: 0, kl: 0 };
    const codes = new Float32Array(held * latentDim + (beside.length / PIXELS) * latentDim);
    inParts(test, (from, n) => {
      net.noise.set(fixed.subarray(from * latentDim, (from + n) * latentDim));
      const { reconstruction, kl } = net.losses(n, beta, false);
      total.reconstruction += reconstruction / held;
      total.kl += kl / held;
      takeCodes(codes, from, n);
    });
    inParts(beside, (from, n) => {
      net.encode(n);
      takeCodes(codes, held + from, n);
    });
    return { ...total, codes };
  }
  /** Put pictures into the network, as many at a time as it has room for. */
  function inParts(all, onPart) {
    const count = all.length / PIXELS;
    for (let from = 0; from < count; from += ROOM) {
      const n = Math.min(ROOM, count - from);
      for (let i = 0; i < n; i++) net.put(picture(all, from + i), i);
      onPart(from, n);
    }
  }
  function takeCodes(codes, from, n) {
    const width = (vae ? 2 : 1) * latentDim;
    for (let i = 0; i < n; i++) {
      codes.set(net.heads.subarray(i * width, i * width + latentDim), (from + i) * latentDim);
    }
  }
  /** Decode codes into pixels. */
  function decode(z) {
    const n = z.length / latentDim;
    net.codes.set(z);
    net.decode(n);
    return net.logits.slice(0, n * PIXELS).map((l) => 1 / (1 + Math.exp(-l)));
  }
  return {
    step,
    decode,
    report() {
      const { codes, ...losses } = measure();
      const means = new Float32Array(shown.length * latentDim);
      shown.forEach((j, i) =>
        means.set(codes.subarray(j * latentDim, (j + 1) * latentDim), i * latentDim));
      sick ||= !Number.isFinite(losses.reconstruction + losses.kl);
      return { steps, sick, plain: net.plain, ...losses, codes, shown,
        rebuilt: decode(means), dreamt: decode(dreams) };
    },
    weights: () => ({ layers: net.layers, values: net.weights.slice() }),
    change(settings) {
      ({ beta = beta, rate = rate, faults = faults } = settings);
      fault = faultOf(faults, latentDim);
    },
    get bare() { return { net, test, beta, fault, latentDim, seed }; },
    get steps() { return steps; },
    get sick() { return sick; },
  };
}
