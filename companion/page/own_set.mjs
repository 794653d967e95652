// A set of a reader's own pictures: how they come in, the tray, what is said of their number.

import { element } from "./elements.mjs";
import { makeTray } from "./own_tray.mjs";
import { PIXELS } from "./training_pictures.mjs";
import { makeRandom } from "./training.mjs";

const FULL = 2000; // pictures
const [FEW, AMPLE] = [30, 300]; // pictures: fewer are known by heart at once, and fewer before long
const HELD = 5; // of so many pictures one is held out
const MAPPED = 300; // dots on the map, at most
const PRIVATE = "Nothing leaves this page: your pictures are read here, and forgotten when you close it.";

/**
 * Make a set.
 *
 * @param way called with {add, full} and `tell`; gives {el, active(whether)}
 * @param onChange called after pictures have come or gone
 * @returns {el, active(whether), enough(), bring()}
 */
export function makeOwnSet(way, onChange) {
  const status = element("p", { role: "status" });
  const fault = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const tray = makeTray(changed);
  const entrance = way({ add: tray.add, full: () => tray.pictures().length >= FULL }, (words, done) => {
    if (!done) status.textContent = words;
    else {
      changed();
      fault.textContent = words;
      fault.hidden = !words;
    }
  });
  const el = element("div", { class: "own-set", hidden: "" }, entrance.el, fault, status, tray.el,
    element("p", {}, PRIVATE));
  function changed() {
    fault.hidden = true;
    tray.changed();
    status.textContent = wordsOnNumber(tray.pictures().length);
    onChange();
  }
  status.textContent = wordsOnNumber(0);
  return {
    el,
    active(whether) {
      el.hidden = !whether;
      entrance.active(whether);
    },
    enough: () => tray.pictures().length > 1,
    bring: () => divided(tray.pictures()),
  };
}

/** Say what so many pictures are good for. */
function wordsOnNumber(n) {
  const held = heldOf(n);
  if (n === 0) return `No pictures yet. ${FEW} or more make a map worth looking at.`;
  if (n === 1) return "1 picture. A training needs another, because one is held out to measure with.";
  const count = `${n} pictures, of which ${held} ${held > 1 ? "are" : "is"} held out.`;
  if (n >= AMPLE) return count;
  return n < FEW
    ? `${count} So few are soon known by heart: expect good copies of these, and poor ones of those held out.`
    : `${count} Watch what they cost: it falls, and rises again once the others are known by heart.`;
}

const heldOf = (n) => Math.max(1, Math.floor(n / HELD));

/** Divide pictures, by lot, into those to train on and those held out; the same ones every time. */
function divided(pictures) {
  const random = makeRandom(pictures.length);
  const order = pictures.map((picture) => [random.uniform(), picture]).sort((a, b) => a[0] - b[0]);
  const flat = (some) => {
    const all = new Float32Array(some.length * PIXELS);
    some.forEach(([, picture], i) => all.set(picture, i * PIXELS));
    return all;
  };
  const held = heldOf(pictures.length);
  const test = flat(order.slice(0, held));
  const train = flat(order.slice(held));
  const beside = train.slice(0, Math.max(0, MAPPED - held) * PIXELS);
  const testLabels = Array.from({ length: held + beside.length / PIXELS }, (_, i) => Number(i >= held));
  return { train, test, beside, testLabels, classNames: ["held out", "trained on"] };
}
