// The explorer: a latent space under the finger, in a page and in a notebook.
//
// Its data is written by latent_explorer.py: {label, shape: [h, w], class_names, labels, models},
// and each model is {name, names, gaussian, start, low, high, steps, view: [x, y, half] or null,
// codes: {dtype, data}, encoder, decoder}, where a part is {layers: [{inputs, units, activation}],
// dtype, digest} and its weights are: in a notebook bytes in it (data), in a page base64 in a
// block of the figure, or, if it has the address of a file, in that script. In a page there may
// be a picture too, {dtype, data}, that lies on the field at first.

import { forward, unpackBase64, unpackLayers, unpackNumbers } from "./dense.mjs";
import { centred, makeField } from "./field.mjs";
import { colourOf, makeMap } from "./map.mjs";
import { button, element, oncePerFrame, painter, readable, slider } from "./page.mjs";

const LOG_VAR_LIMIT = 30; // as the models hold it
const GLIDE = 400; // milliseconds from a code to the next one
const REST = 500; // milliseconds after which the hand is said to rest
const NEIGHBOURS = 8; // that say whether a code lies amid its own class
const HINT = "Drag the point, tap, or use the arrow keys. Dashed: radius 1 and 2 of N(0, I).";
const CENTRED = "It is centred by its mass before it is encoded.";
const MANY = 9; // from this many sliders on they stand in narrow columns

/**
 * Put a live explorer into `el`.
 *
 * @param data as above
 * @param weights called with the number of a model and "encoder" or "decoder"; gives a promise
 *     of a Uint8Array
 * @param onChange called with {model, z, picture} when the hand has changed any of them
 * @param first {model, z, picture} to begin with, as for `show`
 * @returns a promise of {show({model, z, picture}), stop()}, once the first model is drawn.
 *     Rejected, with `el` as it was, if the data is broken.
 */
