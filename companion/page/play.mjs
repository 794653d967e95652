// The play of an explorer: what the hand does, and the code, picture and model that follow from it.

import { typical } from "./choices.mjs";
import { oncePerFrame } from "./elements.mjs";
import { centred } from "./field.mjs";
import { forward, unpackLayers, unpackNumbers } from "./page_layers.mjs";
import { makeStage } from "./stage.mjs";

const LOG_VAR_LIMIT = 30; // as the models hold it
const GLIDE = 400; // milliseconds from a code to the next one

/**
 * Put a live explorer into `el`.
 *
 * @param data as at the head of explorer.mjs
 * @param weights called with the number of a model and "encoder" or "decoder"; gives a promise
 *     of a Uint8Array
 * @param onChange called with {model, z, picture} when the hand has changed any of them
 * @param first {model, z, picture} to begin with, as for `show`
 * @returns a promise of {show({model, z, picture}), stop()}, once the first model is drawn.
 *     Rejected, with `el` as it was, if the data is broken.
 */
export async function mount(el, data, weights, onChange = () => {}, first = {}) {
  const { shape, class_names: classNames, labels } = data;
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
  let quiet = true; // nothing to report: no hand has moved

  const stage = makeStage({ ...data, models }, {
    onDraw: draw,
    onClear: clear,
    onPick: pick,
    onChoose: (i) => choose(i).then(report),
    onMove: moveTo,
    onHome: goHome,
  });

  /** Draw what there is now; the hand waits for this. */
  const redraw = oncePerFrame(() => {
    if (picture && encoder && !posterior) {
      posterior = posteriorOf(forward(encoder, picture), models[index]);
      z = [...posterior.mean];
    }
    stage.show(z, forward(decoder, z), posterior, quiet);
    if (!quiet) onChange({ model: models[index].name, z, picture });
  });

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
  function draw(ink) {
    quiet = false;
    take(centred(ink, shape), "Your drawing");
    if (encoder) redraw();
    else needEncoder().then(redraw, () => {});
  }
  /** Take a picture, which is to be encoded. */
  function take(ink, title) {
    cancelAnimationFrame(glide);
    picture = ink;
    posterior = null;
    stage.title(title);
  }
  /** Fetch the encoder of the model that is shown; rejected, after words, if it cannot be had. */
  async function needEncoder() {
    const wanted = index;
    try {
      const layers = await network(wanted, "encoder");
      if (wanted === index) encoder = layers;
      stage.complainNoMore();
    } catch (error) {
      stage.complain("Pictures cannot be encoded here", error);
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
    stage.put(null);
    stage.title("Draw here", "empty");
  }

  const turns = classNames.map(() => 0);
  /** Put the decoded picture of another code of a class on the field, and walk to its code. */
  async function pick(label) {
    quiet = false;
    const mine = typical(models[index].codes, labels, label);
    const at = mine[turns[label]++ % mine.length] * z.length;
    const pixels = forward(decoder, models[index].codes.slice(at, at + z.length));
    const ink = pixels.map((x) => Math.min(1, Math.max(0, x)));
    stage.put(ink);
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
      stage.choose(index);
      stage.complain(`${models[next].name} cannot be shown`, error);
      return;
    }
    posterior = null;
    z = [...models[index].start];
    stage.enter(index);
    redraw();
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
        stage.put(ink);
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
  await choose(Math.max(0, models.findIndex(({ name }) => name === first.model)));
  await show(first);
  el.prepend(stage.el);
  return {
    show,
    stop() {
      latest++;
      cancelAnimationFrame(glide);
      stage.stop();
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

function sameNumbers(a, b) {
  if (!a || !b) return !a && !b;
  return a.length === b.length && a.every((x, i) => Math.fround(x) === Math.fround(b[i]));
}
