// A picture, a cover over part of it, and completions: in a page and in a notebook.
//
// The data is written by filling_twin.py: {label, shape: [h, w], extent (as for the field), codes,
// decoder: {layers, ...}, pictures, names (of the pictures), start (the number of the picture that a
// page begins with), labels (of the codes) or null, class_names, temperature, parts (of all weights,
// at which codes are chosen at first)}, where the codes, the decoder and the pictures have {dtype,
// data}: bytes in a notebook, base64 in a page. In a page there are `covered` and `side` too.

import { cover, note, pictureRow, sides } from "./filling_parts.mjs";
import { button, element, oncePerFrame, painter } from "./elements.mjs";
import { makeField } from "./field.mjs";
import { chosenCode, completed, explainingWeights, priceCodes, uncovered } from "./imputing.mjs";
import { bytes } from "./notebook.mjs";
import { unpackBase64, unpackLayers, unpackNumbers } from "./page_layers.mjs";

const PACKED = ["codes", "decoder", "pictures"];
const SHADE = 0.3; // grey of a cover
const UNDER = 0.25; // how much of the ink is seen through it

/**
 * Put a live figure into `el`.
 *
 * @param data as above, its parts as Uint8Array
 * @param first called when all codes are priced, for {picture, covered, side} to begin with
 * @param onChange called with {picture, covered, side} when the hand has changed any of them
 * @returns a promise of {show({picture, covered, side})}. Rejected, with `el` as it was, if the data
 *     is broken.
 */
export async function mount(el, data, first, onChange = () => {}) {
  const { shape, label, temperature } = data;
  const numbers = ({ dtype, data: packed }) => unpackNumbers(packed, dtype);
  const prices = await priceCodes(
    unpackLayers(data.decoder.layers, numbers(data.decoder)), numbers(data.codes));
  const size = prices.pixels;
  const given = numbers(data.pictures);
  const pictures = data.names.map((_, i) => given.subarray(size * i, size * i + size));
  const blank = new Float32Array(size);
  let { parts } = data;
  let [picture, covered, side] = [null, 0, "below"];
  let quiet = true; // nothing to report: no hand has moved

  const field = makeField(shape, data.extent, (ink) => take(ink));
  field.describe("Field to draw on, by pointer or finger");
  const visible = painter(shape);
  const fillings = parts.map(() => painter(shape));
  const told = note();
  const slider = cover((value) => {
    covered = value;
    moved();
  });
  const choice = sides((value) => {
    side = value;
    covered = Math.min(covered, most());
    moved();
  });
  const redraw = oncePerFrame(() => {
    const x = picture ?? blank;
    const seen = picture ? uncovered(shape, covered, side) : new Uint8Array(size);
    const weights = explainingWeights(prices, x, seen, temperature);
    visible.pixels(x.map((ink, i) => (seen[i] ? ink : SHADE + UNDER * ink)));
    visible.describe(`What is seen of the ${label}: ${amount()} covered`);
    fillings.forEach((each, i) => {
      const k = chosenCode(weights, parts[i]);
      each.pixels(completed(prices, x, seen, k));
      const kind = data.labels ? `, by the code of: ${data.class_names[data.labels[k]]}` : "";
      each.describe(`Completion ${i + 1}${kind}`);
    });
    slider.show(covered, most(), amount());
    choice.show(side);
    told.show(`${amount()} covered.`, data.labels ? shares(weights, seen.includes(1)) : "");
    if (!quiet) onChange({ picture, covered, side });
  });

  const upright = () => side === "below" || side === "above";
  const most = () => shape[upright() ? 0 : 1];
  const amount = () => `${covered} of ${most()} ${upright() ? "rows" : "columns"}`;
  function moved() {
    quiet = false;
    redraw();
  }
  /** Take a picture, or none, that a hand has drawn or chosen. */
  function take(ink) {
    picture = ink;
    moved();
  }
  function put(ink) {
    field.put(ink);
    take(ink);
  }
  /** Say how much of the weight each class has: the first three of them. */
  function shares(weights, some) {
    const sums = data.class_names.map(() => 0);
    weights.forEach((weight, k) => (sums[data.labels[k]] += weight));
    const order = [...sums.keys()].sort((a, b) => sums[b] - sums[a]).slice(0, 3);
    const words = order.filter((i, place) => !place || sums[i] >= 0.01)
      .map((i) => `${data.class_names[i]}\u00a0(${Math.round(100 * sums[i])}\u00a0%)`);
    const begin = some ? `The ${label}, as far as can be seen` : `Nothing of the ${label} is seen`;
    return `${begin}: ${words.join(", ")}.`;
  }

  const card = (name, ...inside) =>
    element("div", { class: "filling-card" }, ...inside, element("p", {}, name));
  const live = element("div", { class: "filling-live" },
    element("div", { class: "filling-stage" },
      card("Draw here", field.el),
      card("What is seen", visible.canvas),
      element("div", { class: "filling-controls" }, slider.el, choice.el,
        button("Start anew", () => put(null)))),
    element("div", { class: "filling-heading" },
      element("span", { "aria-hidden": "true" }, "Completions"),
      button("Other completions", () => {
        parts = parts.map(() => Math.random());
        redraw();
      })),
    element("div", { class: "filling-row", role: "group", "aria-label": "Completions" },
      ...fillings.map(({ canvas }) => canvas)),
    ...told.els,
    ...(pictures.length ? [pictureRow(shape, pictures, data.names, put)] : []));

  /** Take over what a program says: nothing is reported back. */
  function show(state) {
    quiet = true;
    if (!sameInk(state.picture, picture)) {
      picture = state.picture && Float32Array.from(state.picture);
      field.put(picture);
    }
    ({ covered, side } = state);
    redraw();
  }
  show(first(pictures));
  el.prepend(live);
  return { show };
}

