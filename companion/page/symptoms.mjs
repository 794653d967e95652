// Checks of codes and pictures, as companion/doctor/symptoms.py makes them: its limits, its words.

import { figures, finding, perCent } from "./doctor_words.mjs";
import { columnsOf, deviationOf, meanOf, medianOf, varianceOf } from "./statistics.mjs";

const NO_SPREAD = 1e-12;

/** Give the share of values for which something holds. */
function shareOf(values, holds) {
  let count = 0;
  for (const value of values) count += holds(value);
  return count / values.length;
}

/** Look for NaN and infinity in arrays by their names. */
export function findNumbers(arrays) {
  const bad = Object.entries(arrays)
    .map(([name, values]) => [name, values.length * shareOf(values, (x) => !Number.isFinite(x))])
    .filter(([, count]) => count);
  const total = bad.reduce((sum, [, count]) => sum + count, 0);
  const found = bad.map(([name, count]) => `${Math.round(count)} of ${name}`).join(", ");
  return finding("numbers", !bad.length, found ? `NaN or infinite: ${found}` : "all finite", total);
}

export function findPixels(pictures) {
  const outside = shareOf(pictures, (pixel) => pixel < -0.2 || pixel > 1.2);
  const healthy = outside < 0.02;
  const words = `${perCent(outside)} of the decoded pixels lie far outside [0, 1]`;
  return finding("pixels", healthy, words + (healthy ? "" : "; no sigmoid?"), outside);
}

export function findInk(x, pictures) {
  const [blank, drawn] = [shareOf(x, (pixel) => pixel < 0.5), shareOf(pictures, (pixel) => pixel < 0.49)];
  const healthy = drawn >= blank / 20;
  const words = `${perCent(drawn)} of the decoded pixels are paler than 1/2, ${perCent(blank)} of the true ones`;
  return finding("ink", healthy, words + (healthy ? "" : "; a sigmoid applied twice?"), drawn);
}

/** Compare two draws of the same codes with the clouds that they should come from. */
export function findSampling(first, second, mean, sigma, d) {
  const noise = columnsOf(Float64Array.from(first, (z, i) => (z - mean[i]) / Math.max(sigma[i], NO_SPREAD)), d);
  const width = noise.map((column) => Math.sqrt(meanOf(column.map((x) => x * x))));
  const worst = farthestFromOne(width);
  const ill = (words) => finding("sampling", false, words, worst);
  if (first.every((z, i) => z === second[i])) {
    const close = first.every((z, i) => Math.abs(z - mean[i]) <= 1e-8 + 1e-5 * Math.abs(mean[i]));
    return ill(`${close ? "no draw" : "one frozen draw"}: z is the same at each call`);
  }
  if (noise.some((column, j) => deviationOf(column) < 0.1 * width[j])) {
    return ill("all pictures of a batch share one draw");
  }
  if (sharedByNumbers(noise)) return ill("numbers of a code share one draw");
  const luck = 5 / Math.sqrt(noise[0].length);
  const off = noise.map((column) => Math.abs(meanOf(column)));
  if (noise.some((column, j) => off[j] > Math.max(0.25, luck * deviationOf(column)))) {
    return ill(`z lies ${Math.max(...off).toFixed(2)} sigmas off the encoder's mean on average`);
  }
  const words = `z spreads ${worst.toFixed(2)} times as widely as the encoder's sigma says`;
  const [narrow, wide] = [0.2, 0.25].map((least) => Math.max(least, luck / Math.SQRT2));
  return finding("sampling", 1 - narrow < worst && worst < 1 + wide, words, worst);
}

/** Say whether the draws of two numbers of a code are nearly one: correlated by 0.9 or more. */
function sharedByNumbers(noise) {
  const centred = noise.map((column) => {
    const [mean, spread] = [meanOf(column), Math.max(deviationOf(column), NO_SPREAD)];
    return column.map((x) => (x - mean) / spread);
  });
  return centred.some((one, j) => centred.some((other, k) =>
    k > j && Math.abs(meanOf(one.map((x, i) => x * other[i]))) > 0.9));
}

export function findClouds(mean, sigma, d) {
  const spreads = columnsOf(mean, d).map((column) => Math.max(deviationOf(column), NO_SPREAD));
  const share = medianOf(columnsOf(sigma, d).map((column, j) => meanOf(column) / spreads[j]));
  const healthy = share > 0.005;
  const words = `sigma is ${figures(share, 2)} of the spread of the means`;
  return finding("clouds", healthy, words + (healthy ? "" : ": points, as of a plain autoencoder"), share);
}

/** Count the numbers of the code that have 0.01 nats of KL or more. */
export function findUnits(kl, d) {
  const used = columnsOf(kl, d).filter((column) => meanOf(column) >= 0.01).length;
  return finding("units", used > 0, `${used} of ${d} numbers of the code say anything of the picture`, used);
}

/** Ask what it costs to be decoded from another picture's code: prices in nats. */
export function findDecoder(ours, ofOthers) {
  const gain = meanOf(ofOthers) - meanOf(ours);
  const words = `another picture's code costs ${figures(gain, 3)} nats more`;
  return finding("decoder", gain > 1, words + (gain > 1 ? "" : ": it ignores z"), gain);
}

export function findBaseline(prices, pricesOfTheMean) {
  const [ours, theirs] = [meanOf(prices), meanOf(pricesOfTheMean)];
  const words = `${figures(ours, 4)} nats a picture; the mean picture costs ${figures(theirs, 4)}`;
  return finding("baseline", ours < theirs, words, theirs - ours);
}

/** Compare all codes together with N(0, I); where KL is known to pull them, being far is no disease. */
export function findPrior(mean, sigma, d, pulled) {
  const variances = columnsOf(sigma, d).map((column) => meanOf(column.map((x) => x * x)));
  const columns = columnsOf(mean, d);
  const width = columns.map((column, j) => Math.sqrt(varianceOf(column) + variances[j]));
  const off = Math.max(...columns.map((column) => Math.abs(meanOf(column))));
  const worst = farthestFromOne(width);
  const near = Math.min(...width) > 0.4 && Math.max(...width) < 2.5 && off < 2;
  const words = `all codes together are ${figures(worst, 3)} times as wide as N(0, I), and ${figures(off, 2)} off its ` +
    (near || !pulled ? "middle" : "middle; the KL term pulls them in, if training goes on");
  return finding("prior", near || pulled, words, worst);
}

function farthestFromOne(widths) {
  const far = (width) => Math.abs(Math.log(Math.max(width, NO_SPREAD)));
  return widths.reduce((worst, width) => (far(width) > far(worst) ? width : worst));
}
