// What can be chosen of a training: the weight of the KL term, and what stands folded below it.

import { element, keepKeys } from "./elements.mjs";
import { FIRST } from "./training_plan.mjs";

// What can be chosen: a name, and for each value the words for it.
const CHOICES = {
  latentDim: ["Numbers in a code", [[2, "2, a map"], [8, "8, sliders"]]],
  hidden: ["Hidden units", [[[64, 32], "64, 32"], [[128, 64], "128, 64"], [[256, 64], "256, 64"]]],
  rate: ["Learning rate", [[0.0005, "0.0005"], [0.001, "0.001"], [0.002, "0.002"], [0.004, "0.004"],
    [0.01, "0.01"], [0.1, "0.1"], [1, "1"]]],
  batch: ["Batch", [[16, "16"], [32, "32"], [64, "64"], [128, "128"]]],
};

/** Make a slider for beta: 0, and from 0.01 to 100 twenty places for each power of ten. */
export function betaSlider(first, onMove) {
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

/** Make the folded choices. `hand` has onChoose({name: value}) and onRate(rate), of which only the first starts anew. */
export function makeChoices({ onChoose, onRate }) {
  return element("details", { class: "training-choices" },
    element("summary", {}, "More choices"),
    element("div", {},
      choice("latentDim", onChoose), choice("hidden", onChoose),
      choice("rate", ({ rate }) => onRate(rate)), choice("batch", onChoose),
      seedField(onChoose)),
    element("p", {}, "The learning rate changes at once. The others start the training again."));
}
