// The tray: a reader's pictures, seen before they are used, each of which can be taken out again.

import { button, element, painter } from "./elements.mjs";
import { nearSight } from "./own_sight.mjs";
import { SIDE } from "./training_pictures.mjs";

const TOGETHER = 25; // pictures that come into sight in one go: each go lays out all of them
const WAYS_ON = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Make a tray.
 *
 * @param onChange called after pictures have come or gone
 * @returns {el, add(picture), changed(), pictures(): list of Float32Array (784)}
 */
export function makeTray(onChange) {
  let pictures = [];
  const waiting = document.createDocumentFragment();
  const sheet = element("div", { class: "own-sheet", role: "group",
    "aria-label": "Your pictures. Press one to take it out; arrow keys go from one to the next." });
  const clear = button("Take all out", () => {
    pictures = [];
    waiting.replaceChildren();
    sheet.replaceChildren();
    onChange();
  });
  const el = element("div", { class: "own-tray", hidden: "" }, sheet,
    element("div", { class: "training-buttons" }, clear));
  const look = nearSight(sheet, (i) => {
    const paint = painter([SIDE, SIDE]);
    paint.pixels(pictures[i]);
    paint.canvas.setAttribute("aria-hidden", "true");
    return paint.canvas;
  });

  /** Let the keyboard reach one of the pictures: the way through 2,000 must not be long. */
  function reach(i, focus) {
    const each = sheet.children[Math.min(Math.max(0, i), sheet.children.length - 1)];
    if (!each) return;
    sheet.querySelector("[tabindex='0']")?.setAttribute("tabindex", -1);
    each.setAttribute("tabindex", 0);
    if (focus) each.focus();
  }
  const placeOf = (one) => [...sheet.children].indexOf(one);
  sheet.addEventListener("keydown", (event) => {
    const way = WAYS_ON[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    reach(placeOf(event.target) + way, true);
  });
  sheet.addEventListener("focusin", ({ target }) => reach(placeOf(target), false));
  sheet.addEventListener("click", ({ target }) => {
    const one = target.closest("button");
    if (!one) return;
    const i = placeOf(one);
    pictures.splice(i, 1);
    one.remove();
    reach(i, true);
    [...sheet.children].slice(i).forEach((other, j) => number(other, i + j));
    look();
    onChange();
  });
  function number(one, i) {
    one.setAttribute("aria-label", `Take out picture ${i + 1}`);
  }
  return {
    el,
    pictures: () => pictures,
    add(picture) {
      const one = button("", () => {});
      one.setAttribute("tabindex", pictures.length ? -1 : 0);
      number(one, pictures.length);
      pictures.push(picture);
      waiting.append(one);
      if (waiting.childElementCount < TOGETHER) return;
      sheet.append(waiting);
      el.hidden = false;
      look();
    },
    /** Show all, once some have come or gone. */
    changed() {
      sheet.append(waiting);
      el.hidden = !pictures.length;
      look();
    },
  };
}
