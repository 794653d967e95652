// What moves a cover and says what it does; filling.mjs puts it together.

import { element, keepKeys, painter } from "./elements.mjs";

const SIDES = { below: "below", above: "above", left: "the left", right: "the right" };
const REST = 700; // milliseconds without a move, after which a screen reader hears what is shown

/** Make the slider of the cover. */
export function cover(onMove) {
  const input = keepKeys(element("input", {
    type: "range", min: 0, "aria-label": "Covered", autocomplete: "off",
  }));
  const output = element("output", { "aria-live": "off" }); // the slider itself tells its value
  input.addEventListener("input", () => onMove(input.valueAsNumber));
  return {
    el: element("label", { class: "filling-slider" },
      element("span", {}, "Covered"), input, output),
    show(value, most, words) {
      input.max = most;
      input.value = value;
      output.textContent = words;
      input.setAttribute("aria-valuetext", words);
    },
  };
}

/** Make the choice of the side that the cover comes from. */
export function sides(onChoose) {
  const group = `filling-${Math.random()}`; // one in the page
  const inputs = Object.entries(SIDES).map(([side, words]) => {
    const input = keepKeys(element("input", {
      type: "radio", name: group, value: side, autocomplete: "off",
    }));
    input.addEventListener("change", () => onChoose(side));
    return { input, el: element("label", {}, input, element("span", {}, words)) };
  });
  return {
    el: element("fieldset", { class: "filling-sides" },
      element("legend", {}, "The cover comes from"), ...inputs.map(({ el }) => el)),
    show(side) {
      for (const { input } of inputs) input.checked = input.value === side;
    },
  };
}

/** Make a button for each picture that can be put on the field. */
export function pictureRow(shape, pictures, names, onPick) {
  const buttons = pictures.map((picture, i) => {
    const { canvas, pixels } = painter(shape);
    canvas.removeAttribute("role");
    canvas.setAttribute("aria-hidden", "true");
    pixels(picture);
    const made = element("button", { type: "button", "aria-label": names[i] }, canvas);
    made.addEventListener("click", () => onPick(picture));
    return made;
  });
  const words = "Or take one of these:";
  return element("div", { class: "filling-pictures", role: "group", "aria-label": words },
    element("p", { "aria-hidden": "true" }, words), ...buttons);
}

/** Make a line that is seen at once, and heard when the hand rests. */
export function note() {
  const line = element("p", { class: "filling-shares", "aria-hidden": "true" });
  const heard = element("p", { class: "filling-said", role: "status" });
  let waiting;
  return {
    els: [line, heard],
    show(first, words) {
      line.textContent = words;
      clearTimeout(waiting);
      waiting = setTimeout(() => (heard.textContent = `${first} ${words}`.trim()), REST);
    },
  };
}
