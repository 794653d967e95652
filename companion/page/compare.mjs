// One picture through all models, side by side.

import { button, element, painter } from "./elements.mjs";
import { encoded } from "./networks.mjs";
import { forward } from "./page_layers.mjs";

/**
 * Make a row of reconstructions, one for each model, which a button opens.
 *
 * @param network promises the layers of the number of a model and a part of it
 * @param complain called with what is wrong, and the error, if a model cannot be had
 * @returns {el, show(picture)}: `picture` is what all models are to reconstruct, or null
 */
export function makeComparison(models, shape, network, complain) {
  let networks = null; // pairs of encoder and decoder, fetched when the row is first opened
  let painters = null; // which are made then too
  let shown = null;
  const row = element("div", { class: "explorer-row", hidden: "" });
  const opener = button("Compare all networks", async () => {
    try {
      networks ??= await Promise.all(models.map((_, i) =>
        Promise.all([network(i, "encoder"), network(i, "decoder")])));
    } catch (error) {
      complain("The networks cannot be compared", error);
      return;
    }
    painters ??= make();
    row.hidden = !row.hidden;
    opener.setAttribute("aria-expanded", !row.hidden);
    draw();
  });
  opener.setAttribute("aria-expanded", false);
  const el = element("div", { class: "explorer-comparison", hidden: "" }, opener, row);

  function make() {
    const made = models.map(() => painter(shape));
    row.append(...models.map(({ name }, i) => element("figure", { class: "explorer-other" },
      made[i].canvas, element("figcaption", {}, name))));
    return made;
  }
  function draw() {
    if (row.hidden || !shown) return;
    networks.forEach(([encoder, decoder], i) => {
      painters[i].pixels(forward(decoder, encoded(encoder, shown, models[i]).mean));
      painters[i].describe(`What ${models[i].name} makes of the picture on the field`);
    });
  }
  return {
    el,
    show(picture) {
      shown = picture;
      el.hidden = !picture;
      draw();
    },
  };
}
