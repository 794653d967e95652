// Filling in what is hidden of a picture, as companion.models.imputation does: arithmetic only, no page.

import { forward } from "./page_layers.mjs";
import { makeRest } from "./resting.mjs";

/**
 * Decode all codes once, in slices, and keep what a pixel costs at each of them.
 *
 * @param layers of a decoder that gives logits
 * @param codes numbers of all codes, one after the other
 * @returns a promise of {logits, blank, pixels}: of each code `pixels` logits, and as many prices
 *     of paper, log(1 + exp(logit)); ink costs a logit less
 */
export async function priceCodes(layers, codes) {
  const [d, pixels] = [layers[0].inputs, layers.at(-1).units];
  const k = codes.length / d;
  const logits = new Float32Array(k * pixels);
  const rest = makeRest();
  for (let i = 0; i < k; i++) {
    logits.set(forward(layers, codes.subarray(d * i, d * i + d)), pixels * i);
    await rest();
  }
  const blank = logits.map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  return { logits, blank, pixels };
}

/** Say which pixels are seen where so many rows or columns are covered from a side. */
export function uncovered([height, width], covered, side) {
  const from = {
    below: (row) => row < height - covered,
    above: (row) => row >= covered,
    left: (_, column) => column >= covered,
    right: (_, column) => column < width - covered,
  }[side];
  return Uint8Array.from({ length: height * width }, (_, i) =>
    from(Math.floor(i / width), i % width));
}

/** Weigh codes by p(x_i | z)^(1 / temperature), multiplied over all that is seen: they sum to 1. */
export function explainingWeights({ logits, blank, pixels }, x, seen, temperature) {
  const places = [...seen.keys()].filter((i) => seen[i]);
  const inked = places.filter((i) => x[i] > 0);
  const weights = new Float64Array(logits.length / pixels);
  for (let k = 0, at = 0; k < weights.length; k++, at += pixels) {
    let sum = 0;
    for (const i of inked) sum += x[i] * logits[at + i];
    for (const i of places) sum -= blank[at + i];
    weights[k] = sum / temperature;
  }
  const most = weights.reduce((a, b) => Math.max(a, b));
  const raised = weights.map((each) => Math.exp(each - most));
  const total = raised.reduce((a, b) => a + b);
  return raised.map((each) => each / total);
}

/** Choose a code by its weight: the first up to which the weights sum to more than `part` of all. */
export function chosenCode(weights, part) {
  const sums = Float64Array.from(weights);
  for (let k = 1; k < sums.length; k++) sums[k] += sums[k - 1];
  const wanted = part * sums.at(-1);
  return Math.max(0, sums.findIndex((sum) => sum > wanted));
}

/** Complete a picture by the pixels of a code, where it is not seen. */
export function completed({ logits, pixels }, x, seen, k) {
  return Float32Array.from({ length: pixels }, (_, i) =>
    (seen[i] ? x[i] : 1 / (1 + Math.exp(-logits[k * pixels + i]))));
}
