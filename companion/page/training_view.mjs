// What a report of a training shows: numbers, the map, pictures, curves. What is long for one frame
// is drawn in several.

import { makeSliders } from "./choices.mjs";
import { element, painter } from "./elements.mjs";
import { makeLiveMap } from "./live_map.mjs";
import { makeLossChart } from "./loss_chart.mjs";
import { mosaic, ROW } from "./mosaic.mjs";
import { makeClaims } from "./training_claims.mjs";
import { SIDE } from "./training_pictures.mjs";
import { makeTurns } from "./turns.mjs";

const RANGE = 3; // of a slider, in units of the prior
const DOTS = ["A dot is a held-out picture.", "A dot is one of your pictures, blue if it is held out."];
const ABOUT_MAP = "Dashed: radius 1 and 2 of N(0, I). Drag the point, or use the arrow keys.";

function titled(canvas, title, words, kind = "") {
  return element("figure", { class: `explorer-card ${kind}`.trim() }, canvas,
    element("figcaption", {}, element("strong", {}, title), element("span", {}, words)));
}

/**
 * Make what there is to see.
 *
 * @param plan what is shown, as `completed` gives it
 * @param onMove called with a code that the hand chooses
 * @returns {els, enter(settings, bounds, own), show(report, bounds, vae), soon(report, bounds, vae),
 *     look(pixels), half(), judged(), draw()}: `show` draws a report at once, and `soon` in the next frames
 */
export function makeTrainingView(plan, onMove) {
  const progress = element("p", { class: "training-progress" });
  const [costs, scale] = [element("p", { class: "training-costs" }), element("p", {})];
  const space = element("div", { class: "explorer-space" });
  const held = painter([2 * SIDE, ROW * SIDE]);
  const dreams = painter([SIDE, ROW * SIDE]);
  const point = painter([SIDE, SIDE]);
  const [claims, losses] = [makeClaims(plan.claims), makeLossChart()];
  let map = null; // or null, where sliders are
  let [report, bounds, vae] = [null, null, true];

  /** Show nothing, as before a training. */
  function clear() {
    for (const paint of [held, dreams, point]) paint.pixels(new Float32Array(2 * SIDE * ROW * SIDE));
    held.describe("No reconstructions yet");
    dreams.describe("No pictures from the prior yet");
    point.describe("Nothing decoded yet");
    progress.textContent = "Not started.";
    costs.textContent = scale.textContent = "";
  }
  function showNumbers() {
    const { steps, seconds, reconstruction, kl, plain } = report;
    progress.textContent = `Step ${steps}, after ${seconds.toFixed(1)} s of computing` +
      `${plain ? ", without WebAssembly" : ""}.`;
    costs.textContent = vae
      ? `Held out: ${(reconstruction + kl).toFixed(1)} nats = ${reconstruction.toFixed(1)} reconstruction + ${kl.toFixed(1)} KL`
      : `Held out: ${reconstruction.toFixed(1)} nats`;
    scale.textContent = `To compare: the mean picture costs ${bounds.baseline.toFixed(1)}, and no reconstruction less than ${bounds.floor.toFixed(1)}.`;
  }
  function showPictures() {
    const { steps, shown, rebuilt, dreamt, looked } = report;
    const size = SIDE ** 2;
    const originals = new Float32Array(rebuilt.length);
    shown.forEach((j, i) => originals.set(bounds.test.subarray(j * size, (j + 1) * size), i * size));
    held.pixels(mosaic([originals, rebuilt]));
    held.describe(`${shown.length} held-out pictures, and their reconstructions after ${steps} steps`);
    dreams.pixels(mosaic([dreamt]));
    dreams.describe(`Eight pictures decoded from N(0, I) after ${steps} steps`);
    if (looked) look(looked);
  }
  function look(pixels) {
    point.pixels(pixels);
    point.describe("What the network decodes the point to");
  }
  const turns = makeTurns(() => map?.show(report.codes, bounds.testLabels, bounds.classNames),
    [showNumbers, losses.draw, showPictures]);
  /** Take a report; what is counted and judged is so at once. */
  function take(...given) {
    [report, bounds, vae] = given;
    losses.add(report);
    const { baseline, floor, testLabels } = bounds;
    claims.show(report, { baseline, floor, held: testLabels.length });
  }

  const shown = (name, ...parts) => (plan.show.includes(name) ? parts : []);
  return {
    els: [element("div", { class: "training-numbers" }, progress, costs, scale), claims.el,
      element("div", { class: "explorer-stage" }, ...shown("map", space),
        element("div", { class: "explorer-side training-side" },
          ...shown("pictures",
            titled(held.canvas, "Held out", "Above, pictures it is not trained on. Below, what it makes of them.")),
          ...shown("samples", titled(dreams.canvas, "From the prior", "What it decodes codes from N(0, I) to.")),
          ...shown("map", titled(point.canvas, "At the point", "", "training-point")))),
      ...shown("losses", losses.canvas)],
    /** Put up what belongs to these settings, and to the reader's `own` pictures or others. */
    enter({ vae, latentDim }, bounds, own) {
      turns.stop();
      const each = (value) => Array.from({ length: latentDim }, () => value);
      const names = each(0).map((_, i) => `z${String.fromCharCode(0x2081 + i)}`);
      map = latentDim === 2 ? makeLiveMap({ onMove }) : null;
      const made = map ?? makeSliders({ names, low: each(-RANGE), high: each(RANGE), steps: each(100) }, { onMove });
      if (!map) made.show(each(0));
      space.replaceChildren(made.el, element("p", {}, map ? `${DOTS[Number(own)]} ${ABOUT_MAP}` : "Each slider is a number of the code that is decoded."));
      losses.clear(vae, bounds);
      claims.clear();
      if (!bounds) clear();
    },
    show(...given) {
      take(...given);
      turns.now();
    },
    soon(...given) {
      take(...given);
      turns.soon();
    },
    look,
    half: () => map?.half ?? RANGE,
    judged: claims.said,
    draw() {
      map?.draw();
      losses.draw();
    },
  };
}
