// Is a loss made of its two terms, and is its KL the true one? As companion/doctor/remainder.py says.

import { figures, finding } from "./doctor_words.mjs";
import { regress } from "./regression.mjs";
import { deviationOf, meanOf, varianceOf } from "./statistics.mjs";

// What is taken for KL by mistake: half the sum of it, of means m and log-variances v.
const MISTAKES = {
  "e^(v/2) in the place of e^v, with v the log-variance": (m, v) => m ** 2 + Math.exp(v / 2) - 1 - v,
  "e^(2v) - 2v in the place of e^v - v: a log-variance read as log-sigma": (m, v) =>
    m ** 2 + Math.exp(2 * v) - 1 - 2 * v,
  "the means alone, and no variance": (m) => m ** 2,
  "no logarithm of the variance": (m, v) => m ** 2 + Math.exp(v) - 1,
};

/** Give half the sum of a term over the numbers of each code. */
export function halfSums({ mean, logVar }, d, term) {
  const sums = new Array(mean.length / d).fill(0);
  mean.forEach((m, i) => (sums[Math.floor(i / d)] += term(m, logVar[i]) / 2));
  return sums;
}

/** Give KL(q || N(0, I)) of each code: nats. */
export function klOf(posterior, d) {
  return halfSums(posterior, d, (m, v) => m ** 2 + Math.exp(v) - 1 - v);
}

/** Ask whether pictures cost together what they cost one by one: a finding that complains, or null. */
export function judgeTogether(batches, apart, fit, copies) {
  let drawn = varianceOf(batches, 1) / batches.length;
  const byCopies = (fit.a ** 2 * meanOf(copies.map((each) => varianceOf(each)))) / apart.length;
  if (drawn < byCopies / 1000) drawn = byCopies; // no draw, or always the same, up to its rounding
  const error = Math.sqrt(drawn + fit.rest / apart.length);
  const [whole, single] = [meanOf(batches), meanOf(apart)];
  if (!(Math.abs(whole - single) > 5 * error + 1e-3 * meanOf(apart.map(Math.abs)))) return null;
  const words = `${apart.length} pictures cost ${figures(whole, 4)} together, and one by one ` +
    `${figures(single, 4)}: something is averaged over the batch too early`;
  return finding("fit", false, words, whole / single);
}

/** Look at what both terms leave of a loss: `loss` in nats, or NaN if its unit is not known. */
export function judgeRemainder(price, fit, loss, copies, posterior, d, beta) {
  const scatter = Math.sqrt(fit.rest / fit.noise);
  const words = `both terms leave ${figures(scatter, 2)} times the scatter that draws leave`;
  const mistake = price === "entropy" ? mistakeOf(loss, copies, posterior, d, beta) : null;
  if (mistake) return finding("fit", false, `the KL of this loss has ${mistake}`, scatter);
  return finding("fit", fit.holds || null,
    fit.holds ? words : `${words}: give the model's own price, as \`nll\``, scatter);
}

function mistakeOf(loss, copies, posterior, d, beta) {
  const left = loss.map((value, i) => value - meanOf(copies[i])); // for KL
  const without = (kl) => left.map((value, i) => value - beta * kl[i]);
  if (left.some(Number.isNaN) || addsUp(without(klOf(posterior, d)))) return null;
  for (const [name, term] of Object.entries(MISTAKES)) {
    const kl = halfSums(posterior, d, term);
    const fit = regress(loss, copies, kl);
    const weighsBeta = Math.abs(fit.b / fit.a - beta) < 0.3 * beta;
    if (weighsBeta && fit.holds && addsUp(without(kl))) return name;
  }
  return null;
}

/** Say whether what is left of each picture's loss is 0 on average: to 3 errors, or 0.05 nats. */
function addsUp(rest) {
  return Math.abs(meanOf(rest)) < Math.max((3 * deviationOf(rest)) / Math.sqrt(rest.length), 0.05);
}
