// A trained model as a file: companion.zoo.from_page reads it, companion.zoo.to_page writes it too.

import { element } from "./elements.mjs";
import { unpackBase64, unpackNumbers } from "./page_layers.mjs";
import { makeRest } from "./resting.mjs";
import { PIXELS } from "./training_pictures.mjs";
import { layout } from "./training_step.mjs";

const FORMAT = "walking-the-latent-space model 1";
const CHUNK = 65536; // characters that become bytes at a time
const HUGE = 4096; // a layer of a file is narrower

/** Hand a model over as a file. `pictures` names what it was trained on. */
export async function saveModel({ vae, latentDim, hidden, beta, seed, batch, rate }, pictures, values, report) {
  const { steps, reconstruction, kl } = report;
  const file = { format: FORMAT, kind: vae ? "vae" : "autoencoder",
    latent_dim: latentDim, hidden, beta: vae ? beta : null, data: pictures, seed, batch, learning_rate: rate,
    steps, held_out: { reconstruction, kl }, weights: await packBase64(values) };
  handOver([JSON.stringify(file)], "application/json", `my-${file.kind}.json`);
}

/** Give pieces of text to the reader as one file. */
export function handOver(pieces, type, name) {
  const address = URL.createObjectURL(new Blob(pieces, { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Write numbers as base64 of their bytes: a promise, because the browser does it beside the page. */
export async function packBase64(values) {
  const reader = new FileReader();
  await new Promise((done, fail) => {
    [reader.onload, reader.onerror] = [done, () => fail(reader.error)];
    reader.readAsDataURL(new Blob([values]));
  });
  return reader.result.slice(reader.result.indexOf(",") + 1);
}

/** Read base64 as `unpackBase64` does, piece by piece. */
async function unpackInPieces(text) {
  const rest = makeRest();
  const pieces = [];
  for (let i = 0; i < text.length; i += CHUNK) {
    pieces.push(unpackBase64(text.slice(i, i + CHUNK)));
    await rest();
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/**
 * Read such a file.
 *
 * @returns a promise of {vae, latentDim, hidden, data, layers, values}; rejected, with words, if it is
 *     no such file
 */
export async function openModel(file) {
  let saved;
  try {
    saved = JSON.parse(await file.text());
  } catch {
    throw new Error("it is no file of JSON");
  }
  if (saved?.format !== FORMAT) throw new Error("it was not written by this page or by companion.zoo.to_page");
  const { kind, latent_dim: latentDim, hidden, data, weights } = saved;
  const vae = kind === "vae";
  const sizes = [latentDim, ...(Array.isArray(hidden) ? hidden : [null])];
  if (!(vae || kind === "autoencoder") || sizes.length < 2 ||
    !sizes.every((size) => Number.isInteger(size) && size > 0 && size < HUGE)) {
    throw new Error("it does not say what network it holds");
  }
  const { layers, count } = layout({ pixels: PIXELS, hidden, latentDim, vae });
  let values;
  try {
    values = unpackNumbers(await unpackInPieces(weights), "float32");
  } catch {
    throw new Error("its weights are damaged");
  }
  if (values.length !== count) throw new Error(`it holds ${values.length} weights where ${count} are needed`);
  if (!values.every(Number.isFinite)) throw new Error("its weights are not all finite");
  return { vae, latentDim, hidden, data, layers, values };
}
