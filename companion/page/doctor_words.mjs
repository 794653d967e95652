// What the doctor in the page says, and how it writes numbers: as the one in Python does.

/** Make a finding: `healthy` is true, false, or null where that cannot be told. */
export function finding(check, healthy, words, value) {
  return { check, healthy, words, value };
}

/** Write a number with so many significant figures, as Python's format "g" does. */
export function figures(value, digits = 6) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) {
    return bare(value.toFixed(Math.max(0, digits - 1 - exponent)));
  }
  const size = `${Math.abs(exponent)}`.padStart(2, "0");
  return `${bare(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** Write a share as a whole number of hundredths. */
export function perCent(share) {
  return `${(100 * share).toFixed(0)} %`;
}
