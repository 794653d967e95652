// Latent sliders that decode in the page: no kernel, no network, no library.
//
// The payload is written by latent_twin.py: {names, low, high, start, codes, steps (a list), label,
// shape: [h, w], layers: [{inputs, units, activation}], weights}, where `weights` is
// base64 of little-endian float16, each kernel (inputs, units) row by row, then its bias.

import { forward, unpackBase64, unpackLayers, unpackNumbers } from "./page_layers.mjs";
import { button, element, oncePerFrame, painter, readable, slider } from "./elements.mjs";

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

/** Put live sliders into `el`. Throws, and leaves `el` as it is, if the payload is broken. */
export function mount(el, payload) {
  const { names, low, high, start, codes, steps, label, shape, weights } = payload;
  const values = unpackNumbers(unpackBase64(weights), "float16");
  const layers = unpackLayers(payload.layers, values);
  const z = Float32Array.from(start);
  const paint = painter(shape);
  const sliders = names.map((name, i) => slider(name, low[i], high[i], steps[i], (value) => {
    z[i] = value;
    redraw();
  }));
  const redraw = oncePerFrame(() => {
    paint.pixels(forward(layers, z));
    const where = names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");
    paint.describe(`${label} at ${where}`);
  });
  function walkTo(code) {
    z.set(code);
    sliders.forEach((each, i) => each.show(z[i]));
    redraw();
  }

  let turn = 0;
  const live = element("div", { class: "latent-live" },
    element("div", { class: "latent-picture" }, paint.canvas),
    element("div", { class: "latent-controls" },
      element("div", { class: "latent-rows" }, ...sliders.map((each) => each.row)),
      element("div", { class: "latent-buttons" },
        button("Reset", () => walkTo(start)),
        button("Random", () => walkTo(codes[turn++ % codes.length])))));
  walkTo(start);
  el.prepend(live);
}
