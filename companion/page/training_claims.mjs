// What a chapter claims of its own model, held to the one that trains in the page.

import { element } from "./elements.mjs";

const CIRCLE = 2; // a radius, in units of the prior
const UNITS = { inside: "per cent", closed: "per cent", saved: "nats", reconstruction: "nats", kl: "nats" };

/** Measure what a claim may be about, on held-out pictures: nats, or a share in per cent. */
function measured({ reconstruction, kl, codes }, { baseline, floor, held }) {
  const d = codes.length / held; // only of held-out pictures alone: none lie beside them
  let inside = 0;
  for (let i = 0; i < held; i++) {
    inside += Number(Math.hypot(...codes.subarray(i * d, (i + 1) * d)) < CIRCLE);
  }
  return {
    inside: (100 * inside) / held,
    closed: (100 * (baseline - reconstruction)) / (baseline - floor),
    saved: baseline - reconstruction - kl,
    reconstruction,
    kl,
  };
}

/** Say where the limits of a claim are. */
function limits({ low, high }) {
  const [least, most] = [low, high].map((each) => each && Number(each.toFixed(1)));
  if (high === null) return `at least ${least}`;
  return low === null ? `at most ${most}` : `${least} to ${most}`;
}

/**
 * Make a list of claims that are judged while a network trains.
 *
 * @param claims [{words, measure, low, high}]: `measure` is a key of `UNITS`, and a limit may be null
 * @returns {el, clear(), show(report, bounds), said()}: `bounds` is {baseline, floor, held}, `held` the
 *     number of held-out pictures; `said` gives words on how many hold
 */
export function makeClaims(claims) {
  let holding = null; // how many hold
  const rows = claims.map((claim) => {
    const [mark, number] = [element("b", {}), element("span", {})];
    const row = element("li", {}, mark, element("div", {}, element("span", {}, claim.words), number));
    return { claim, row, mark, number };
  });
  const el = element("ul", { class: "training-claims", "aria-label": "What the chapter claims" },
    ...rows.map(({ row }) => row));
  el.hidden = !claims.length;

  function judge({ row, mark, number, claim }, values) {
    const { measure, low, high } = claim;
    const value = values?.[measure];
    const holds = value >= (low ?? -Infinity) && value <= (high ?? Infinity);
    row.dataset.holds = values ? holds : "";
    mark.textContent = !values ? "Not measured" : holds ? "Holds" : "Fails";
    const here = values ? `Here ${value.toFixed(1)}, asked for ` : "Asked for ";
    number.textContent = `${here}${limits(claim)} ${UNITS[measure]}.`;
    return holds;
  }
  function clear() {
    holding = null;
    for (const row of rows) judge(row, null);
  }
  clear();
  return {
    el,
    clear,
    show(report, bounds) {
      const values = measured(report, bounds);
      holding = rows.filter((row) => judge(row, values)).length;
    },
    said: () => (claims.length && holding !== null ? ` ${holding} of ${claims.length} claims hold.` : ""),
  };
}
