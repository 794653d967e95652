// The stage of a training: what there is to see and to press. What happens on it is in playground.mjs.

import { makeSliders, modelChoice } from "./choices.mjs";
import { button, element, keepKeys, painter } from "./elements.mjs";
import { makeLiveMap } from "./live_map.mjs";
import { makeLossChart } from "./loss_chart.mjs";
import { mosaic, ROW } from "./mosaic.mjs";
import { makeClaims } from "./training_claims.mjs";
import { SIDE } from "./training_pictures.mjs";
import { FIRST, MODELS } from "./training_plan.mjs";

const RANGE = 3; // of a slider, in units of the prior
const DOTS = ["A dot is a held-out picture.", "A dot is one of your pictures, blue if it is held out."];
const ABOUT_MAP = "Dashed: radius 1 and 2 of N(0, I). Drag the point, or use the arrow keys.";

// What can be chosen: a name, and for each value the words for it.
export const CHOICES = {
  latentDim: ["Numbers in a code", [[2, "2, a map"], [8, "8, sliders"]]],
  hidden: ["Hidden units", [[[64, 32], "64, 32"], [[128, 64], "128, 64"], [[256, 64], "256, 64"]]],
  rate: ["Learning rate", [[0.0005, "0.0005"], [0.001, "0.001"], [0.002, "0.002"], [0.004, "0.004"],
    [0.01, "0.01"], [0.1, "0.1"], [1, "1"]]],
  batch: ["Batch", [[16, "16"], [32, "32"], [64, "64"], [128, "128"]]],
};

/** Make a slider for beta: 0, and from 0.01 to 100 twenty places for each power of ten. */
function betaSlider(first, onMove) {
  const value = first && 41 + Math.round(20 * Math.log10(first));
  const input = element("input", { type: "range", min: 0, max: 81, value,
    "aria-label": "beta", autocomplete: "off" });
  const output = element("output", { "aria-live": "off" });
  const tell = () => {
    const beta = input.valueAsNumber && 10 ** ((input.valueAsNumber - 41) / 20);
    output.textContent = `${Number(beta.toPrecision(2))}`;
    input.setAttribute("aria-valuetext", output.textContent);
    return beta;
  };
  input.addEventListener("input", () => onMove(tell()));
  tell();
  keepKeys(input);
  return element("label", { class: "latent-row training-beta" },
    element("span", {}, "β, the weight of the KL term"), input, output);
}

function choice(key, onChoose) {
  const [name, options] = CHOICES[key];
  const select = element("select", { autocomplete: "off" },
    ...options.map(([, words]) => element("option", {}, words)));
  select.selectedIndex = options.findIndex(([value]) => `${value}` === `${FIRST[key]}`);
  select.addEventListener("change", () => onChoose({ [key]: options[select.selectedIndex][0] }));
  return element("label", {}, name, select);
}

function seedField(onChoose) {
  const input = element("input", { type: "number", min: 0, max: 9999, step: 1, value: FIRST.seed,
    autocomplete: "off" });
  input.addEventListener("change", () => {
    const seed = Math.min(9999, Math.max(0, Math.round(input.valueAsNumber) || 0));
    input.value = seed;
    onChoose({ seed });
  });
  return element("label", {}, "Seed", input);
}

function titled(canvas, title, words, kind = "") {
  return element("figure", { class: `explorer-card ${kind}`.trim() }, canvas,
    element("figcaption", {}, element("strong", {}, title), element("span", {}, words)));
}

/**
 * Make the stage.
 *
 * @param hand {onPlay(), onStep(), onAgain(), onChoose({name: value}), onBeta(beta), onRate(rate),
 *     onMove(z), onExplore(), onSave(), onKeep(), onOpen(file)}
 * @param sets element that chooses the pictures
 * @param plan what is shown, as `completed` gives it
 */
