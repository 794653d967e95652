// The play of an explorer: what the hand does, and the code, picture and model that follow from it.

import { verdict } from "./captions.mjs";
import { hearts, nearestTo, typical } from "./choices.mjs";
import { makeComparison } from "./compare.mjs";
import { oncePerFrame } from "./elements.mjs";
import { encoded, networkShelf } from "./networks.mjs";
import { forward, unpackNumbers } from "./page_layers.mjs";
import { shares } from "./share.mjs";
import { makeStage } from "./stage.mjs";
import { animate, between, mayWander, wanderer } from "./walks.mjs";

const GLIDE = 400; // milliseconds from a code to the next one
const STROLL = 2400; // milliseconds from a drawing to another class

/**
 * Put a live explorer into `el`.
 *
 * @param data as at the head of explorer.mjs
 * @param weights called with the number of a model and "encoder" or "decoder"; gives a promise
 *     of a Uint8Array
 * @param onChange called with {model, z, picture} when the hand has changed any of them
 * @param first {model, z, picture} to begin with, as for `show`
 * @param wanders whether the point walks by itself until a hand comes
 * @returns a promise of {show({model, z, picture}), stop()}, once the first model is drawn.
 *     Rejected, with `el` as it was, if the data is broken.
 */
export async function mount(el, data, weights, onChange = () => {}, first = {}, wanders = false) {
  const { class_names: classNames, labels } = data;
  const models = data.models.map(({ codes, ...model }) => ({
    ...model,
    codes: unpackNumbers(codes.data, codes.dtype),
  }));
  const network = networkShelf(models, weights);

  let index; // of the model that is shown
  let decoder;
  let encoder = null; // fetched when there is a picture to encode
  let z;
  let picture = null; // what is encoded
  let drawn = false; // whether a hand has drawn it
  let posterior = null; // {mean, sigma} of the picture, sigma null for a plain code
  let words = ""; // on what became of the drawing
  let quiet = true; // nothing to report: no hand has moved
  let halt = () => {}; // ends the walk to a code

  const comparison = makeComparison(models, data.shape, network, (...what) => stage.complain(...what));
  const stage = makeStage({ ...data, models }, comparison.el, {
    onDraw: draw,
    onAnew: startAnew,
    onBack: goHome,
    onPick: (label) => (drawn ? strollTo(label) : pick(label)),
    onChoose: (i) => choose(i).then(report),
    onMove: moveTo,
    onHome: goHome,
    onMiddle: () => glideTo(z.map(() => 0)),
    onWander: () => (wander.going() ? rest() : (wander.start(), stage.walks(true))),
    onTouch: rest,
  });

  /** Draw what there is now; the hand waits for this. */
  const redraw = oncePerFrame(() => {
    const fresh = picture && encoder && !posterior;
    if (fresh) {
      posterior = encoded(encoder, picture, models[index]);
      z = [...posterior.mean];
    }
    const pixels = forward(decoder, z);
    if (fresh) {
      words = drawn ? verdict(posterior, picture, pixels, models[index], labels, classNames) : "";
      comparison.show(picture);
    }
    stage.show(z, pixels, posterior, words, quiet);
    if (!quiet) onChange({ model: models[index].name, z, picture });
  });

  function moveTo(code) {
    halt();
    quiet = false;
    z = [...code];
    redraw();
  }
  /** Walk in a straight line to a code, so that the eye can follow. */
  function glideTo(code, duration = GLIDE) {
    const begin = z;
    halt();
    const stopSteps = animate(duration, (t) => {
      quiet = false;
      z = between(begin, code, t);
      redraw();
    });
    halt = stopSteps;
  }
  function goHome() {
    glideTo(posterior ? posterior.mean : models[index].start);
  }

  // Walking by itself.

  const wander = wanderer(stage.el, () => z, () => hearts(models[index].codes, labels, z.length), (code) => {
    quiet = true;
    z = code;
    redraw();
  });
  function rest() {
    if (!wander.going()) return;
    wander.stop();
    stage.walks(false);
  }

  // The picture on the field.

  function draw(ink) {
    quiet = false;
    take(ink, "Your drawing", true);
    if (encoder) redraw();
    else needEncoder().then(redraw, () => {});
  }
  /** Take a picture, which is to be encoded. */
  function take(ink, title, byHand = false) {
    halt();
    stage.strip.hide();
    [picture, drawn, posterior, words] = [ink, byHand, null, ""];
    stage.title(title, byHand);
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
  function startAnew() {
    forget();
    glideTo(models[index].start);
  }
  function forget() {
    halt();
    stage.strip.hide();
    [picture, drawn, posterior, words] = [null, false, null, ""];
    comparison.show(null);
    stage.put(null);
    stage.title("Draw here", false, "empty");
  }

  const turns = classNames.map(() => 0);
  /** Put the decoded picture of another code of a class on the field, and walk to its code. */
  async function pick(label) {
    quiet = false;
    const mine = typical(models[index].codes, labels, label);
    const ink = forward(decoder, mine[turns[label]++ % mine.length])
      .map((x) => Math.min(1, Math.max(0, x)));
    stage.put(ink);
    take(ink, `A decoded ${classNames[label]}`);
    if (!encoder) await needEncoder().catch(() => {});
    if (!encoder || picture !== ink) return;
    posterior = encoded(encoder, ink, models[index]);
    comparison.show(ink);
    glideTo(posterior.mean);
  }
  /** Walk from the drawing to the nearest code of a class, and lay out the way as a strip. */
  function strollTo(label) {
    if (!posterior) return;
    const begin = posterior.mean;
    const end = nearestTo(begin, typical(models[index].codes, labels, label));
    const way = shares.map((t) => forward(decoder, between(begin, end, t)));
    stage.strip.show(`My drawing on its way to: ${classNames[label]}`, [picture, ...way]);
    z = [...begin];
    glideTo(end, STROLL);
  }

  // The model.

  let latest = 0;
  /** Show another model, with the same picture; stay with this one if it cannot be had. */
  async function choose(next) {
    const mine = ++latest;
    try {
      const parts = [network(next, "decoder"), picture ? network(next, "encoder") : null];
      const [nextDecoder, nextEncoder] = await Promise.all(parts);
      if (mine !== latest) return; // another one was chosen meanwhile
      halt();
      [index, decoder, encoder] = [next, nextDecoder, nextEncoder];
    } catch (error) {
      if (index === undefined) throw error;
      stage.choose(index);
      stage.complain(`${models[next].name} cannot be shown`, error);
      return;
    }
    posterior = null;
    z = [...models[index].start];
    stage.strip.hide();
    const layers = decoder;
    stage.enter(index, (code) => forward(layers, code));
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
      halt();
      z = [...code];
      redraw();
    }
  }

  forget();
  await choose(Math.max(0, models.findIndex(({ name }) => name === first.model)));
  await show(first);
  el.prepend(stage.el);
  if (wanders) {
    if (mayWander() && !first.z) wander.start();
    stage.walks(wander.going());
  }
  return {
    show,
    stop() {
      latest++;
      halt();
      wander.end();
      stage.stop();
    },
  };
}

function sameNumbers(a, b) {
  if (!a || !b) return !a && !b;
  return a.length === b.length && a.every((x, i) => Math.fround(x) === Math.fround(b[i]));
}
