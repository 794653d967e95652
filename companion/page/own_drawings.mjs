// Pictures that a reader draws in the page, one after the other.

import { button, element } from "./elements.mjs";
import { makeField } from "./field.mjs";
import { EXTENT } from "./own_reading.mjs";
import { SIDE } from "./training_pictures.mjs";

/**
 * Make the way in for drawings.
 *
 * @param tray {add(picture), full()}
 * @param tell as for makeFiles
 * @returns {el, active(whether)}
 */
export function makeDrawings(tray, tell) {
  let ink = null;
  const field = makeField([SIDE, SIDE], EXTENT, (drawn) => {
    ink = drawn;
    for (const each of [add, anew]) each.disabled = false;
  });
  field.describe("Field to draw on, by pointer or finger");
  const add = button("Add this drawing", () => {
    if (tray.full()) tell("The tray is full.", true);
    else {
      tray.add(ink);
      tell("", true);
    }
    clear();
  });
  const anew = button("Wipe it off", clear);
  function clear() {
    ink = null;
    field.put(null);
    for (const each of [add, anew]) each.disabled = true;
  }
  clear();
  const el = element("div", { class: "own-way own-pad" },
    element("figure", {}, field.el),
    element("div", { class: "training-buttons" }, add, anew));
  return {
    el,
    active(whether) {
      el.hidden = !whether;
    },
  };
}
