// What a training is asked, and what it tells: in a worker, or in slices between two frames.

import { makeRest, nextTurn } from "./resting.mjs";
import { makeTraining } from "./training.mjs";
import { unpackFaces } from "./training_faces.mjs";
import { bounds, unpackDigits } from "./training_pictures.mjs";

const TURN = 30; // milliseconds that a worker computes before it listens
const REPORT = 60; // milliseconds from one report to the next
const REPORTING = 3; // of the time, one part in so many at most goes into reports
const ENOUGH = 2000; // steps after which it pauses by itself

/**
 * Train as the messages of a port ask, one after the other, and tell by the same port.
 *
 * Heard: {pictures: {digits}, {faces} or {train, test, ...}, set}, {start: settings, binary, tag}, also
 * with {play: true or false}, {step}, {change: {beta, rate, faults}}, {look: a code}, {weights}. Told: {ready:
 * pictures to show and bounds, set}, {report, tag}, {looked: pixels}, {weights}, {failed: words}.
 *
 * @param port has `postMessage`, and is given `onmessage`: a worker's own scope, or the like
 * @param slice milliseconds after which it listens
 * @param visit called with a training and whether it plays; what it gives goes with the report
 */
export function answer(port, slice = TURN, visit = null) {
  const tell = (message, handed = []) => port.postMessage(message, handed);
  let pictures;
  let training;
  let look = null;
  let playing = false;
  let running = false;
  let seconds = 0;
  let goal = 0;
  let due = 0; // the next report
  let tag; // of the training

  function report() {
    const found = visit?.(training, playing); // whose pace is its own
    const began = performance.now();
    const looked = look && training.decode(look);
    const told = { ...training.report(), seconds, playing, looked, ...found };
    tell({ tag, report: told }, [told.codes, told.rebuilt, told.dreamt].map(({ buffer }) => buffer));
    due = began + Math.max(REPORT, REPORTING * (performance.now() - began));
  }
  function compute() {
    const began = performance.now();
    const end = Math.min(began + slice, due);
    do training.step(); while (playing && !training.sick && training.steps < goal && performance.now() < end);
    seconds += (performance.now() - began) / 1000;
  }
  async function run() {
    while (playing) {
      compute();
      if (training.sick || training.steps >= goal) playing = false;
      if (!playing || performance.now() >= due) report();
      await nextTurn();
    }
    running = false;
  }
  async function hear(data) {
    if (data.pictures) {
      playing = false;
      const { digits, faces } = data.pictures;
      const rest = makeRest();
      pictures = digits ? await unpackDigits(digits, rest)
        : faces ? await unpackFaces(faces) : data.pictures;
      pictures = { ...pictures, ...await bounds(pictures, rest) };
      const { test, testLabels, classNames, baseline, floor } = pictures;
      tell({ set: data.set, ready: { test, testLabels, classNames, baseline, floor } });
    }
    if (data.start) {
      playing = false;
      tag = data.tag;
      training = await makeTraining(data.start, pictures, data.binary, makeRest());
      [seconds, look] = [0, new Float32Array(data.start.latentDim)];
      if (!data.play) report();
    }
    if ("play" in data) {
      const paused = playing && !data.play;
      playing = data.play && !training.sick;
      if (playing) goal = training.steps + ENOUGH;
      if (playing && !running) {
        running = true;
        run();
      }
      if (paused) report();
    }
    if (data.step && !training.sick) {
      compute();
      report();
    }
    if (data.change) {
      training.change(data.change);
      if (visit) report(); // before the next step, which may be the last
    }
    if (data.look) {
      look = data.look;
      tell({ looked: training.decode(look) });
    }
    if (data.weights) {
      const weights = training.weights();
      tell({ weights }, [weights.values.buffer]);
    }
  }
  let queue = Promise.resolve();
  port.onmessage = ({ data }) => {
    queue = queue.then(() => hear(data)).catch(({ message }) => tell({ failed: message }));
  };
}