export function makePlaygroundStage(hand, sets, plan) {
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", role: "status" });
  const [play, step, again] = [button("Play", hand.onPlay), button("One step", hand.onStep),
    button("Start again", hand.onAgain)];
  play.classList.add("training-play");
  const [explore, save, keep] = [button("Explore it", hand.onExplore), button("Save its weights", hand.onSave),
    button("Save it as a page", hand.onKeep)];
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: "" });
  file.addEventListener("change", () => {
    hand.onOpen(file.files[0]);
    file.value = ""; // so that the same file can be opened again
  });
  const open = button("Open a model", () => file.click());
  const models = modelChoice(MODELS, (i) => hand.onChoose({ vae: i === 0 }));
  models.show(plan.first.vae ? 0 : 1);
  const beta = betaSlider(plan.first.beta, hand.onBeta);
  const claims = makeClaims(plan.claims);
  /** Give what stands there by the plan. */
  const shown = (name, ...parts) => (plan.show.includes(name) ? parts : []);
  const whole = (...parts) => (plan.whole ? parts : []);
  const progress = element("p", { class: "training-progress" });
  const [costs, scale] = [element("p", { class: "training-costs" }), element("p", {})];
  const space = element("div", { class: "explorer-space" });
  const held = painter([2 * SIDE, ROW * SIDE]);
  const dreams = painter([SIDE, ROW * SIDE]);
  const point = painter([SIDE, SIDE]);
  const losses = makeLossChart();
  const choices = element("details", { class: "training-choices" },
    element("summary", {}, "More choices"),
    element("div", {},
      choice("latentDim", hand.onChoose), choice("hidden", hand.onChoose),
      choice("rate", ({ rate }) => hand.onRate(rate)), choice("batch", hand.onChoose),
      seedField(hand.onChoose)),
    element("p", {}, "The learning rate changes at once. The others start the training again."));
  const el = element("div", { class: "explorer-live training-live", "data-lm-suppress-shortcuts": "true" },
    alert, sets, ...(plan.models.length > 1 ? [models.el] : []),
    element("div", { class: "training-buttons" }, play, step, again), ...shown("beta", beta), ...whole(choices),
    element("div", { class: "training-numbers" }, progress, costs, scale), claims.el,
    element("div", { class: "explorer-stage" }, ...shown("map", space),
      element("div", { class: "explorer-side training-side" },
        ...shown("pictures",
          titled(held.canvas, "Held out", "Above, pictures it is not trained on. Below, what it makes of them.")),
        ...shown("samples", titled(dreams.canvas, "From the prior", "What it decodes codes from N(0, I) to.")),
        ...shown("map", titled(point.canvas, "At the point", "", "training-point")))),
    ...shown("losses", losses.canvas),
    ...whole(element("div", { class: "training-buttons" }, explore, save, keep, open, file)), said);

  let map = null; // or null, where sliders are
  /** Show nothing, as before a training. */
  function clear() {
    for (const paint of [held, dreams, point]) paint.pixels(new Float32Array(2 * SIDE * ROW * SIDE));
    held.describe("No reconstructions yet");
    dreams.describe("No pictures from the prior yet");
    point.describe("Nothing decoded yet");
    progress.textContent = "Not started.";
    costs.textContent = scale.textContent = "";
  }

  return {
    el,
    said(words) {
      said.textContent = words;
    },
    /** Put up what belongs to these settings, and to the reader's `own` pictures or others. */
    enter({ vae, latentDim }, bounds, own) {
      beta.hidden = !vae;
      const make = latentDim === 2 ? makeLiveMap : makeSliders;
      const each = (value) => Array.from({ length: latentDim }, () => value);
      const names = each(0).map((_, i) => `z${String.fromCharCode(0x2081 + i)}`);
      const made = make(latentDim === 2 ? hand : { names, low: each(-RANGE), high: each(RANGE),
        steps: each(100) }, hand);
      if (latentDim === 2) map = made;
      else {
        map = null;
        made.show(each(0));
      }
      space.replaceChildren(made.el, element("p", {}, map ? `${DOTS[Number(own)]} ${ABOUT_MAP}` : "Each slider is a number of the code that is decoded."));
      losses.clear(vae, bounds);
      claims.clear();
      if (!bounds) clear();
    },
    /** Show how far the training is. */
    show(report, { test, testLabels, classNames, baseline, floor }, vae) {
      const { steps, seconds, reconstruction, kl, codes, shown, rebuilt, dreamt } = report;
      progress.textContent = `Step ${steps}, after ${seconds.toFixed(1)} s of computing` +
        `${report.plain ? ", without WebAssembly" : ""}.`;
      const sum = (reconstruction + kl).toFixed(1);
      costs.textContent = vae
        ? `Held out: ${sum} nats = ${reconstruction.toFixed(1)} reconstruction + ${kl.toFixed(1)} KL`
        : `Held out: ${reconstruction.toFixed(1)} nats`;
      scale.textContent = `To compare: the mean picture costs ${baseline.toFixed(1)}, and no reconstruction less than ${floor.toFixed(1)}.`;
      const size = SIDE ** 2;
      const originals = new Float32Array(rebuilt.length);
      shown.forEach((j, i) => originals.set(test.subarray(j * size, (j + 1) * size), i * size));
      held.pixels(mosaic([originals, rebuilt]));
      held.describe(`${shown.length} held-out pictures, and their reconstructions after ${steps} steps`);
      dreams.pixels(mosaic([dreamt]));
      dreams.describe(`Eight pictures decoded from N(0, I) after ${steps} steps`);
      map?.show(codes, testLabels, classNames);
      losses.add(report);
      claims.show(report, { baseline, floor, held: testLabels.length });
    },
    look(pixels) {
      point.pixels(pixels);
      point.describe("What the network decodes the point to");
    },
    half: () => map?.half ?? RANGE,
    judged: claims.said,
    draw() {
      map?.draw();
      losses.draw();
    },
    /** Say whether it is playing, and what can be pressed. */
    mode({ playing, started, sick, enough }) {
      play.textContent = playing ? "Pause" : "Play";
      for (const each of [explore, save, keep]) each.disabled = playing || !started || sick;
      play.disabled = step.disabled = sick || !enough;
      step.disabled ||= playing;
    },
    complain(words) {
      alert.textContent = words;
      alert.hidden = !words;
    },
  };
}
