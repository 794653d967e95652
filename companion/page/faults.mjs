// What can be wrong with the patient: six of the bug museum's mistakes.

import { PIXELS } from "./training_pictures.mjs";

// For each: what it does, the exhibit that shows it, and what it changes in the arithmetic.
export const FAULTS = {
  mean: { words: "The loss takes the mean over the pixels.", exhibit: "Exhibit 2: mean instead of sum",
    change: () => ({ weight: 1 / PIXELS }) },
  averaged: { words: "KL is averaged over the two numbers of the code, which makes it half of what it is.",
    exhibit: "Exhibit 3: KL averaged over the code", change: (d) => ({ beta: 1 / d }) },
  sign: { words: "The KL term has the wrong sign.", exhibit: "Exhibit 4: the sign of KL",
    change: () => ({ beta: -1 }) },
  twice: { words: "The loss applies a sigmoid to what has had one.",
    exhibit: "Exhibit 5: a sigmoid applied twice", change: () => ({ twice: true }) },
  none: { words: "No code is sampled, so the decoder reads the means.",
    exhibit: "Exhibit 1: the VAE that wasn't", change: () => ({ noise: 0 }) },
  shared: { words: "All pictures of a batch share one draw of the noise.",
    exhibit: "Exhibit 10: frozen noise", change: () => ({ shared: true }) },
};

/** Say what some faults, by their names, change together: {weight, beta, twice, noise, shared}. */
export function faultOf(names, latentDim) {
  const whole = { weight: 1, beta: 1, twice: false, noise: 1, shared: false };
  for (const name of names) {
    for (const [key, value] of Object.entries(FAULTS[name].change(latentDim))) {
      whole[key] = typeof value === "number" ? whole[key] * value : value;
    }
  }
  return whole;
}

/** Draw the noise of n codes of d numbers, rightly or as a fault has it. */
export function drawNoise(noise, n, d, { shared, noise: scale }, random) {
  const drawn = shared ? d : n * d;
  for (let i = 0; i < drawn; i++) noise[i] = random.normal();
  for (let i = drawn; i < n * d; i++) noise[i] = noise[i % d];
  if (scale === 0) noise.fill(0, 0, n * d);
}

/** Give the address of an exhibit in its page: Sphinx makes it of the heading. */
export function addressOf(exhibit) {
  return `#${exhibit.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
}
