// A question that the reader answers before the page shows what was measured.
//
// The payload is written by guess_twin.py: {question, answers: [[answer, sentence], ...], right},
// where `right` counts from 0. What a reader has answered, "0" and so on or "skipped", stands in
// `data-answer`, and is kept by the browser. In the book, `.veil[data-veil]` holds what lies
// between a question and its measured answer, and `.guess-score` counts (book/_ext/book_folds.py).

import { button, element, keepKeys } from "./elements.mjs";

/** Mount every question of the page that is not mounted yet, and count what was answered. */
export function mountAll(root = document) {
  for (const el of root.querySelectorAll("div.guess:not([data-state])")) {
    try {
      mount(el, JSON.parse(el.querySelector("script[type='application/json']").textContent));
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed"; // the question is read, and nothing stays veiled
      setVeil(el, false);
    }
  }
  addEventListener("hashchange", openTarget);
  openTarget();
  score();
}

/** Put a question that can be answered into `el`. */
function mount(el, { question, answers, right }) {
  const id = el.dataset.guess;
  const radios = answers.map((_, i) => keepKeys(element("input", {
    type: "radio", name: `guess-${id}`, value: i, autocomplete: "off",
  })));
  const rows = answers.map(([answer], i) => element("label", {}, radios[i],
    element("span", {}, answer)));
  const said = element("div", { class: "guess-said", role: "status" });
  const meant = el.querySelector(".guess-meant");
  const again = button("Guess again", () => {
    keep(id, null);
    settle(null);
    radios[0].focus();
  });
  const guess = button("This is my guess", () => {
    const chosen = radios.findIndex(({ checked }) => checked);
    if (chosen < 0) say(["", "Choose an answer first, or let the measurement be shown."]);
    else decide(String(chosen));
  });
  const skip = button("Just show me", () => decide("skipped"));
  const hint = element("span", { class: "guess-hint" }, "Then the measurement opens below.");
  const asking = element("div", { class: "guess-buttons" }, guess, skip, hint);
  const asked = element("div", { class: "guess-buttons" }, again);

  function say(...lines) {
    said.replaceChildren(...lines.map(([bold, words]) =>
      element("p", {}, element("b", {}, bold), bold && " ", words)));
  }
  function decide(answer) {
    keep(id, answer);
    settle(answer);
    meant.querySelector("summary").focus(); // the buttons that had the focus are gone
  }
  function settle(answer) {
    if (answer === null) delete el.dataset.answer;
    else el.dataset.answer = answer;
    const open = answer === null;
    radios.forEach((radio, i) => {
      radio.checked = String(i) === answer;
      radio.disabled = !open;
      rows[i].classList.toggle("guess-right", !open && i === right);
      rows[i].classList.toggle("guess-mine", radio.checked);
    });
    asking.hidden = !open;
    asked.hidden = meant.hidden = open;
    meant.open = false;
    if (open) say();
    else if (answer === String(right)) say(["Right.", answers[right][1]]);
    else {
      const mine = answers[answer];
      say(...(mine ? [["Not so.", mine[1]]] : []), [`Measured: ${answers[right][0]}.`, answers[right][1]]);
    }
    setVeil(el, open);
    score();
  }

  for (const radio of radios) radio.addEventListener("change", () => say());
  el.dataset.right = right;
  el.prepend(element("div", { class: "guess-live" },
    element("fieldset", {}, element("legend", {}, element("b", {}, "Predict."), " ", question),
      ...rows), asking, said));
  meant.after(asked);
  const kept = recall(id);
  settle(kept === "skipped" || answers[kept] ? kept : null);
}

/** Draw the veil over what lies between a question and its answer, or take it away. */
function setVeil(el, drawn) {
  const veil = document.querySelector(`.veil[data-veil="${el.dataset.guess}"]`);
  // What is hidden so is found by the browser's search and by links, which open it.
  if (veil) veil.hidden = drawn && "until-found";
}

/** Open the veil over what a link leads to, for browsers that do not do it by themselves. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const veil = target?.closest(".veil[hidden]");
  if (!veil) return;
  veil.hidden = false;
  target.scrollIntoView();
}

/** Say at the end of a page how many of its questions were answered rightly. */
function score() {
  const all = [...document.querySelectorAll("div.guess[data-right]")];
  const right = all.filter(({ dataset }) => dataset.answer === dataset.right).length;
  const skipped = all.filter(({ dataset }) => dataset.answer === "skipped").length;
  const open = all.filter(({ dataset }) => dataset.answer === undefined).length;
  const rest = [skipped && `you skipped ${skipped}`, open && `${open} still ${open === 1 ? "waits" : "wait"} for your guess`];
  for (const line of document.querySelectorAll(".guess-score")) {
    line.textContent = [`You guessed ${right} of ${all.length} right`, ...rest.filter(Boolean)].join("; ") + ".";
    line.hidden = all.length === 0;
  }
}

// Some readers let a page keep nothing; then it forgets.

function recall(id) {
  try {
    return localStorage.getItem(`guess-${id}`);
  } catch {
    return null;
  }
}

function keep(id, answer) {
  try {
    if (answer === null) localStorage.removeItem(`guess-${id}`);
    else localStorage.setItem(`guess-${id}`, answer);
  } catch {
    // nothing is kept
  }
}
