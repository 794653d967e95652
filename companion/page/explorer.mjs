// The explorer: a latent space under the finger, in a page and in a notebook.
//
// Its data is written by explorer_data.py: {label, shape: [h, w], extent, class_names, labels, models},
// `extent` being how many pixels long the pictures are, and each model is {name, names, gaussian, start, low, high, steps, view: [x, y, half] or null,
// codes: {dtype, data}, encoder, decoder}, where a part is {layers: [{inputs, units, activation, ...}],
// dtype, digest}. Its weights are fetched when they are needed. In a notebook the first decoder is
// there, and the kernel sends other weights by their digest; in a page they are base64 in a block
// of the figure or, if the part has the address of a file, in that script. In a page there may be
// a picture too, {dtype, data}, that lies on the field at first. A figure that is its page's own, in an
// element with data-walk, walks by itself until a hand comes, and keeps its place in the address.

import { placeIn, placeKeeper } from "./address.mjs";
import { unpackBase64, unpackNumbers } from "./page_layers.mjs";
import { element } from "./elements.mjs";
import { bytes } from "./notebook.mjs";
import { mount } from "./play.mjs";

const PATIENCE = 3000; // milliseconds after which a silent kernel is said to be silent

// The page.

/** Mount every explorer of the page that is not mounted yet; say in words what goes wrong. */
export async function mountAll(root = document) {
  // Files of weights call this one, each with the digest that tells its weights from others.
  const files = (globalThis.latentExplorerParts ??= new Map());
  globalThis.latentExplorerPart = (digest, data) => {
    files.set(digest, data);
    document.currentScript.dataset.digest = digest;
  };
  const figures = [...root.querySelectorAll("figure.latent-explorer:not([data-state])")];
  await Promise.all(figures.map(async (el) => {
    el.dataset.state = "loading";
    await untilNear(el); // its weights are the heaviest part of a page
    try {
      const data = JSON.parse(el.querySelector("script[type='application/json']").textContent);
      for (const { codes } of data.models) codes.data = unpackBase64(codes.data);
      const weights = async (i, part) => {
        const { file, digest } = data.models[i][part];
        const block = el.querySelector(`script[data-part="${i}-${part}"]`);
        return unpackBase64(file ? await fromFile(file, digest, files) : block.textContent);
      };
      const first = data.picture &&
        { picture: unpackNumbers(unpackBase64(data.picture.data), data.picture.dtype) };
      if (el.closest("[data-walk]")) await mountOwn(el, data, weights, first);
      else await mount(el, data, weights, undefined, first);
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `This explorer cannot work: ${error.message}. `,
        "Below are pictures that it would have shown."));
    }
  }));
}

/** Mount the explorer that a page is about: it begins where the address says, and walks by itself. */
async function mountOwn(el, data, weights, picture) {
  const place = () => placeIn(location.hash, data.models);
  const first = { ...picture, ...place() };
  const explorer = await mount(el, data, weights, placeKeeper(data.models), first, true);
  addEventListener("hashchange", () => place() && explorer.show(place()));
}

/** Wait until a figure is at most a screen away. */
function untilNear(el) {
  return new Promise((done) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      done();
    }, { rootMargin: "100%" });
    observer.observe(el);
  });
}

/** Load a file of weights as a script, which a page opened from disk may do too. */
async function fromFile(address, digest, files) {
  if (!files.has(digest)) {
    const script = element("script", { src: address });
    const loaded = await new Promise((done) => {
      script.addEventListener("load", () => done(true));
      script.addEventListener("error", () => done(false));
      document.head.append(script);
    });
    script.remove();
    if (!loaded) throw new Error(`the file ${address} cannot be loaded`);
    if (!files.has(digest)) {
      throw new Error(`the file ${address} ${script.dataset.digest ? "holds other weights" : "is damaged"}`);
    }
  }
  return files.get(digest);
}

// The notebook.

/**
 * Ask the kernel for weights.
 *
 * @param onSilence called with true when it lets us wait, and with false when it has answered
 * @returns {weights(digest): promise of a Uint8Array, stop()}
 */
function askKernel(model, onSilence) {
  const asked = new Map(); // digest: {promise, take}
  function ask(digest) {
    let take;
    const promise = new Promise((done, fail) => {
      const silence = setTimeout(onSilence, PATIENCE, true);
      take = (data, reason) => {
        clearTimeout(silence);
        asked.delete(digest);
        if (!asked.size) onSilence(false);
        if (data) done(bytes(data));
        else fail(new Error(reason));
      };
    });
    asked.set(digest, { promise, take });
    try {
      model.send({ want: digest });
    } catch {
      take(null, "the kernel that it came from is gone, so run its cell again");
    }
    return promise;
  }
  // Another view of the same explorer may have asked for what comes: it is as good here.
  const hear = ({ weights }, buffers) =>
    asked.get(weights)?.take(buffers[0], "the kernel has other weights, so run its cell again");
  model.on("msg:custom", hear);
  return {
    weights: (digest) => asked.get(digest)?.promise ?? ask(digest),
    stop: () => model.off("msg:custom", hear),
  };
}

async function render({ model, el }) {
  const { models, ...rest } = model.get("_data");
  const unpacked = models.map(({ codes, ...each }) =>
    ({ ...each, codes: { ...codes, data: bytes(codes.data) } }));
  const waiting = element("p", { role: "status", class: "latent-error", hidden: "" },
    "Waiting for the kernel, which is busy or gone. If it is gone, run the cell again.");
  const kernel = askKernel(model, (silent) => (waiting.hidden = !silent));
  const near = model.get("_first") ?? {}; // empty in a saved notebook
  const weights = async (i, part) => {
    const { digest } = models[i][part];
    return digest in near ? bytes(near[digest]) : kernel.weights(digest);
  };
  const state = () => {
    const ink = model.get("picture");
    return {
      model: model.get("model"),
      z: model.get("z"),
      picture: ink && unpackNumbers(bytes(ink), "float32"),
    };
  };
  let told; // the picture that the kernel knows
  let telling = false;
  const tell = ({ model: name, z, picture }) => {
    telling = true; // nobody else has changed what changes now
    if (picture !== told) {
      model.set("picture", picture && new DataView(Float32Array.from(picture).buffer));
      told = picture;
    }
    model.set({ model: name, z });
    model.save_changes();
    telling = false;
  };
  const stage = element("div", {});
  el.classList.add("latent-explorer");
  el.dataset.alive = model.get("_twin");
  el.append(waiting, stage);
  let explorer;
  try {
    const data = { ...rest, models: unpacked };
    explorer = await mount(stage, data, weights, tell, state());
  } catch (error) {
    kernel.stop();
    el.append(element("p", { role: "alert", class: "latent-error" },
      `This explorer cannot work: ${error.message}.`));
    return undefined;
  }
  // One after the other, for a model may take a moment to come.
  let queue = Promise.resolve();
  const take = () => {
    if (!telling) queue = queue.then(() => explorer.show(state()));
  };
  const names = ["change:model", "change:z", "change:picture"];
  for (const name of names) model.on(name, take);
  return () => {
    for (const name of names) model.off(name, take);
    kernel.stop();
    explorer.stop();
  };
}

export default { render };
