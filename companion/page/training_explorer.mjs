// The explorer of a network that was trained here, or opened from a file.

import { mount } from "./play.mjs";
import { nextTurn } from "./resting.mjs";
import { PIXELS, SIDE } from "./training_pictures.mjs";

const SOME = 200; // pictures that say how large a picture is
const DARK = 0.3; // and what of them is no mere blur

/**
 * Gather what an explorer needs: its data, as at the head of explorer.mjs, and its weights.
 *
 * @param network {name, vae, latentDim, layers, values}: as `layout` gives the layers
 * @param shown {codes: Float32Array, labels, classNames, half, extent}: what the map shows
 * @returns {data, parts: {encoder, decoder}: Float32Arrays}
 */
export function explorerOf({ name, vae, latentDim, layers, values }, { codes, labels, classNames, half, extent }) {
  const each = (value) => Array.from({ length: latentDim }, () => value);
  const last = firstOfDecoder(layers, latentDim);
  const part = (some) => ({ dtype: "float32", layers: some.map(({ inputs, units, activation }) =>
    ({ inputs, units, activation })) });
  const decoder = part(layers.slice(last));
  decoder.layers.at(-1).activation = "sigmoid";
  const model = {
    name, gaussian: vae, start: each(0), low: each(-half), high: each(half),
    names: each(0).map((_, i) => `z${subscript(i + 1)}`), steps: each(100),
    view: latentDim === 2 ? [0, 0, half] : null, encoder: part(layers.slice(0, last)), decoder,
    codes: { dtype: "float32", data: new Uint8Array(codes.slice().buffer) },
  };
  const cut = layers[last].kernel;
  return {
    data: { label: "decoded picture", shape: [SIDE, SIDE], extent, class_names: classNames, labels, models: [model] },
    parts: { encoder: values.slice(0, cut), decoder: values.slice(cut) },
  };
}

/** Put an explorer into `box`, of a network and what is shown of it, as for `explorerOf`. */
export function mountTrained(box, network, shown) {
  const { data, parts } = explorerOf(network, shown);
  return mount(box, data, async (_, which) => {
    await nextTurn(); // between building it and decoding
    return new Uint8Array(parts[which].buffer);
  });
}

/** Say which layer reads a code. */
export function firstOfDecoder(layers, latentDim) {
  return layers.findIndex(({ inputs }, i) => inputs === latentDim && layers[i - 1]?.activation === "linear");
}

function subscript(number) {
  return [...`${number}`].map((figure) => String.fromCharCode(0x2080 + Number(figure))).join("");
}

/** Measure how large pictures are: pixels of the longer side of what is inked, the median. */
export function extentOf(pictures) {
  const sides = [];
  for (let at = 0; at < Math.min(SOME * PIXELS, pictures.length); at += PIXELS) {
    let [top, bottom, left, right] = [SIDE, -1, SIDE, -1];
    for (let i = 0; i < PIXELS; i++) {
      if (pictures[at + i] <= DARK) continue;
      const [y, x] = [Math.floor(i / SIDE), i % SIDE];
      [top, bottom] = [Math.min(top, y), y];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    }
    if (bottom >= 0) sides.push(1 + Math.max(bottom - top, right - left));
  }
  return sides.length ? sides.sort((a, b) => a - b)[sides.length >> 1] : SIDE;
}
