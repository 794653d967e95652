// Latent sliders that decode in the page: no kernel, no network, no library.
//
// The data is written by latent_twin.py: {names, low, high, start, codes, steps (a list), label,
// shape: [h, w] or [h, w, 3]}, and the decoder is {layers, dtype, data}, where `data` is little-endian
// numbers, each kernel row by row, then its bias: bytes in a notebook, base64 in a page. A decoder
// that reads a condition brings {conditions, places: [[top, left], ...], size: [h, w]} as well: the
// picture then shows a code under each of them.

import { forward, unpackBase64, unpackLayers, unpackNumbers } from "./page_layers.mjs";
import { button, element, oncePerFrame, painter, readable, slider } from "./elements.mjs";
import { bytes, keepArrows, listen, referred } from "./notebook.mjs";

const SILENT = "The kernel is gone, so Python no longer hears these sliders. The picture still follows them.";
const DEAD = "Only Python can decode this picture, and its kernel is gone. Run the cell again.";
const SICK = "The decoder gives NaN in place of a picture, as after a training that diverged.";

/** Make the picture of a code. */
function picture({ names, label, shape, conditions }) {
  const paint = painter(shape);
  const several = conditions ? " latent-several" : "";
  return {
    el: element("div", { class: `latent-picture${several}` }, paint.canvas),
    show(z, pixels) {
      paint.pixels(pixels);
      const where = names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");
      paint.describe(`${label} at ${where}`);
    },
  };
}

/** Give the pixels of a code, under each condition if there are some. */
function decode(layers, z, { shape, conditions, places, size }) {
  if (!conditions) return forward(layers, z);
  const [height, width, colours = 1] = shape;
  const row = size[1] * colours;
  const pixels = new Float32Array(height * width * colours).fill(colours === 3 ? 1 : 0); // paper
  conditions.forEach((condition, i) => {
    const one = forward(layers, [...z, ...condition]);
    for (let y = 0; y < size[0]; y++) {
      const to = ((places[i][0] + y) * width + places[i][1]) * colours;
      pixels.set(one.subarray(y * row, (y + 1) * row), to);
    }
  });
  return pixels;
}

/** Make the buttons, which lead to one code after the other. */
function buttons({ start, codes }, walkTo) {
  let turn = 0;
  return element("div", { class: "latent-buttons" },
    button("Reset", () => walkTo(start)),
    button("Random", () => walkTo(codes[turn++ % codes.length])));
}

// The page.

/** Mount every twin of the page that is not mounted yet; say in words what goes wrong. */
export function mountAll(root = document) {
  for (const el of root.querySelectorAll("figure.latent-sliders:not([data-state])")) {
    const data = el.querySelector("script[type='application/json']");
    if (!data) continue; // the page cannot run this decoder: the film strip is all there is
    try {
      mount(el, JSON.parse(data.textContent));
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `The sliders of this figure cannot work: ${error.message}. `,
        "The pictures below show what they would have shown."));
    }
  }
}

/** Put live sliders into `el`. Throws, and leaves `el` as it is, if the data is broken. */
export function mount(el, data) {
  const { names, low, high, steps, decoder } = data;
  const values = unpackNumbers(unpackBase64(decoder.data), decoder.dtype);
  const layers = unpackLayers(decoder.layers, values);
  const z = new Float32Array(names.length);
  const shown = picture(data);
  const sliders = names.map((name, i) => slider(name, low[i], high[i], steps[i], (value) => {
    z[i] = value;
    redraw();
  }));
  const redraw = oncePerFrame(() => shown.show(z, decode(layers, z, data)));
  function walkTo(code) {
    z.set(code);
    sliders.forEach((each, i) => each.show(z[i]));
    redraw();
  }
  const live = element("div", { class: "latent-live" }, shown.el,
    element("div", { class: "latent-controls" },
      element("div", { class: "latent-rows" }, ...sliders.map((each) => each.row)),
      buttons(data, walkTo)));
  walkTo(data.start);
  el.prepend(live);
}

// The notebook, where the sliders are widgets of their own, and the picture follows them in the page.

async function render({ model, el }) {
  const data = model.get("_data");
  const sliders = await referred(model, "sliders");
  const z = new Float32Array(sliders.length);
  const shown = picture(data);
  const words = element("p", { role: "status", class: "latent-error", hidden: "" });
  let layers; // null if the kernel alone can decode
  const read = () => {
    const decoder = model.get("_decoder");
    layers = decoder && unpackLayers(decoder.layers, unpackNumbers(bytes(decoder.data), decoder.dtype));
  };
  const redraw = oncePerFrame(() => {
    sliders.forEach((each, i) => (z[i] = each.get("value")));
    const pixels = layers ? decode(layers, z, data) : unpackNumbers(bytes(model.get("_pixels")), "float32");
    shown.show(z, pixels);
    tell(pixels.some(Number.isNaN) ? SICK : "");
  });
  let walking = false; // one picture for all sliders, not one for each
  const walkTo = (code) => {
    walking = true;
    sliders.forEach((each, i) => {
      each.set("value", code[i]);
      each.save_changes();
    });
    walking = false;
    redraw();
  };
  const tell = (complaint) => {
    const gone = sliders[0].comm_live === false;
    words.textContent = complaint || (gone ? (layers ? SILENT : DEAD) : "");
    words.hidden = !words.textContent;
  };
  el.classList.add("latent-sliders");
  el.dataset.alive = model.get("_twin");
  el.append(shown.el, buttons(data, walkTo), words);
  read();
  redraw();
  const deaf = [
    keepArrows(".latent-widget"),
    listen(model, "change:_decoder", () => (read(), redraw())),
    listen(model, "change:_pixels", redraw),
    listen(sliders[0], "comm_live_update", redraw),
    ...sliders.map((each) => listen(each, "change:value", () => walking || redraw())),
  ];
  return () => deaf.forEach((stop) => stop());
}

export default { render };