export async function mount(el, data, weights, onChange = () => {}, first = {}) {
  const { label, shape, class_names: classNames, labels } = data;
  const models = data.models.map(({ codes, ...model }) => ({
    ...model,
    codes: unpackNumbers(codes.data, codes.dtype),
  }));
  const networks = new Map();
  /** Give the layers of a model's encoder or decoder; they are fetched once. */
  function network(i, part) {
    const key = `${i}-${part}`;
    if (!networks.has(key)) {
      const { layers, dtype } = models[i][part];
      const ready = weights(i, part).then((bytes) =>
        unpackLayers(layers, unpackNumbers(bytes, dtype)));
      networks.set(key, ready);
      ready.catch(() => networks.delete(key)); // so that it can be tried again
    }
    return networks.get(key);
  }

  let index; // of the model that is shown
  let decoder;
  let encoder = null; // fetched when there is a picture to encode
  let z;
  let picture = null; // what is encoded
  let posterior = null; // {mean, sigma} of the picture, sigma null for a plain code
  let space; // the map, or the sliders
  let quiet = true; // nothing to report: no hand has moved

  // What there is to see.
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", "aria-live": "polite" });
  const decoded = painter(shape);
  const [decodedTitle, decodedCode] = [element("strong", {}), element("span", {})];
  const field = makeField(shape, (ink) => {
    quiet = false;
    take(centred(ink, shape), "Your drawing");
    if (encoder) redraw();
    else needEncoder().then(redraw, () => {});
  });
  const [fieldTitle, fieldCode] = [element("strong", {}), element("span", {})];
  const spaceBox = element("div", { class: "explorer-space" });
  const radios = modelChoice(models.map((model) => model.name), (i) => choose(i).then(report));
  const live = element("div", { class: "explorer-live", "data-lm-suppress-shortcuts": "true" },
    alert,
    ...(models.length > 1 ? [radios.el] : []),
    element("div", { class: "explorer-stage" },
      spaceBox,
      element("div", { class: "explorer-side" },
        card(decoded.canvas, decodedTitle, decodedCode, button("Reset", goHome)),
        card(field.el, fieldTitle, fieldCode, button("Clear", clear)))),
    classChoice(classNames, labels, pick), said);

  /** Draw what there is now; the hand waits for this. */
  const redraw = oncePerFrame(() => {
    if (picture && encoder && !posterior) {
      posterior = posteriorOf(forward(encoder, picture), models[index]);
      z = [...posterior.mean];
    }
    decoded.pixels(forward(decoder, z));
    space.show(z, posterior);
    tell();
    if (!quiet) onChange({ model: models[index].name, z, picture });
    saySoon();
  });

  function tell() {
    const flat = models[index].view;
    const own = posterior && posterior.mean.every((mean, i) => mean === z[i]);
    decodedTitle.textContent = own ? "Reconstruction" : "Decoded";
    decodedCode.textContent = flat ? `z = ${tuple(z)}` : "";
    decoded.describe(`${label} at ${where()}${own ? ", the reconstruction of the field" : ""}`);
    fieldCode.textContent = posterior ? codeInWords(posterior, flat) : CENTRED;
  }
  const where = () => models[index].names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");

  let rest;
  function saySoon() {
    clearTimeout(rest);
    if (!quiet) rest = setTimeout(() => (said.textContent = `${where()}${space.describe()}`), REST);
  }
  function complain(what, error) {
    alert.textContent = `${what}: ${error.message}.`;
    alert.hidden = false;
  }

  // What the hand does.

  let glide; // number of the frame that goes on with it
  function moveTo(code) {
    cancelAnimationFrame(glide);
    quiet = false;
    z = [...code];
    redraw();
  }
  /** Walk in a straight line to a code, so that the eye can follow. */
  function glideTo(code) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      moveTo(code);
      return;
    }
    const begin = z;
    const started = performance.now();
    const next = (now) => {
      const t = Math.min(1, Math.max(0, now - started) / GLIDE);
      const eased = t * t * (3 - 2 * t);
      moveTo(t < 1 ? begin.map((from, i) => from + eased * (code[i] - from)) : code);
      if (t < 1) glide = requestAnimationFrame(next);
    };
    cancelAnimationFrame(glide);
    glide = requestAnimationFrame(next);
  }
  function goHome() {
    glideTo(posterior ? posterior.mean : models[index].start);
  }
  /** Take a picture, which is to be encoded. */
  function take(ink, title) {
    cancelAnimationFrame(glide);
    picture = ink;
    posterior = null;
    fieldTitle.textContent = title;
    field.describe(`Field to draw on, by pointer or finger: ${title.toLowerCase()}`);
  }
  /** Fetch the encoder of the model that is shown; rejected, after words, if it cannot be had. */
  async function needEncoder() {
    const wanted = index;
    try {
      const layers = await network(wanted, "encoder");
      if (wanted === index) encoder = layers;
      alert.hidden = true;
    } catch (error) {
      complain("Pictures cannot be encoded here", error);
      throw error;
    }
  }
  function clear() {
    quiet = false;
    forget();
    redraw();
  }
  function forget() {
    cancelAnimationFrame(glide);
    picture = posterior = null;
    field.put(null);
    fieldTitle.textContent = "Draw here";
    field.describe("Field to draw on, by pointer or finger: empty");
  }

  const turns = classNames.map(() => 0);
  /** Put the decoded picture of another code of a class on the field, and walk to its code. */
  async function pick(label) {
    quiet = false;
    const mine = typical(models[index].codes, labels, label);
    const at = mine[turns[label]++ % mine.length] * z.length;
    const pixels = forward(decoder, models[index].codes.slice(at, at + z.length));
    const ink = pixels.map((x) => Math.min(1, Math.max(0, x)));
    field.put(ink);
    take(ink, `A decoded ${classNames[label]}`);
    if (!encoder) await needEncoder().catch(() => {});
    if (!encoder || picture !== ink) return;
    posterior = posteriorOf(forward(encoder, ink), models[index]);
    glideTo(posterior.mean);
  }

  let latest = 0;
  /** Show another model, with the same picture; stay with this one if it cannot be had. */
  async function choose(next) {
    const mine = ++latest;
    try {
      const parts = [network(next, "decoder"), picture ? network(next, "encoder") : null];
      const [nextDecoder, nextEncoder] = await Promise.all(parts);
      if (mine !== latest) return; // another one was chosen meanwhile
      cancelAnimationFrame(glide);
      [index, decoder, encoder] = [next, nextDecoder, nextEncoder];
    } catch (error) {
      if (index === undefined) throw error;
      radios.show(index);
      complain(`${models[next].name} cannot be shown`, error);
      return;
    }
    alert.hidden = true;
    radios.show(index);
    posterior = null;
    z = [...models[index].start];
    space?.stop();
    space = makeSpace(models[index]);
    spaceBox.replaceChildren(space.el, element("p", {}, models[index].view ? HINT : ""));
    redraw();
  }
  function makeSpace(model) {
    const make = model.view ? makeMap : makeSliders;
    return make(model, { labels, classNames, onMove: moveTo, onHome: goHome });
  }
  function report() {
    quiet = false;
    redraw();
  }

  /** Take over what a program says: nothing is reported back. */
  async function show({ model, z: code, picture: ink }) {
    const next = models.findIndex(({ name }) => name === model);
    if (next >= 0 && next !== index) await choose(next);
    quiet = true;
    if (ink !== undefined && !sameNumbers(ink, picture)) {
      forget();
      if (ink) {
        field.put(ink);
        take(Float32Array.from(ink), "A given picture");
        await needEncoder().catch(() => {});
      }
      redraw();
    }
    if (code?.length === z.length && !sameNumbers(code, z)) {
      cancelAnimationFrame(glide);
      z = [...code];
      redraw();
    }
  }

  forget();
  await choose(0);
  await show(first);
  el.prepend(live);
  return {
    show,
    stop() {
      latest++;
      cancelAnimationFrame(glide);
      clearTimeout(rest);
      space.stop();
    },
  };
}

