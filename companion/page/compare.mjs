// One picture through all models, side by side.

import { button, element, painter } from "./elements.mjs";

/**
 * Make a row of reconstructions, one for each model, which a button opens.
 *
 * @param names of the models
 * @param onOpen called when the button is pressed; gives a promise, rejected if a model cannot be had
 * @returns {el, show(pictures)}: `pictures` holds the pixels of each model
 */
export function makeComparison(names, shape, onOpen) {
  let painters = null; // made when they are first needed
  const row = element("div", { class: "explorer-row", hidden: "" });
  function make() {
    painters = names.map(() => painter(shape));
    row.append(...names.map((name, i) => element("figure", { class: "explorer-other" },
      painters[i].canvas, element("figcaption", {}, name))));
  }
  const opener = button("Compare all networks", async () => {
    try {
      await onOpen();
    } catch {
      return; // which has been told in words
    }
    row.hidden = !row.hidden;
    opener.setAttribute("aria-expanded", !row.hidden);
  });
  opener.setAttribute("aria-expanded", false);
  return {
    el: element("div", { class: "explorer-comparison" }, opener, row),
    show(pictures) {
      if (!painters) make();
      names.forEach((name, i) => {
        painters[i].pixels(pictures[i]);
        painters[i].describe(`What ${name} makes of the picture on the field`);
      });
    },
  };
}
