// A page of one's own: the explorer of what was trained here, in one file that needs nothing beside it.
//
// The file of the saver, written by training_files.py, hands over the page as companion.page writes it
// for an explorer, with a word in double braces for each thing that is known only now.

import { forward, unpackLayers } from "./page_layers.mjs";
import { handOver, packBase64 } from "./model_file.mjs";
import { makeRest, nextTurn } from "./resting.mjs";
import { explorerOf, extentOf } from "./training_explorer.mjs";
import { SIDE } from "./training_pictures.mjs";
import { fetchFile } from "./training_sets.mjs";
import { painter } from "./elements.mjs";

const BLANK = /\{\{(\w+)\}\}/g;
const GRID = 12; // pictures to a side of the still picture

/**
 * Hand over a page.
 *
 * @param saver address of the file that hands over the page to fill
 * @param network as for `explorerOf`
 * @param report the last of the training
 * @param pictures {test, testLabels, classNames}, and whether they are the reader's `own`
 * @param half of the side of the map
 */
export async function savePage(saver, network, { steps, codes }, { test, testLabels, classNames }, own, half) {
  const page = await fetchFile(saver, "latentTrainingSaver");
  const { data, parts } = explorerOf(network, { codes, half, extent: extentOf(test),
    labels: own ? testLabels.map(() => 0) : testLabels, classNames: own ? ["picture"] : classNames });
  const [model] = data.models;
  const decoder = unpackLayers(model.decoder.layers, parts.decoder);
  model.codes.data = await packBase64(model.codes.data);
  const blocks = await Promise.all(Object.entries(parts).map(async ([part, values]) =>
    `<script type="text/plain" data-part="0-${part}">${await packBase64(values)}<\/script>\n`));
  const json = JSON.stringify(data).replaceAll("<", "\\u003c"); // a name may end a script
  const kind = network.vae ? "VAE" : "autoencoder";
  const known = {
    title: `My ${kind}, after ${steps} steps`,
    still: await stillOf(decoder, network.latentDim, half),
    content: [...blocks, `<script type="application/json">${json}<\/script>\n`],
  };
  await nextTurn();
  const filled = page.split(BLANK).flatMap((text, i) => (i % 2 ? known[text] : text));
  handOver(filled, "text/html", `my-${kind.toLowerCase()}.html`);
}

/** Draw what is decoded all over the map, or along each number of a longer code: an address of a PNG. */
async function stillOf(decoder, latentDim, half) {
  const rows = latentDim === 2 ? GRID : latentDim;
  const width = GRID * SIDE;
  const pixels = new Float32Array(rows * SIDE * width);
  const rest = makeRest();
  const place = (i) => half * ((2 * i) / (GRID - 1) - 1);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < GRID; c++) {
      await rest();
      const z = Array.from({ length: latentDim }, (_, i) => (i === r ? place(c) : 0));
      if (latentDim === 2) z.splice(0, 2, place(c), -place(r));
      const picture = forward(decoder, z);
      for (let y = 0; y < SIDE; y++) {
        pixels.set(picture.slice(y * SIDE, (y + 1) * SIDE), (r * SIDE + y) * width + c * SIDE);
      }
    }
  }
  const paint = painter([rows * SIDE, width]);
  paint.pixels(pixels);
  return paint.canvas.toDataURL();
}
