// The doctor in the page: companion.doctor.examine, for a VAE that trains here.

import { entropies, PROBES, termsOfTheLoss } from "./loss_terms.mjs";
import { findBaseline, findClouds, findDecoder, findInk, findNumbers, findPixels, findPrior, findSampling,
  findUnits } from "./symptoms.mjs";
import { meanOf } from "./statistics.mjs";
import { PIXELS } from "./training_pictures.mjs";

/**
 * Examine a model from outside on held-out pictures.
 *
 * @param parts {encode(x): {mean, logVar}, draw({mean, logVar}): z, decode(z): pixels, loss(x): a number,
 *     beta, d}, as companion.doctor.Parts: what training does, with all that is wrong in it
 * @param x pictures in [0, 1], 784 numbers each
 * @param random of the doctor's own draws
 * @returns {findings, loss}: a list of {check, healthy, words, value}; and what training makes small
 */
export function examine(parts, x, random) {
  const { d, beta } = parts;
  const posterior = parts.encode(x);
  const { mean, logVar } = posterior;
  const sigma = Float64Array.from(logVar, (v) => Math.exp(v / 2));
  const kl = Float64Array.from(mean, (m, i) => (m ** 2 + Math.exp(logVar[i]) - 1 - logVar[i]) / 2);
  const z = Float32Array.from(mean, (m, i) => m + sigma[i] * random.normal());
  const pictures = parts.decode(z);
  const ours = entropies(x, pictures);
  const losses = [];
  for (let at = 0; at < x.length; at += PROBES * PIXELS) {
    losses.push(parts.loss(x.subarray(at, at + PROBES * PIXELS)));
  }
  const loss = meanOf(losses);
  const numbers = findNumbers({ means: mean, sigmas: sigma, KL: kl, pixels: pictures, prices: ours, losses });
  if (!numbers.healthy) return { findings: [numbers], loss };

  const terms = termsOfTheLoss(parts, x, random);
  const others = Float32Array.from(z, (_, i) => z[(i - d + z.length) % z.length]);
  const pulled = beta > 0 && terms.every(({ healthy }) => healthy);
  const findings = [
    numbers,
    findPixels(pictures),
    findInk(x, pictures),
    findSampling(parts.draw(posterior), parts.draw(posterior), mean, sigma, d),
    ...terms,
    findClouds(mean, sigma, d),
    findUnits(kl, d),
    findDecoder(ours, entropies(x, parts.decode(others))),
    findBaseline(ours, entropies(x, ofTheMean(x))),
    findPrior(mean, sigma, d, pulled),
  ];
  return { findings, loss };
}

/** Give the mean picture, once for each. */
function ofTheMean(x) {
  const [n, sums] = [x.length / PIXELS, new Float64Array(PIXELS)];
  for (let i = 0; i < x.length; i++) sums[i % PIXELS] += x[i] / n;
  return Float32Array.from(x, (_, i) => sums[i % PIXELS]);
}
