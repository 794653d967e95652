// The stage of an explorer: what there is to see and to press. What happens on it is in play.mjs.

import { classChoice, makeSliders, modelChoice } from "./choices.mjs";
import { button, element, painter, readable } from "./elements.mjs";
import { makeField } from "./field.mjs";
import { makeMap } from "./map.mjs";

const REST = 500; // milliseconds after which the hand is said to rest
const HINT = "Drag the point, tap, or use the arrow keys. Dashed: radius 1 and 2 of N(0, I).";
const CENTRED = "It is centred by its mass before it is encoded.";

/**
 * Make the stage.
 *
 * @param data as at the head of explorer.mjs, its models with numbers for codes
 * @param hand {onDraw(ink), onClear(), onPick(label), onChoose(i), onMove(z), onHome()}
 */
export function makeStage({ label, shape, class_names: classNames, labels, models }, hand) {
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", "aria-live": "polite" });
  const decoded = painter(shape);
  const [decodedTitle, decodedCode] = [element("strong", {}), element("span", {})];
  const field = makeField(shape, hand.onDraw);
  const [fieldTitle, fieldCode] = [element("strong", {}), element("span", {})];
  const spaceBox = element("div", { class: "explorer-space" });
  const radios = modelChoice(models.map(({ name }) => name), hand.onChoose);
  const el = element("div", { class: "explorer-live", "data-lm-suppress-shortcuts": "true" },
    alert,
    ...(models.length > 1 ? [radios.el] : []),
    element("div", { class: "explorer-stage" },
      spaceBox,
      element("div", { class: "explorer-side" },
        card(decoded.canvas, decodedTitle, decodedCode, button("Reset", hand.onHome)),
        card(field.el, fieldTitle, fieldCode, button("Clear", hand.onClear)))),
    classChoice(classNames, labels, hand.onPick), said);

  let model; // that is shown
  let space; // its map, or its sliders
  let rest;

  return {
    el,
    put: field.put,
    choose: radios.show,
    /** Put up what belongs to a model. */
    enter(i) {
      model = models[i];
      alert.hidden = true;
      radios.show(i);
      space?.stop();
      const make = model.view ? makeMap : makeSliders;
      space = make(model, { labels, classNames, onMove: hand.onMove, onHome: hand.onHome });
      spaceBox.replaceChildren(space.el, element("p", {}, model.view ? HINT : ""));
    },
    /** Say what lies on the field. */
    title(words, inWords = words.toLowerCase()) {
      fieldTitle.textContent = words;
      field.describe(`Field to draw on, by pointer or finger: ${inWords}`);
    },
    /** Show a code, what it decodes to, and the code of the picture on the field. */
    show(z, pixels, posterior, quiet) {
      decoded.pixels(pixels);
      space.show(z, posterior);
      const own = posterior && posterior.mean.every((mean, i) => mean === z[i]);
      const where = model.names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");
      decodedTitle.textContent = own ? "Reconstruction" : "Decoded";
      decodedCode.textContent = model.view ? `z = ${tuple(z)}` : "";
      decoded.describe(`${label} at ${where}${own ? ", the reconstruction of the field" : ""}`);
      fieldCode.textContent = posterior ? codeInWords(posterior, model.view) : CENTRED;
      clearTimeout(rest);
      if (quiet) return;
      rest = setTimeout(() => (said.textContent = `${where}${space.describe()}`), REST);
    },
    complain(what, error) {
      alert.textContent = `${what}: ${error.message}.`;
      alert.hidden = false;
    },
    complainNoMore() {
      alert.hidden = true;
    },
    stop() {
      clearTimeout(rest);
      space.stop();
    },
  };
}

/** Make a picture with its title, numbers and button. */
function card(picture, title, numbers, button) {
  return element("figure", { class: "explorer-card" }, picture,
    element("figcaption", {}, title, button, numbers));
}

function tuple(values) {
  return `(${values.map(readable).join(", ")})`;
}

/** Write the code of a picture: numbers of a plane, or how wide a Gaussian of many numbers is. */
function codeInWords({ mean, sigma }, flat) {
  if (flat && !sigma) return `code ${tuple(mean)}`;
  if (flat) return `mean ${tuple(mean)}\nσ ${tuple(sigma)}`;
  if (!sigma) return "";
  return `σ ${readable(Math.min(...sigma))} to ${readable(Math.max(...sigma))}`;
}
