// The patient: a VAE that trains in the bug museum's page, is broken by switches, and examined as it runs.
// Its data is written by patient_page.py: {kernel: base64, digits: address of pictures}. The same
// script runs in the page, where it builds the stage, and in a worker, where it trains.

import { makeCheckups } from "./checkups.mjs";
import { element } from "./elements.mjs";
import { saveModel } from "./model_file.mjs";
import { unpackBase64 } from "./page_layers.mjs";
import { makePatientStage } from "./patient_stage.mjs";
import { complaintsOf } from "./report_table.mjs";
import { makeTrainer, work } from "./trainer.mjs";
import { fetchPictures } from "./training_sets.mjs";

const HEALTHY = { vae: true, latentDim: 2, hidden: [128, 64], rate: 0.004, batch: 64, beta: 1, seed: 0 };
const SILENCE = 4000; // milliseconds at least between two announcements while it trains
const STILL = 1000; // milliseconds between two pictures, for those who want less motion

/** Mount the figures of the page; in a worker, be the trainer of one. */
export function mountAll() {
  if (!globalThis.document) {
    work(makeCheckups());
    return;
  }
  for (const el of document.querySelectorAll("figure.latent-patient:not([data-state])")) {
    mountPatient(el);
    el.dataset.state = "live";
  }
}

/** Put the patient into `el`. */
function mountPatient(el) {
  const data = JSON.parse(el.querySelector("script[type='application/json']").textContent);
  const source = el.querySelector("script[type='module']").textContent;
  const binary = unpackBase64(data.kernel);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let settings = { ...HEALTHY, faults: [] };
  let [send, pictures, beginning, sent] = [null, null, null, false];
  let [playing, started, sick] = [false, false, false];
  let [latest, examined, finite] = [null, null, null];
  let [shownAt, saidAt, said, due] = [0, 0, "", false];
  let tag = 0; // of the training that is shown: what is told of others may still come
  let take = null; // called with weights that were asked for

  const stage = makePatientStage({
    onPlay: () => (playing ? pause() : play()),
    onAgain: restart,
    onBreak(faults) {
      settings = { ...settings, faults };
      if (sent) send({ change: { faults } });
    },
    onMove: (z) => sent && send({ look: Float32Array.from(z) }),
    async onSave() {
      const { values } = await new Promise((done) => {
        take = done;
        send({ weights: true });
      });
      saveModel(settings, "digits", values, latest);
    },
  });
  const mode = () => stage.mode({ playing, started, sick });
  function hear({ tag: mine = tag, ready, report, looked, weights, failed }) {
    if (mine !== tag) return;
    if (ready) {
      pictures = ready;
      stage.clear(pictures);
    }
    if (report) {
      [latest, started] = [report, true];
      ({ playing, sick } = report);
      if (report.examined) {
        examined = report.examined;
        if (examined.findings.length > 1) finite = examined;
      }
      if (!playing) show(); // at once: who reads that it rests reads its last numbers
      else if (!due && (!calm.matches || performance.now() - shownAt > STILL)) {
        due = true;
        requestAnimationFrame(show);
      }
      if (sick) {
        stage.complain("The training has diverged, and this model is lost. Mend it by its switches, and start again.");
      }
      announce();
      mode();
    }
    if (looked) stage.look(looked);
    if (weights) take?.(weights);
    if (failed) fail(new Error(failed));
  }
  function show() {
    due = false;
    shownAt = performance.now();
    if (!latest) return;
    if (!latest.sick) stage.show(latest, pictures, settings.faults.includes("twice"));
    if (examined) stage.examined(examined, finite);
  }
  /** Tell what the doctor complains of, to those who listen: when it changes, and at a pause. */
  function announce() {
    const found = complaintsOf((finite ?? examined)?.findings ?? []).map(({ check }) => check).join(", ");
    const words = found ? `The doctor complains of ${found}.` : "The doctor complains of nothing.";
    if (playing && (words === said || performance.now() - saidAt < SILENCE)) return;
    [said, saidAt] = [words, performance.now()];
    stage.said(`${playing ? "" : "Paused. "}Step ${latest.steps}: ${words}`);
  }
  function fail({ message }) {
    playing = false;
    stage.complain(`The training cannot go on: ${message}.`);
    mode();
  }

  /** Bring pictures and a trainer, once, and start. */
  function begin() {
    beginning ??= (async () => {
      stage.said("Loading the digits.");
      const digits = await fetchPictures(data.digits);
      send ??= await makeTrainer(source, hear, makeCheckups());
      send({ pictures: { digits } });
      send({ start: settings, binary, tag, play: false }); // is examined before its first step
      send({ play: playing });
      sent = true;
    })();
    beginning.catch(() => (beginning = null)); // so that it can be tried again
    return beginning;
  }
  function play() {
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
  function restart() {
    stage.complain("");
    stage.said("");
    tag += 1;
    [playing, started, sick, latest, examined, finite] = [false, false, false, null, null, null];
    stage.clear(pictures);
    if (sent) send({ start: settings, binary, tag, play: false });
    mode();
  }

  el.prepend(element("div", { class: "latent-explorer" }, stage.el));
  stage.clear(null);
  mode();
  new MutationObserver(stage.draw).observe(document.documentElement, { attributes: true });
}
