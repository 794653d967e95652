// The stage of the patient: what there is to break, to press and to see. patient.mjs moves it.

import { button, element, painter } from "./elements.mjs";
import { FAULTS } from "./faults.mjs";
import { makeLiveMap } from "./live_map.mjs";
import { makeLossChart } from "./loss_chart.mjs";
import { mosaic, ROW } from "./mosaic.mjs";
import { exhibitLink, makeReportTable } from "./report_table.mjs";
import { SIDE } from "./training_pictures.mjs";

/** Make the switches. `onBreak` is called with the names of the faults that are on. */
function makeSwitches(onBreak) {
  const boxes = Object.keys(FAULTS).map((name) => {
    const input = element("input", { type: "checkbox", value: name, autocomplete: "off" });
    input.addEventListener("change", () =>
      onBreak(boxes.filter(({ checked }) => checked).map(({ value }) => value)));
    return input;
  });
  const rows = Object.values(FAULTS).map(({ words, exhibit }, i) => element("div", {},
    element("label", {}, boxes[i], element("span", {}, words)), exhibitLink(exhibit)));
  return element("fieldset", { class: "patient-switches" }, element("legend", {}, "Break it"), ...rows);
}

function card(canvas, title, words) {
  return element("figure", { class: "explorer-card" }, canvas,
    element("figcaption", {}, element("strong", {}, title), element("span", {}, words)));
}

/**
 * Make the stage.
 *
 * @param hand {onPlay(), onAgain(), onBreak(names), onMove(z), onSave()}
 */
export function makePatientStage(hand) {
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", role: "status" });
  const [play, again] = [button("Play", hand.onPlay), button("Start again", hand.onAgain)];
  const save = button("Save its weights", hand.onSave);
  play.classList.add("training-play");
  const lines = ["training-progress", "patient-loss", "training-costs", "training-scale"].map((name) =>
    element("p", { class: name }));
  const [progress, own, costs, scale] = lines;
  const [held, dreams] = [painter([2 * SIDE, ROW * SIDE]), painter([SIDE, ROW * SIDE])];
  const point = painter([SIDE, SIDE]);
  const map = makeLiveMap(hand);
  const losses = makeLossChart();
  const report = makeReportTable();
  const el = element("div", { class: "explorer-live training-live", "data-lm-suppress-shortcuts": "true" },
    alert, makeSwitches(hand.onBreak),
    element("div", { class: "training-buttons" }, play, again, save),
    element("div", { class: "training-numbers" }, ...lines),
    element("div", { class: "explorer-stage" },
      element("div", { class: "explorer-space" }, map.el,
        element("p", {}, "A dot is the code of a held-out picture. Dashed: radius 1 and 2 of N(0, I).")),
      report.el),
    element("div", { class: "patient-pictures" },
      card(held.canvas, "Held out", "Above, pictures it is not trained on. Below, the chances of ink that its loss sees."),
      card(dreams.canvas, "From the prior", "What it decodes codes from N(0, I) to."),
      card(point.canvas, "At the point", "")),
    report.course,
    losses.canvas, said);

  return {
    el,
    said(words) {
      said.textContent = words;
    },
    complain(words) {
      alert.textContent = words;
      alert.hidden = !words;
    },
    /** Begin anew, with these bounds or with none yet. */
    clear(bounds) {
      losses.clear(true, bounds);
      report.clear();
      for (const paint of [held, dreams, point]) paint.pixels(new Float32Array(2 * SIDE * ROW * SIDE));
      held.describe("No reconstructions yet");
      dreams.describe("No pictures from the prior yet");
      point.describe("Nothing decoded yet");
      for (const line of lines) line.textContent = "";
      progress.textContent = "Not started.";
    },
    /** Show how far the training is; `twice` says that its loss applies another sigmoid. */
    show({ steps, seconds, plain, reconstruction, kl, codes, shown, rebuilt, dreamt, looked }, pictures, twice) {
      const { test, testLabels, classNames, baseline, floor } = pictures;
      progress.textContent = `Step ${steps}, after ${seconds.toFixed(1)} s of computing` +
        `${plain ? ", without WebAssembly" : ""}.`;
      costs.textContent = `Held out, and rightly priced: ${(reconstruction + kl).toFixed(1)} nats = ` +
        `${reconstruction.toFixed(1)} reconstruction + ${kl.toFixed(1)} KL`;
      scale.textContent = `To compare: the mean picture costs ${baseline.toFixed(1)}, and no reconstruction less than ${floor.toFixed(1)}.`;
      const size = SIDE ** 2;
      const originals = new Float32Array(rebuilt.length);
      shown.forEach((j, i) => originals.set(test.subarray(j * size, (j + 1) * size), i * size));
      held.pixels(mosaic([originals, twice ? rebuilt.map((p) => 1 / (1 + Math.exp(-p))) : rebuilt]));
      held.describe(`${shown.length} held-out pictures, and what becomes of them after ${steps} steps`);
      dreams.pixels(mosaic([dreamt]));
      dreams.describe(`Eight pictures decoded from N(0, I) after ${steps} steps`);
      map.show(codes, testLabels, classNames);
      losses.add({ steps, reconstruction, kl });
      losses.draw();
      if (looked) this.look(looked);
    },
    look(pixels) {
      point.pixels(pixels);
      point.describe("What the network decodes the point to");
    },
    /** Show what the doctor has found: `last` is the last report with finite numbers. */
    examined(now, last) {
      own.textContent = `The loss that it makes small, of the same pictures: ${now.loss.toPrecision(4)}`;
      report.show(last ?? now, last !== null && last !== now);
    },
    draw() {
      map.draw();
      losses.draw();
    },
    /** Say whether it is playing, and what can be pressed. */
    mode({ playing, started, sick }) {
      play.textContent = playing ? "Pause" : "Play";
      play.disabled = sick;
      save.disabled = playing || !started || sick;
    },
  };
}
