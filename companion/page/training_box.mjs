// The place below a training where an explorer opens: of what was trained, or of a model in a file.

import { element } from "./elements.mjs";
import { halfOf } from "./live_map.mjs";
import { openModel } from "./model_file.mjs";
import { encoded } from "./networks.mjs";
import { unpackLayers } from "./page_layers.mjs";
import { makeRest, nextTurn } from "./resting.mjs";
import { extentOf, firstOfDecoder, mountTrained } from "./training_explorer.mjs";
import { unpackFaces } from "./training_faces.mjs";
import { PIXELS, unpackDigits } from "./training_pictures.mjs";
import { fetchPictures } from "./training_sets.mjs";

const UNPACK = { digits: unpackDigits, faces: unpackFaces };
const NONE = { test: new Float32Array(0), testLabels: [], classNames: ["picture"] };

/** Make the place. `calm` is a query of whether motion is unwelcome. */
export function makeTrainedBox(calm) {
  const el = element("div", { class: "training-explorer" });
  let explorer = null;
  let latest = 0;

  function close() {
    latest += 1;
    explorer?.stop();
    explorer = null;
    el.replaceChildren();
  }
  /**
   * Open an explorer of a network as `mountTrained` takes it, with what is held out on its map.
   *
   * @param own whether the pictures are the reader's, which have no classes
   */
  async function show(network, codes, { test, testLabels, classNames }, own, half, words) {
    close();
    const mine = latest;
    await nextTurn();
    if (mine !== latest) return;
    const labels = own ? testLabels.map(() => 0) : testLabels;
    const opened = await mountTrained(el, network, { codes, labels, half, extent: extentOf(test),
      classNames: own ? ["picture"] : classNames });
    if (mine !== latest) {
      opened.stop();
      return;
    }
    explorer = opened;
    const hand = network.latentDim === 2 ? "drag the point" : "move the sliders";
    el.prepend(element("p", {}, `${words}: ${hand}, or draw a picture yourself.`));
    el.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }
  /** Open a model from a file; rejected, with words, where there is none in it. */
  async function open(file, addresses) {
    const { data, ...network } = await openModel(file);
    const rest = makeRest();
    const pictures = UNPACK[data] ? await UNPACK[data](await fetchPictures(addresses[data]), rest) : NONE;
    const codes = await encodedAll(network, pictures.test, rest);
    const name = `A ${network.vae ? "VAE" : "autoencoder"}`;
    await show({ ...network, name }, codes, pictures, false, halfOf(codes),
      `From ${file.name}`);
  }
  return { el, show, open, close };
}

/** Encode pictures, in the page itself: the means, one after the other. */
async function encodedAll({ layers, values, latentDim, vae }, pictures, rest) {
  const last = firstOfDecoder(layers, latentDim);
  const encoder = unpackLayers(layers.slice(0, last), values.subarray(0, layers[last].kernel));
  const codes = new Float32Array((pictures.length / PIXELS) * latentDim);
  for (let i = 0; i * PIXELS < pictures.length; i++) {
    await rest();
    const { mean } = encoded(encoder, pictures.subarray(i * PIXELS, (i + 1) * PIXELS),
      { gaussian: vae, names: { length: latentDim } });
    codes.set(mean, i * latentDim);
  }
  return codes;
}
