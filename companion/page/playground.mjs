// "Train it here": an autoencoder and a VAE, trained in the page.
//
// Its data is written by training_page.py: {kernel: base64, digits: address of the pictures}. The
// same script runs in the page, where it builds the stage, and in a worker, where it trains.

import { element } from "./elements.mjs";
import { unpackBase64 } from "./page_layers.mjs";
import { mount } from "./play.mjs";
import { FIRST, MODELS, makePlaygroundStage } from "./playground_stage.mjs";
import { makeTrainer, work } from "./trainer.mjs";

const TALK = 500; // steps between two announcements to who cannot see the curves
const CALM = 1000; // milliseconds between two pictures, for those who want less motion

/** Mount the figures of the page; in a worker, be the trainer of one. */
export function mountAll() {
  if (!globalThis.document) {
    work();
    return;
  }
  for (const el of document.querySelectorAll("figure.latent-training:not([data-state])")) {
    try {
      mountPlayground(el);
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `Nothing can be trained here: ${error.message}.`));
    }
  }
}

/** Load the digits, by a script that hands them over: a page opened from disk may load that. */
async function fetchDigits(address) {
  let digits;
  globalThis.latentTrainingPictures = (given) => (digits = given);
  const script = element("script", { src: address });
  await new Promise((done) => {
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    document.head.append(script);
  });
  script.remove();
  if (!digits) throw new Error(`the file ${address} cannot be loaded`);
  return digits;
}

