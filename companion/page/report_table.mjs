// The doctor's report as a table, and the cures below it.

import { curesOf } from "./cures.mjs";
import { element } from "./elements.mjs";
import { addressOf } from "./faults.mjs";

const [OK, ILL, UNTOLD] = ["ok", "ILL", "UNKNOWN"]; // as the report in Python has them
const YOUNG = 100; // steps: until then a healthy model may do no better
const PATIENCE = "An untrained model does worse than the mean picture, and hardly listens to its code, so baseline " +
  "and decoder say nothing yet.";
const FROM_ITSELF = new Set(["baseline", "decoder"]);

export function verdictOf({ healthy }) {
  return healthy === null ? UNTOLD : healthy ? OK : ILL;
}

/** Name the checks that complain. */
export function complaintsOf(findings) {
  return findings.filter(({ healthy }) => healthy === false).map(({ check }) => check);
}

/** Link to an exhibit of the page. */
export function exhibitLink(exhibit) {
  return element("a", { href: addressOf(exhibit) }, exhibit);
}

export function makeReportTable() {
  const title = element("caption", {});
  const body = element("tbody", {});
  const cures = element("ul", { class: "patient-cures" });
  const note = element("p", { class: "patient-note" });
  const el = element("div", { class: "patient-report", hidden: "" },
    element("table", {}, title, body), note, cures);

  return {
    el,
    clear() {
      el.hidden = true;
    },
    /** Show what the doctor has found, and when; `before` says that the numbers are lost since. */
    show({ findings, steps }, before) {
      el.hidden = false;
      title.textContent = before
        ? `What the doctor found at step ${steps}, the last time that all numbers were finite`
        : `What the doctor finds at step ${steps}`;
      body.replaceChildren(...findings.map((each) => {
        const verdict = verdictOf(each);
        return element("tr", { "data-verdict": verdict },
          element("td", {}, verdict), element("th", { scope: "row" }, each.check), element("td", {}, each.words));
      }));
      const young = steps < YOUNG && complaintsOf(findings).some((check) => FROM_ITSELF.has(check));
      note.textContent = young ? PATIENCE : "";
      cures.replaceChildren(...curesOf(findings).map(([words, exhibit]) =>
        element("li", {}, element("strong", {}, "The fix: "), `${words} `, exhibitLink(exhibit))));
    },
  };
}
