// Is either term of a loss too heavy, too light, or missing? As companion/doctor/weights.py says.

import { figures, finding } from "./doctor_words.mjs";

export const TERMS = ["reconstruction term", "KL term"];
// What a reconstruction may cost.
export const PRICES = {
  entropy: "cross-entropy of a picture",
  squares: "squared error of a picture",
  twice: "cross-entropy of a picture, with chances taken for logits: a sigmoid applied twice?",
};
const FLAT = 0.02; // nats: a KL that varies less is the same for all pictures

/** Judge the weights of a loss = a reconstruction + b KL + c: a finding for each, as `weights` does. */
export function judgeWeights(price, fit, note, beta, spread, [weight, error]) {
  const { a } = fit;
  const words = `${figures(a, 3)} times the ${PRICES[price]}${note}`;
  if (price === "squares") return ofSquares(words, fit, beta, spread);
  let kl = cannotBeTold(price, fit, Math.max(beta, 1) * a, spread) ?? ofChances(fit, beta);
  const least = Math.max(3 * error, 0.05);
  if (kl.healthy === null && spread >= FLAT && Math.abs(weight - beta) < least && least < 0.3 * beta) {
    kl = finding(TERMS[1], true, `${figures(weight, 3)} times KL (± ${figures(error, 1)}), by the sum of the loss; ` +
      `meant: ${figures(beta)}`, weight);
  }
  const healthy = price !== "twice";
  if (a > 0.7 && a < 1.4) return [finding(TERMS[0], healthy, words, a), kl];
  const whole = healthy && kl.healthy;
  return [finding(TERMS[0], whole,
    words + (whole ? ": a factor of the whole loss, which moves no minimum" : ""), a), kl];
}

/** Judge the weight of KL beside one nat of reconstruction: b / a. */
function ofChances(fit, beta) {
  const [weight, error] = [fit.b / fit.a, fit.error / fit.a];
  const size = Math.abs(weight);
  let words = `${figures(weight, 3)} times KL (± ${figures(error, 1)}) for a nat of reconstruction; meant: ${figures(beta)}`;
  let healthy = Math.abs(weight - beta) < Math.max(0.3 * beta, 3 * error);
  if (size < Math.max(0.05, 2 * error) && 3 * error < 0.5) {
    words = `no KL term, or next to none: weight ${figures(weight, 1)} (± ${figures(error, 1)}); meant: ${figures(beta)}`;
    healthy = Math.abs(weight - beta) < Math.max(0.05, 3 * error);
  } else if (healthy && size < 2 * error) return unknown(weight, error);
  return finding(TERMS[1], healthy, words + signNote(weight, error), weight);
}

/** Judge both where the reconstruction is a squared error: a Gaussian decoder of some sigma. */
function ofSquares(start, fit, beta, spread) {
  const { a, b, error } = fit;
  const missing = cannotBeTold("squares", fit, 2 * a * 0.04 ** 2, spread);
  if (missing) return [finding(TERMS[0], a > 0, start, a), missing];
  const none = Math.abs(b) < Math.max(3 * error, 2 * a * 0.01 ** 2);
  const sigma = none || beta === 0 ? 0 : Math.sqrt(Math.max(b, 0) / (2 * a * beta));
  const words = start + (sigma ? `: with this KL, a Gaussian decoder of sigma ${figures(sigma, 2)}` : "");
  const meant = none || beta === 0 ? `; meant: ${figures(beta)}` : signNote(b, error);
  const klWords = none ? `no KL term, or next to none: weight ${figures(b, 1)} (± ${figures(error, 1)})`
    : `${figures(b, 3)} times KL (± ${figures(error, 1)}) for ${figures(a, 3)} times the squared error`;
  return [finding(TERMS[0], sigma < 1.5, words, a),
    finding(TERMS[1], beta ? sigma > 0 : none, klWords + meant, b)];
}

/** Say so where the weight of KL is not to be had: a finding, or null. */
function cannotBeTold(price, fit, unit, spread) {
  if (spread < FLAT) {
    const words = "KL is the same for all pictures, so its weight cannot be told; try before training";
    return finding(TERMS[1], null, words, NaN);
  }
  if (fit.a <= 0) return finding(TERMS[1], false, "there is no reconstruction to weigh it against", NaN);
  if (fit.error > unit && Math.abs(fit.b) < 3 * fit.error) return unknown(fit.b / fit.a, fit.error / fit.a);
  return null;
}

function unknown(weight, error) {
  const words = `its weight cannot be told: ${figures(weight, 1)} (± ${figures(error, 1)}); ` +
    "the model's own price, as `nll`, may tell it";
  return finding(TERMS[1], null, words, NaN);
}

function signNote(weight, error) {
  return weight < -3 * error ? "; its sign is wrong" : "";
}
