// The doctor's report: what is not as it should be, the cures, and the rest folded away.

import { curesOf } from "./cures.mjs";
import { figures } from "./doctor_words.mjs";
import { element } from "./elements.mjs";
import { addressOf } from "./faults.mjs";

const [OK, ILL, UNTOLD] = ["ok", "ILL", "UNKNOWN"]; // as the report in Python has them
const YOUNG = 100; // steps: until then a healthy model may do no better
const PATIENCE = "An untrained model does worse than the mean picture, and hardly listens to its code, so baseline " +
  "and decoder say nothing yet.";
const YIELDS = new Set(["baseline", "decoder"]); // to training
const LINES = 6; // of the course that are kept

function verdictOf({ healthy }) {
  return healthy === null ? UNTOLD : healthy ? OK : ILL;
}

/** Give the findings that complain. */
export function complaintsOf(findings) {
  return findings.filter(({ healthy }) => healthy === false);
}

/** Link to an exhibit of the page. */
export function exhibitLink(exhibit) {
  return element("a", { href: addressOf(exhibit) }, exhibit);
}

/** Make an element of words in which backquotes enclose code. */
function withCode(tag, words) {
  return element(tag, {}, ...words.split("`").map((part, i) => (i % 2 ? element("code", {}, part) : part)));
}

function rowsOf(findings) {
  return findings.map((each) => element("tr", { "data-verdict": verdictOf(each), "data-value": each.value },
    element("td", {}, verdictOf(each)), element("th", { scope: "row" }, each.check),
    withCode("td", each.words)));
}

/** Make the report, and below it the course: at which steps the complaints became others. */
export function makeReportTable() {
  const title = element("caption", {}, "The doctor has not examined it yet");
  const [body, rest] = [element("tbody", {}), element("tbody", {})];
  const summary = element("summary", {});
  const fine = element("details", { hidden: "" }, summary, element("table", {}, rest));
  const cures = element("ul", { class: "patient-cures" });
  const note = element("p", { class: "patient-note" });
  const lines = element("ol", {});
  const course = element("div", { class: "patient-course", hidden: "" },
    element("p", {}, "The course of the illness: what was ill from which step on, and its number"), lines);
  const el = element("div", { class: "patient-report" },
    element("table", {}, title, body), note, cures, fine);
  let told = "";

  return {
    el,
    course,
    clear() {
      told = "";
      title.textContent = "The doctor has not examined it yet";
      for (const part of [body, rest, cures, lines]) part.replaceChildren();
      note.textContent = "";
      fine.hidden = course.hidden = true;
    },
    /** Show what the doctor has found, and when; `lost` says that the numbers are not finite any more. */
    show({ findings, steps }, lost) {
      const well = findings.filter(({ healthy }) => healthy);
      const when = lost ? `At step ${steps}, the last time that all numbers were finite` : `At step ${steps}`;
      title.textContent = well.length < findings.length ? `${when}, the doctor finds`
        : `${when}, the doctor finds nothing wrong`;
      body.replaceChildren(...rowsOf(findings.filter(({ healthy }) => !healthy)));
      rest.replaceChildren(...rowsOf(well));
      summary.textContent = `${well.length} of ${findings.length} checks are ok`;
      fine.hidden = !well.length;
      const ill = complaintsOf(findings);
      note.textContent = steps < YOUNG && ill.some(({ check }) => YIELDS.has(check)) ? PATIENCE : "";
      cures.replaceChildren(...curesOf(findings).map(([words, exhibit]) => {
        const cure = withCode("li", `The fix: ${words} `);
        cure.append(exhibitLink(exhibit));
        return cure;
      }));
      this.follow(steps, ill);
    },
    /** Add a line to the course if the complaints have changed. */
    follow(steps, ill) {
      const names = ill.map(({ check }) => check).join(", ");
      if (names === told) return;
      told = names;
      const words = ill.map(({ check, value }) => `${check}${Number.isFinite(value) ? ` ${figures(value, 3)}` : ""}`);
      lines.append(element("li", {}, `Step ${steps}: ${words.join(", ") || "nothing"}`));
      if (lines.children.length > LINES) lines.firstChild.remove();
      course.hidden = false;
    },
  };
}
