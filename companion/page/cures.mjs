// What cures a complaint: the fixes of the bug museum, in its own words.

// For each: whose finding, what of it, the cure, the exhibit. The first that fits a finding is meant.
export const CURES = [
  ["reconstruction term", ({ words }) => words.includes("applied twice"),
    "One sigmoid, in the decoder or in the loss, not in both.", "Exhibit 5: a sigmoid applied twice"],
  ["reconstruction term", ({ words }) => words.includes("mean over its pixels"),
    "Sum over the pixels, as in entropy above.", "Exhibit 2: mean instead of sum"],
  ["KL term", ({ words }) => words.includes("sign is wrong"),
    "Call losses.gaussian_kl, which is tested to be zero at the prior and positive everywhere else.",
    "Exhibit 4: the sign of KL"],
  ["KL term", ({ value }) => value > 1,
    "Sum over the pixels, as in entropy above.", "Exhibit 2: mean instead of sum"],
  ["KL term", ({ value }) => value < 1,
    "First ops.sum(..., axis=-1), the mean over pictures after that.", "Exhibit 3: KL averaged over the code"],
  ["sampling", () => true,
    "Use layers.Sampling, which is tested against the distribution that it should sample from.",
    "Exhibit 9: the variance used as the standard deviation"],
  ["units", () => true,
    "If the weights are right, let beta rise from 0.", "Exhibit 11: a collapse that is nobody's slip"],
];

/** Give the cures of some findings, each once: [words, exhibit]. */
export function curesOf(findings) {
  const found = findings.filter(({ healthy }) => healthy === false).flatMap((each) =>
    CURES.filter(([check, fits]) => check === each.check && fits(each)).slice(0, 1));
  return [...new Map(found.map(([, , words, exhibit]) => [words, [words, exhibit]])).values()];
}
