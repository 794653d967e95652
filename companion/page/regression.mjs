// The regression that takes a loss apart into a reconstruction and a KL, as companion/doctor/regression.py.

import { meanOf, varianceOf } from "./statistics.mjs";

const ROUNDING = 1e-3; // of a loss, where there are no draws
const SINGULAR = 1e-15; // of the largest eigenvalue: a smaller one is none

/**
 * Fit loss = a reconstruction + b KL + c over pictures.
 *
 * @param loss of batches of one picture each
 * @param copies for each picture the prices of its copies, whose scatter says how noisy their mean is
 * @param kl of each picture
 * @returns {a, b, error: of b, rest: variance left unexplained, noise: variance of the draws, holds}
 */
export function regress(loss, copies, kl) {
  const centred = (values) => {
    const mean = meanOf(values);
    return values.map((value) => value - mean);
  };
  const [y, r, k] = [centred(loss), centred(copies.map(meanOf)), centred(kl)];
  const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);
  const drawn = meanOf(copies.map((prices) => varianceOf(prices, 1))) / copies[0].length;
  const inverse = pseudoInverse(dot(r, r) - y.length * drawn, dot(r, k), dot(k, k));
  const [ry, ky] = [dot(r, y), dot(k, y)];
  const a = inverse[0] * ry + inverse[1] * ky;
  const b = inverse[1] * ry + inverse[2] * ky;
  const left = y.map((value, i) => value - a * r[i] - b * k[i]);
  const rest = dot(left, left) / (y.length - 3);
  const rounding = meanOf(y.map((value) => (ROUNDING * value) ** 2));
  const noise = 2 * a ** 2 * drawn + rounding;
  return { a, b, error: Math.sqrt(rest * inverse[2]), rest, noise, holds: rest < 3 * noise };
}

/** Invert the symmetric matrix [[p, q], [q, s]] where it can be inverted (Moore and Penrose). */
function pseudoInverse(p, q, s) {
  const [middle, half] = [(p + s) / 2, Math.hypot((p - s) / 2, q)];
  const values = [middle + half, middle - half];
  const least = SINGULAR * Math.max(...values.map(Math.abs));
  const angle = Math.atan2(2 * q, p - s) / 2;
  const [c, n] = [Math.cos(angle), Math.sin(angle)];
  const [first, second] = values.map((value) => (Math.abs(value) > least ? 1 / value : 0));
  return [first * c * c + second * n * n, (first - second) * c * n, first * n * n + second * c * c];
}
