// The stage of an explorer: what there is to see and to press. What happens on it is in play.mjs.

import { codeInWords, mapCaption, tuple, whereInWords } from "./captions.mjs";
import { classChoice, makeSliders, modelChoice } from "./choices.mjs";
import { button, element, painter, readable } from "./elements.mjs";
import { makeField } from "./field.mjs";
import { makeMap } from "./map.mjs";
import { makeStrip } from "./share.mjs";
import { followTheme } from "./theme.mjs";

const REST = 500; // milliseconds after which the hand is said to rest
const EMPTY = "Anywhere, at any size.";
const TAKE = "Or take a decoded picture of a class:";
const WALK = "Walk from your drawing to another:";

/**
 * Make the stage.
 *
 * @param data as at the head of explorer.mjs, its models with numbers for codes
 * @param comparison element that compares the models
 * @param hand {onDraw(ink), onAnew(), onBack(), onPick(label), onChoose(i), onMove(z), onHome(),
 *     onMiddle(), onWander(), onTouch()}
 */
export function makeStage(data, comparison, hand) {
  const { label, shape, extent, class_names: classNames, labels, models } = data;
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", "aria-live": "polite" });
  const verdict = element("p", { class: "explorer-verdict" });
  const decoded = painter(shape);
  const [decodedTitle, decodedCode] = [element("strong", {}), element("span", {})];
  const back = button("Back", hand.onBack);
  const wander = button("Walk", hand.onWander);
  wander.hidden = true;
  const field = makeField(shape, extent, hand.onDraw);
  const [fieldTitle, fieldCode] = [element("strong", {}), element("span", {})];
  const spaceBox = element("div", { class: "explorer-space" });
  const radios = modelChoice(models.map(({ name }) => name), hand.onChoose);
  const chips = classChoice(classNames, labels, hand.onPick);
  const strip = makeStrip(shape);
  const el = element("div", { class: "explorer-live", "data-lm-suppress-shortcuts": "true" },
    alert,
    element("div", { class: "explorer-stage" },
      spaceBox,
      element("div", { class: "explorer-side" },
        card(decoded.canvas, decodedTitle, decodedCode, wander, back),
        card(field.el, fieldTitle, fieldCode, button("Start anew", hand.onAnew)))),
    verdict, chips.el, strip.el,
    ...(models.length > 1 ? [radios.el, comparison] : []), said);

  let model; // that is shown
  let space; // its map, or its sliders
  let colours = null; // of the theme
  let rest;

  const endTheme = followTheme(el, (found) => {
    colours = found;
    colours.classes.forEach((each, i) => el.style.setProperty(`--explorer-class-${i}`, each));
    space?.paint(colours);
  });
  for (const event of ["pointerdown", "keydown"]) {
    el.addEventListener(event, ({ target, key }) => {
      if (target !== wander && key !== "Tab" && key !== "Shift") hand.onTouch();
    }, { capture: true });
  }

  return {
    el,
    put: field.put,
    choose: radios.show,
    strip,
    /** Put up what belongs to a model; `decode` gives the pixels of a code. */
    enter(i, decode) {
      const before = space?.view ?? null;
      model = models[i];
      alert.hidden = true;
      radios.show(i);
      space?.stop();
      space = model.view
        ? makeMap(model, { labels, classNames, shape }, decode, hand, before)
        : makeSliders(model, hand);
      const caption = model.view ? mapCaption(model.view, models.find(({ view }) => view).view) : "";
      spaceBox.replaceChildren(space.el, element("p", {}, caption));
      if (colours) space.paint(colours);
    },
    /** Say what lies on the field, and that it was drawn by hand. */
    title(words, drawn, inWords = words.toLowerCase()) {
      fieldTitle.textContent = words;
      field.describe(`Field to draw on, by pointer or finger: ${inWords}`);
      chips.hint(drawn ? WALK : TAKE);
    },
    /** Show a code, what it decodes to, the code of the picture on the field, and words on that. */
    show(z, pixels, posterior, words, quiet) {
      decoded.pixels(pixels);
      space.show(z, posterior);
      const own = posterior && posterior.mean.every((mean, i) => mean === z[i]);
      const where = model.names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");
      decodedTitle.textContent = own ? "Reconstruction" : "What lies there";
      decodedCode.textContent = model.view ? `at ${tuple(z)}` : "";
      back.hidden = !posterior || own;
      decoded.describe(`${label} at ${where}${own ? ", the reconstruction of the field" : ""}`);
      fieldCode.textContent = posterior ? codeInWords(posterior, model.view) : EMPTY;
      verdict.textContent = words;
      clearTimeout(rest);
      if (quiet) return;
      rest = setTimeout(() => {
        said.textContent = `${whereInWords(z, model, labels, classNames)}${words && `. ${words}`}`;
      }, REST);
    },
    /** Say whether the point walks by itself. */
    walks(going) {
      wander.hidden = false;
      wander.textContent = going ? "Pause" : "Walk";
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
      endTheme();
      space.stop();
    },
  };
}

/** Make a picture with its title, numbers and buttons. */
function card(picture, title, numbers, ...buttons) {
  return element("figure", { class: "explorer-card" }, picture,
    element("figcaption", {}, title, element("div", { class: "explorer-buttons" }, ...buttons), numbers));
}