const sameInk = (a, b) =>
  (a && b ? a.every((ink, i) => Math.fround(ink) === Math.fround(b[i])) : !a === !b);

// The page.

/** Mount every figure of the page that is not mounted yet; say in words what goes wrong. */
export async function mountAll(root = document) {
  const figures = [...root.querySelectorAll("figure.live-filling:not([data-state])")];
  await Promise.all(figures.map(async (el) => {
    el.dataset.state = "loading";
    await near(el); // its codes are decoded then
    try {
      const data = JSON.parse(el.querySelector("script[type='application/json']").textContent);
      for (const part of PACKED) data[part].data = unpackBase64(data[part].data);
      const { covered, side, start } = data;
      await mount(el, data, (pictures) => ({ picture: pictures[start] ?? null, covered, side }));
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "filling-error" },
        `This figure cannot work: ${error.message}. `,
        "The pictures below show what it would have shown."));
    }
  }));
}

/** Wait until a figure is at most a screen away. */
function near(el) {
  return new Promise((done) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      done();
    }, { rootMargin: "100%" });
    observer.observe(el);
  });
}

// The notebook.

async function render({ model, el }) {
  const data = { ...model.get("_data") };
  for (const part of PACKED) data[part] = { ...data[part], data: bytes(data[part].data) };
  const state = () => {
    const ink = model.get("picture");
    return {
      picture: ink && unpackNumbers(bytes(ink), "float32"),
      covered: model.get("covered"),
      side: model.get("side"),
    };
  };
  let known; // the picture that the kernel has
  let telling = false; // nobody else has changed what changes now
  const tell = ({ picture, covered, side }) => {
    telling = true;
    if (picture !== known) {
      model.set("picture", picture && new DataView(Float32Array.from(picture).buffer));
      known = picture;
    }
    model.set({ side, covered });
    model.save_changes();
    telling = false;
  };
  el.classList.add("live-filling");
  el.dataset.alive = model.get("_twin");
  let filling;
  try {
    filling = await mount(el, data, state, tell);
  } catch (error) {
    el.append(element("p", { role: "alert", class: "filling-error" },
      `This figure cannot work: ${error.message}.`));
    return undefined;
  }
  const take = () => {
    if (telling) return;
    known = undefined;
    filling.show(state());
  };
  const names = ["change:picture", "change:covered", "change:side"];
  for (const name of names) model.on(name, take);
  return () => {
    for (const name of names) model.off(name, take);
  };
}

export default { render };
