// The two terms of a loss that is known only from outside, as companion/doctor/terms.py finds them.

import { finding } from "./doctor_words.mjs";
import { judgeRemainder, judgeTogether, klOf } from "./loss_remainder.mjs";
import { judgeWeights, TERMS } from "./loss_weights.mjs";
import { regress } from "./regression.mjs";
import { deviationOf, meanOf } from "./statistics.mjs";
import { PIXELS } from "./training_pictures.mjs";

const COPIES = 64; // of a picture in one batch: as many draws of z
export const PROBES = 64; // pictures
const TIMES = 8; // that all of them are priced in one batch
const CLIP = 1e-7; // of a chance
const NEAR_ONE = 0.3; // of a factor that has a name

/** Find the weights of a loss: findings of both terms, and of what they leave. */
export function termsOfTheLoss(parts, x, random) {
  const { d, beta } = parts;
  const probes = someOf(x, random);
  const posterior = parts.encode(probes);
  const kl = klOf(posterior, d);
  const copied = { mean: repeated(posterior.mean, d), logVar: repeated(posterior.logVar, d) };
  const prices = pricesOf(probes, parts.decode(parts.draw(copied)));
  let loss = Array.from({ length: PROBES }, (_, i) =>
    parts.loss(repeated(probes.subarray(i * PIXELS, (i + 1) * PIXELS), PIXELS)));
  const batches = Array.from({ length: TIMES }, () => parts.loss(probes));
  if (!prices.length || ![...loss, ...batches].every(Number.isFinite)) {
    const words = "unknown: prices of these pictures are infinite, or their losses are";
    return [finding(TERMS[0], null, words, NaN)];
  }
  const fits = prices.map(([price, copies]) => ({ price, copies, fit: regress(loss, copies, kl) }));
  // Whichever leaves least unexplained; a price without a weight is not taken for a mistake.
  const last = ({ price, fit }) => price === "twice" && fit.a <= 0;
  const { price, copies, fit } = fits.reduce((best, each) =>
    (last(each) - last(best) || each.fit.rest - best.fit.rest) < 0 ? each : best);
  const whole = judgeTogether(batches, loss, fit, copies);
  const [factor, note] = factorNear(fit.a);
  loss = loss.map((value) => value / factor);
  const left = loss.map((value, i) => value - meanOf(copies[i]));
  const told = bySum(left, kl, beta);
  const findings = judgeWeights(price, fit, note, beta, deviationOf(kl), told);
  const rest = whole ?? judgeRemainder(price, fit, loss, copies, posterior, d, beta);
  const words = "cannot be told of such a loss";
  return [...(rest.healthy === null ? findings.map((each) => ({ ...each, healthy: null, words })) : findings), rest];
}

/** Pick pictures, none of them twice. */
function someOf(x, random) {
  const order = Array.from({ length: x.length / PIXELS }, (_, i) => i);
  const some = new Float32Array(PROBES * PIXELS);
  for (let i = 0; i < PROBES; i++) {
    const j = i + Math.floor(random.uniform() * (order.length - i));
    [order[i], order[j]] = [order[j], order[i]];
    some.set(x.subarray(order[i] * PIXELS, (order[i] + 1) * PIXELS), i * PIXELS);
  }
  return some;
}

/** Repeat each row of d numbers, one row after the other. */
function repeated(rows, d) {
  const many = new Float32Array(COPIES * rows.length);
  for (let i = 0; i * d < rows.length; i++) {
    const row = rows.subarray(i * d, (i + 1) * d);
    for (let j = 0; j < COPIES; j++) many.set(row, (i * COPIES + j) * d);
  }
  return many;
}

/** Give the cross-entropy of pixels with chances: nats of each picture, `times` decodings of each. */
export function entropies(x, chances, times = 1) {
  return pricedBy(x, chances, times, (pixel, drawn) => {
    const p = Math.min(1 - CLIP, Math.max(CLIP, drawn));
    return -(pixel && pixel * Math.log(p)) - (pixel < 1 && (1 - pixel) * Math.log(1 - p));
  });
}

function pricedBy(x, drawn, times, cost) {
  return Array.from({ length: drawn.length / PIXELS }, (_, i) => {
    const [from, at] = [PIXELS * Math.floor(i / times), PIXELS * i];
    let sum = 0;
    for (let k = 0; k < PIXELS; k++) sum += cost(x[from + k], drawn[at + k]);
    return sum;
  });
}

/** Give what reconstructions may cost, whatever the loss may use: [name, prices of each one's copies]. */
function pricesOf(x, drawn) {
  const all = {
    entropy: entropies(x, drawn, COPIES),
    squares: pricedBy(x, drawn, COPIES, (pixel, p) => (pixel - p) ** 2),
    twice: pricedBy(x, drawn, COPIES, (pixel, p) => p + Math.log1p(Math.exp(-p)) - pixel * p),
  };
  return Object.entries(all).filter(([, prices]) => prices.every(Number.isFinite)).map(([name, prices]) =>
    [name, Array.from({ length: PROBES }, (_, i) => prices.slice(i * COPIES, (i + 1) * COPIES))]);
}

/** Give a factor of the whole loss, if `a` is near one that has a name, and that name. */
function factorNear(a) {
  const named = [[1, ""], [1 / PIXELS, ", the mean over its pixels"], [COPIES, ", the sum over the batch"]];
  return named.find(([factor]) => Math.abs(a / factor - 1) < NEAR_ONE) ?? [NaN, ""];
}

/** Give the weight of KL, and its error, if both terms are the whole loss: its mean tells it. */
function bySum(left, kl, beta) {
  const most = Math.max(meanOf(kl), 1e-9);
  const error = deviationOf(left.map((value, i) => value - beta * kl[i])) / Math.sqrt(kl.length);
  return [meanOf(left) / most, error / most];
}
