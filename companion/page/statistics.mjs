// Means and spreads of what is measured, in double precision.

export function meanOf(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Give the variance: divided by n, or by n - 1 with `lost` = 1. */
export function varianceOf(values, lost = 0) {
  const mean = meanOf(values);
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return sum / (values.length - lost);
}

export function deviationOf(values) {
  return Math.sqrt(varianceOf(values));
}

export function medianOf(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Cut rows of d numbers into d columns. */
export function columnsOf(rows, d) {
  return Array.from({ length: d }, (_, j) =>
    Float64Array.from({ length: rows.length / d }, (__, i) => rows[i * d + j]));
}
