// The stage of a training: what there is to press, and the view of what comes of it. What happens on it
// is in playground.mjs.

import { modelChoice } from "./choices.mjs";
import { button, element } from "./elements.mjs";
import { betaSlider, makeChoices } from "./training_choices.mjs";
import { MODELS } from "./training_plan.mjs";
import { makeTrainingView } from "./training_view.mjs";

/**
 * Make the stage.
 *
 * @param hand {onPlay(), onStep(), onAgain(), onChoose({name: value}), onBeta(beta), onRate(rate),
 *     onMove(z), onExplore(), onSave(), onKeep(), onOpen(file)}
 * @param sets element that chooses the pictures
 * @param plan what is shown, as `completed` gives it
 */
export function makePlaygroundStage(hand, sets, plan) {
  const alert = element("p", { role: "alert", class: "latent-error", hidden: "" });
  const said = element("p", { class: "explorer-said", role: "status" });
  const [play, step, again] = [button("Play", hand.onPlay), button("One step", hand.onStep),
    button("Start again", hand.onAgain)];
  play.classList.add("training-play");
  const [explore, save, keep] = [button("Explore it", hand.onExplore), button("Save its weights", hand.onSave),
    button("Save it as a page", hand.onKeep)];
  const file = element("input", { type: "file", accept: ".json,application/json", hidden: "" });
  file.addEventListener("change", () => {
    hand.onOpen(file.files[0]);
    file.value = ""; // so that the same file can be opened again
  });
  const open = button("Open a model", () => file.click());
  const models = modelChoice(MODELS, (i) => hand.onChoose({ vae: i === 0 }));
  models.show(plan.first.vae ? 0 : 1);
  const beta = betaSlider(plan.first.beta, hand.onBeta);
  const view = makeTrainingView(plan, hand.onMove);
  const whole = (...parts) => (plan.whole ? parts : []);
  const el = element("div", { class: "explorer-live training-live", "data-lm-suppress-shortcuts": "true" },
    alert, sets, ...(plan.models.length > 1 ? [models.el] : []),
    element("div", { class: "training-buttons" }, play, step, again),
    ...(plan.show.includes("beta") ? [beta] : []), ...whole(makeChoices(hand)), ...view.els,
    ...whole(element("div", { class: "training-buttons" }, explore, save, keep, open, file)), said);

  return {
    ...view,
    el,
    said(words) {
      said.textContent = words;
    },
    enter(settings, bounds, own) {
      beta.hidden = !settings.vae;
      view.enter(settings, bounds, own);
    },
    /** Say whether it is playing, and what can be pressed. */
    mode({ playing, started, sick, enough }) {
      play.textContent = playing ? "Pause" : "Play";
      for (const each of [explore, save, keep]) each.disabled = playing || !started || sick;
      play.disabled = step.disabled = sick || !enough;
      step.disabled ||= playing;
    },
    complain(words) {
      alert.textContent = words;
      alert.hidden = !words;
    },
  };
}