/** Put the playground into `el`. */
function mountPlayground(el) {
  const data = JSON.parse(el.querySelector("script[type='application/json']").textContent);
  const source = el.querySelector("script[type='module']").textContent;
  const binary = unpackBase64(data.kernel);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let settings = { ...FIRST };
  let send = null; // to the trainer, once there is one
  let pictures = null; // what the trainer has told of them
  let [playing, started, sick] = [false, false, false];
  let latest = null; // the last report
  let [shownAt, saidAt] = [0, 0];
  let due = false; // a report waits for the next frame
  let take = null; // called with weights that were asked for
  let explorer = null;

  const stage = makePlaygroundStage({
    onPlay: () => (playing ? pause() : play()),
    onStep: () => begin({}).then(() => send({ step: true }), fail),
    onAgain: () => restart(false),
    onChoose(changed) {
      settings = { ...settings, ...changed };
      restart(playing);
    },
    onBeta(beta) {
      settings.beta = beta;
      send?.({ change: { beta } });
    },
    onRate(rate) {
      settings.rate = rate;
      send?.({ change: { rate } });
    },
    onMove: (z) => send?.({ look: Float32Array.from(z) }),
    onExplore: explore,
    onSave: save,
  });
  const box = element("div", { class: "training-explorer" });

  function hear({ ready, report, looked, weights, failed }) {
    if (ready) {
      pictures = ready;
      stage.enter(settings, pictures);
    }
    if (report) {
      latest = report;
      ({ playing, sick } = report);
      started = true;
      if (!playing) show(); // at once: who reads that it rests reads its last numbers
      else if (!due && (!calm.matches || performance.now() - shownAt > CALM)) {
        due = true;
        requestAnimationFrame(show);
      }
      if (sick) {
        stage.complain("The training has diverged: its pictures are far worse than the mean picture. " +
          "Take a lower learning rate, and start again.");
      }
      announce();
      stage.mode({ playing, started, sick });
    }
    if (looked) stage.look(looked);
    if (weights) take?.(weights);
    if (failed) fail(new Error(failed));
  }
  function show() {
    due = false;
    shownAt = performance.now();
    if (latest.sick) return; // there is nothing to see in NaN
    stage.show(latest, pictures, settings.vae);
    if (latest.looked) stage.look(latest.looked);
  }
  /** Tell now and then how far it is, to those who listen. */
  function announce() {
    const { steps, reconstruction, kl } = latest;
    if (steps === 0 || (playing && steps - saidAt < TALK)) return;
    saidAt = steps;
    stage.said(sick ? "" : `${playing ? "" : "Paused. "}Step ${steps}: ${(reconstruction + kl).toFixed(1)} nats on held-out pictures.`);
  }
  function fail({ message }) {
    playing = false;
    stage.complain(`The training cannot go on: ${message}.`);
    stage.mode({ playing, started, sick });
  }

  let beginning = null;
  /** Bring pictures and a trainer, once, and start, with what else the trainer shall do. */
  function begin(more) {
    beginning ??= (async () => {
      stage.said("Loading the pictures.");
      const digits = await fetchDigits(data.digits);
      send = await makeTrainer(source, hear);
      send({ pictures: { digits } });
      send({ start: settings, binary, ...more });
    })();
    beginning.catch(() => (beginning = null)); // so that it can be tried again
    return beginning;
  }
  function play() {
    closeExplorer();
    stage.complain("");
    playing = true;
    stage.mode({ playing, started, sick });
    if (send) send({ play: true });
    else begin({ play: true }).catch(fail);
  }
  function pause() {
    send?.({ play: false });
  }
  function restart(goOn) {
    closeExplorer();
    stage.complain("");
    stage.said("");
    [playing, sick, saidAt] = [goOn, false, 0];
    stage.enter(settings, pictures);
    send?.({ start: settings, binary, play: goOn });
    stage.mode({ playing, started, sick });
  }

  function askWeights() {
    return new Promise((done) => {
      take = done;
      send({ weights: true });
    });
  }
  /** Show the explorer of what is trained so far. */
  async function explore() {
    closeExplorer();
    const { layers, values } = await askWeights();
    const { vae, latentDim } = settings;
    const each = (value) => Array.from({ length: latentDim }, () => value);
    const half = stage.half();
    const last = layers.findIndex(({ inputs }, i) => i > 0 && inputs === latentDim);
    const part = (some) => ({ dtype: "float32", layers: some.map(({ inputs, units, activation }) =>
      ({ inputs, units, activation })) });
    const decoder = part(layers.slice(last));
    decoder.layers.at(-1).activation = "sigmoid";
    const model = {
      name: `Your ${MODELS[vae ? 0 : 1]}`, gaussian: vae, start: each(0), low: each(-half), high: each(half),
      names: each(0).map((_, i) => `z${String.fromCharCode(0x2081 + i)}`), steps: each(100),
      view: latentDim === 2 ? [0, 0, half] : null, encoder: part(layers.slice(0, last)), decoder,
      codes: { dtype: "float32", data: new Uint8Array(latest.codes.slice().buffer) },
    };
    const cut = layers[last].kernel;
    const parts = { encoder: values.slice(0, cut), decoder: values.slice(cut) };
    const { testLabels, classNames } = pictures;
    explorer = await mount(box, { label: "decoded digit", shape: [28, 28],
      class_names: classNames, labels: testLabels, models: [model] },
    async (_, name) => new Uint8Array(parts[name].buffer));
    box.prepend(element("p", {}, `After ${latest.steps} steps: drag the point, or draw a digit yourself.`));
    box.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }
  function closeExplorer() {
    explorer?.stop();
    explorer = null;
    box.replaceChildren();
  }

  /** Hand the weights over as a file, which companion.zoo.from_page opens. */
  async function save() {
    const { values } = await askWeights();
    const { vae, latentDim, hidden, beta, seed, batch, rate } = settings;
    const bytes = new Uint8Array(values.buffer);
    let words = "";
    for (let i = 0; i < bytes.length; i += 8192) words += String.fromCharCode(...bytes.subarray(i, i + 8192));
    const { steps, reconstruction, kl } = latest;
    const file = { format: "walking-the-latent-space model 1", kind: vae ? "vae" : "autoencoder",
      latent_dim: latentDim, hidden, beta: vae ? beta : null, data: "digits", seed, batch, learning_rate: rate,
      steps, held_out: { reconstruction, kl }, weights: btoa(words) };
    const address = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
    element("a", { href: address, download: `my-${file.kind}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  el.prepend(element("div", { class: "latent-explorer" }, stage.el, box));
  stage.enter(settings, null);
  stage.mode({ playing, started, sick });
  const themes = new MutationObserver(stage.draw);
  themes.observe(document.documentElement, { attributes: true });
}
