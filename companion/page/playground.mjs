// "Train it here": an autoencoder and a VAE, trained in the page.
//
// Its data is written by training_page.py: {kernel: base64, digits, faces, saver: addresses of files, plan},
// where `plan` is what a chapter shows of it (training_plan.mjs), if the page is not about training.
// The same script runs in the page, where it builds the stage, and in a worker, where it trains.

import { element } from "./elements.mjs";
import { saveModel } from "./model_file.mjs";
import { unpackBase64 } from "./page_layers.mjs";
import { makePlaygroundStage } from "./playground_stage.mjs";
import { makeTrainer, work } from "./trainer.mjs";
import { makeTrainedBox } from "./training_box.mjs";
import { savePage } from "./training_keepsake.mjs";
import { MODELS, completed } from "./training_plan.mjs";
import { makeSets, oneSet } from "./training_sets.mjs";

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
      const data = JSON.parse(el.querySelector("script[type='application/json']").textContent);
      const source = el.querySelector("script[type='module']").textContent;
      mountPlayground(el, { ...data, kernel: unpackBase64(data.kernel) }, source);
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `Nothing can be trained here: ${error.message}.`));
    }
  }
}

/**
 * Put the playground into `el`.
 *
 * @param data as at the head, its kernel as bytes
 * @param source this script, for the worker
 * @returns a function that ends it
 */
export function mountPlayground(el, data, source) {
  const plan = completed(data.plan);
  const binary = data.kernel;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let settings = { ...plan.first };
  let send = null; // to the trainer, once there is one
  let pictures = null; // what the trainer has told of them
  let [playing, started, sick] = [false, false, false];
  let latest = null; // the last report
  let [shownAt, saidAt] = [0, 0];
  let take = null; // called with weights that were asked for
  // Of the training and of the set that are shown: what is told of others may still come.
  let [tag, set] = [0, 0];
  let sent = false; // whether the trainer has the set, and has begun

  const sets = plan.whole ? makeSets(data, el, changeSet) : oneSet(data);
  const stage = makePlaygroundStage({
    onPlay: () => (playing ? pause() : play()),
    onStep: () => begin().then(() => sent && send({ step: true }), fail),
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
    onSave: () => askWeights().then(({ values }) => saveModel(settings, sets.key(), values, latest)),
    onKeep: () => trained().then((network) => savePage(data.saver, network, latest, pictures, sets.own(), stage.half()))
      .catch(({ message }) => stage.complain(`No page can be saved: ${message}.`)),
    onOpen(file) {
      if (playing) pause();
      box.open(file, data).catch(({ message }) => stage.complain(`${file.name} cannot be opened: ${message}.`));
    },
  }, sets.el, plan);
  const box = makeTrainedBox(calm);
  const mode = () => stage.mode({ playing, started, sick, enough: sets.enough() });

  function hear({ tag: mine = tag, set: own = set, ready, report, looked, weights, failed }) {
    if (mine !== tag || own !== set) return;
    if (ready) {
      pictures = ready;
      stage.enter(settings, pictures, sets.own());
    }
    if (report) {
      latest = report;
      ({ playing, sick } = report);
      started = true;
      show();
      if (sick) {
        stage.complain("The training has diverged: its pictures are far worse than the mean picture. " +
          "Take a lower learning rate, and start again.");
      }
      announce();
      mode();
    }
    if (looked) stage.look(looked);
    if (weights) take?.(weights);
    if (failed) fail(new Error(failed));
  }
  function show() {
    if (sick || (playing && calm.matches && performance.now() - shownAt < CALM)) return; // or NaN would be seen
    shownAt = performance.now();
    // At once when it rests: who reads that it does reads its last numbers.
    stage[playing ? "soon" : "show"](latest, pictures, settings.vae);
  }
  /** Tell now and then how far it is, to those who listen. */
  function announce() {
    const { steps, reconstruction, kl } = latest;
    if (steps === 0 || (playing && steps - saidAt < TALK)) return;
    saidAt = steps;
    stage.said(sick ? "" : `${playing ? "" : "Paused. "}Step ${steps}: ${(reconstruction + kl).toFixed(1)} nats on held-out pictures.${stage.judged()}`);
  }
  function fail({ message }) {
    playing = false;
    stage.complain(`The training cannot go on: ${message}.`);
    mode();
  }

  let beginning = null;
  /** Bring pictures and a trainer, once for each set, and start. */
  function begin() {
    const mine = set;
    beginning ??= (async () => {
      stage.said("Loading the pictures.");
      const brought = await sets.bring();
      send ??= await makeTrainer(source, hear);
      if (mine !== set) return; // another was chosen meanwhile
      send({ pictures: brought, set }, Object.values(brought).flatMap((each) => each.buffer ?? []));
      send({ start: settings, binary, tag, play: playing });
      sent = true;
    })();
    beginning.catch(() => {
      if (mine === set) beginning = null; // so that it can be tried again
    });
    return beginning;
  }
  function play() {
    box.close();
    stage.complain("");
    playing = true;
    mode();
    if (sent) send({ play: true });
    else begin().catch(fail);
  }
  function pause() {
    if (sent) send({ play: false });
    else playing = false;
    mode();
  }
  function restart(goOn) {
    box.close();
    stage.complain("");
    stage.said("");
    tag += 1;
    [playing, sick, saidAt] = [goOn, false, 0];
    stage.enter(settings, pictures, sets.own());
    if (sent) send({ start: settings, binary, tag, play: goOn });
    mode();
  }
  /** Begin anew, with other pictures, which come when they are asked for. */
  function changeSet() {
    if (sent) send({ play: false });
    set += 1;
    [pictures, latest, started, sent, beginning] = [null, null, false, false, null];
    restart(false);
  }

  function askWeights() {
    return new Promise((done) => {
      take = done;
      send({ weights: true });
    });
  }
  /** Give the network as it is now. */
  async function trained() {
    const { vae, latentDim } = settings;
    return { ...await askWeights(), vae, latentDim, name: `Your ${MODELS[vae ? 0 : 1]}` };
  }
  /** Show the explorer of what is trained so far. */
  async function explore() {
    box.show(await trained(), latest.codes, pictures, sets.own(), stage.half(), `After ${latest.steps} steps`);
  }

  el.prepend(element("div", { class: "latent-explorer" }, stage.el, box.el));
  stage.enter(settings, null, false);
  mode();
  const themes = new MutationObserver(stage.draw);
  themes.observe(document.documentElement, { attributes: true });
  return () => {
    themes.disconnect();
    send?.({ play: false });
  };
}