/** Read an encoder's output: a code, or the mean and the log-variance of a Gaussian. */
export function posteriorOf(outputs, { gaussian, names }) {
  const d = names.length;
  const bounded = (x) => Math.min(LOG_VAR_LIMIT, Math.max(-LOG_VAR_LIMIT, x));
  return {
    mean: [...outputs.slice(0, d)],
    sigma: gaussian ? [...outputs.slice(d)].map((x) => Math.exp(bounded(x) / 2)) : null,
  };
}

/** Sliders in place of a map, for codes of one number, or of three and more. */
function makeSliders({ names, low, high, steps }, { onMove }) {
  let z = [];
  const sliders = names.map((name, i) => slider(name, low[i], high[i], steps[i], (value) => {
    z[i] = value;
    onMove(z);
  }));
  const rows = element("div", { class: "latent-rows" }, ...sliders.map((each) => each.row));
  return {
    el: element("div", { class: names.length < MANY ? "" : "latent-many" }, rows),
    stop() {},
    show(code) {
      z = [...code];
      sliders.forEach((each, i) => each.show(z[i]));
    },
    describe: () => "",
  };
}

/** Make a group of radio buttons, one for each model. */
function modelChoice(names, onChoose) {
  const group = `explorer-${Math.random()}`; // one in the page
  const inputs = names.map((_, i) => {
    const input = element("input", { type: "radio", name: group, autocomplete: "off" });
    input.addEventListener("change", () => onChoose(i));
    return input;
  });
  const options = names.map((name, i) => element("label", {}, inputs[i], element("span", {}, name)));
  return {
    el: element("fieldset", { class: "explorer-models" },
      element("legend", {}, "Model"), ...options),
    show(i) {
      inputs[i].checked = true;
    },
  };
}

/** Make a button for each class that has codes: the legend of the map, which can be pressed. */
function classChoice(classNames, labels, onPick) {
  const there = new Set(labels);
  const chips = classNames.flatMap((name, label) => {
    if (!there.has(label)) return [];
    const chip = button(name, () => onPick(label));
    if (classNames.length > 1) {
      const dot = element("span", { class: "explorer-dot", "aria-hidden": "true" });
      dot.style.background = colourOf(label);
      chip.prepend(dot);
    }
    return [chip];
  });
  const hint = "Or take a decoded picture of a class:";
  return element("div", { class: "explorer-classes", role: "group", "aria-label": hint },
    element("p", {}, hint), ...chips);
}

/**
 * Choose the codes of a class that lie amid it, most of their neighbours being of it too: a code
 * amid another class decodes to that one. Where there are none, all codes of the class.
 */
function typical(codes, labels, label) {
  const d = codes.length / labels.length;
  const distance = (i, j) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (codes[d * i + k] - codes[d * j + k]) ** 2;
    return sum;
  };
  const mine = labels.flatMap((each, i) => (each === label ? [i] : []));
  const amid = mine.filter((i) => {
    const others = labels.map((each, j) => ({ own: each === label, far: distance(i, j) }));
    const nearest = others.sort((a, b) => a.far - b.far).slice(0, NEIGHBOURS + 1); // and itself
    return nearest.filter(({ own }) => own).length > (3 * NEIGHBOURS) / 4;
  });
  return amid.length ? amid : mine;
}

/** Make a picture with its title, numbers and button. */
function card(picture, title, numbers, button) {
  return element("figure", { class: "explorer-card" }, picture,
    element("figcaption", {}, element("div", {}, title, numbers), button));
}

function tuple(values) {
  return `(${values.map(readable).join(", ")})`;
}

/** Write the code of a picture: numbers of a plane, or how wide a Gaussian of many numbers is. */
function codeInWords({ mean, sigma }, flat) {
  if (flat && !sigma) return `code ${tuple(mean)}`;
  if (flat) return `mean ${tuple(mean)}\nσ ${tuple(sigma)}`;
  if (!sigma) return "";
  return `σ ${readable(Math.min(...sigma))} to ${readable(Math.max(...sigma))}`;
}

function sameNumbers(a, b) {
  if (!a || !b) return !a && !b;
  return a.length === b.length && a.every((x, i) => Math.fround(x) === Math.fround(b[i]));
}

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
      await mount(el, data, weights, undefined, first);
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `This explorer cannot work: ${error.message}. `,
        "Below are pictures that it would have shown."));
    }
  }));
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

async function render({ model, el }) {
  const bytes = ({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const { models, ...rest } = model.get("_data");
  const unpacked = models.map(({ codes, ...each }) =>
    ({ ...each, codes: { ...codes, data: bytes(codes.data) } }));
  const weights = async (i, part) => bytes(models[i][part].data);
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
  el.classList.add("latent-explorer");
  let explorer;
  try {
    const data = { ...rest, models: unpacked };
    explorer = await mount(el, data, weights, tell, state());
  } catch (error) {
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
    explorer.stop();
  };
}

export default { render };
