// What cures a complaint: the fixes of the bug museum, in its own words.

// For each: whose finding, what of it, the cure, the exhibit.
export const CURES = [
  ["reconstruction term", ({ words }) => words.includes("applied twice"),
    "one sigmoid, in the decoder or in the loss, not in both.", "Exhibit 5: a sigmoid applied twice"],
  ["reconstruction term", ({ words }) => words.includes("mean over its pixels"),
    "sum over the pixels, as in `entropy` above.", "Exhibit 2: mean instead of sum"],
  ["KL term", ({ words }) => words.includes("sign is wrong"),
    "call `losses.gaussian_kl`, which is tested to be zero at the prior and positive everywhere else.",
    "Exhibit 4: the sign of KL"],
  ["KL term", ({ value }) => value > 1,
    "sum over the pixels, as in `entropy` above.", "Exhibit 2: mean instead of sum"],
  ["KL term", ({ value, words }) => value < 1 && !words.includes("sign is wrong"),
    "`ops.sum(..., axis=-1)` first, the mean over pictures after that.", "Exhibit 3: KL averaged over the code"],
  ["sampling", () => true,
    "use `layers.Sampling`, which is tested against the distribution that it should sample from.",
    "Exhibit 9: the variance used as the standard deviation"],
  ["units", () => true, "sum over the pixels, as in `entropy` above.", "Exhibit 2: mean instead of sum"],
  ["units", () => true, "let beta rise from 0.", "Exhibit 11: a collapse that is nobody's slip"],
];

/** Give the cures of some findings, each once: [words, exhibit]. */
export function curesOf(findings) {
  const found = findings.filter(({ healthy }) => healthy === false).flatMap((each) =>
    CURES.filter(([check, fits]) => check === each.check && fits(each)));
  return [...new Map(found.map(([, , words, exhibit]) => [words, [words, exhibit]])).values()];
}
