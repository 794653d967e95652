// One colour a symbol: finds the symbols in formulas, in comments of code and among the words that lead
// to the vocabulary, and shows all of a kind while the pointer or the focus is on one of them. A key below
// a drawing keeps them shown when it is pressed.
addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const article = document.querySelector(".bd-article");
  if (!article) return;

  const terms = {
    code: "z", encoder: "encoder", decoder: "decoder", reconstruction: "reconstruction",
    "KL-divergence": "kl",
  };
  for (const [term, symbol] of Object.entries(terms)) {
    for (const link of article.querySelectorAll(`a.reference[href$="#term-${term}"]`)) {
      link.dataset.symbol = symbol;
    }
  }

  // MathJax says by a class which letter it draws: an italic one, from Unicode's mathematical ones.
  const letters = { "mjx-c1D465": "x", "mjx-c1D467": "z", "mjx-c1D707": "mu", "mjx-c1D70E": "sigma" };
  const wanted = (document.querySelector("meta[name=book-symbols]")?.content ?? "").split(" ");
  const symbolOf = (letter) => {
    if (letter.closest("mjx-script, #letters-with-several-meanings")) return null; // there it means another thing
    const drawn = [...letter.querySelectorAll("mjx-c")].map((each) => each.classList[0]);
    if (drawn.join() === "mjx-c4B,mjx-c4C") return "kl";
    const symbol = drawn.length === 1 ? letters[drawn[0]] : null;
    // The sigma with an x below it is the noise of a pixel, and no cloud's.
    if (symbol === "sigma" && letter.parentElement.querySelector(":scope > mjx-script .mjx-c1D465")) return null;
    const accent = letter.closest("mjx-mover");
    if (accent && symbol === "x") {
      return accent.querySelector(".mjx-c5E, .mjx-c2C6, .mjx-c302") ? "reconstruction" : null;
    }
    return symbol;
  };
  const colour = () => {
    for (const letter of article.querySelectorAll("mjx-mi")) {
      const symbol = symbolOf(letter);
      if (!wanted.includes(symbol)) continue;
      const whole = symbol === "reconstruction" ? letter.closest("mjx-mover") : letter;
      whole.dataset.symbol = symbol;
    }
  };
  // The comments of code, too, but for the "x" between two sizes.
  const names = {
    x: "x", z: "z", mu: "mu", sigma: "sigma", KL: "kl",
    encoder: "encoder", decoder: "decoder", reconstruction: "reconstruction",
  };
  const known = /(?<!\d )\b(?:x|z|mu|sigma|KL|encoder|decoder|reconstruction)\b/g;
  const colourComment = (comment) => {
    const text = comment.textContent;
    let from = 0;
    const parts = [];
    for (const { 0: name, index } of text.matchAll(known)) {
      if (!wanted.includes(names[name]) && !name.endsWith("coder")) continue;
      const part = document.createElement("span");
      part.textContent = name;
      part.dataset.symbol = names[name];
      parts.push(text.slice(from, index), part);
      from = index + name.length;
    }
    if (parts.length) comment.replaceChildren(...parts, text.slice(from));
  };
  if (wanted[0]) for (const comment of article.querySelectorAll(".highlight .c1")) colourComment(comment);
  if (wanted[0]) addEventListener("load", () => globalThis.MathJax?.startup.promise.then(colour));

  let kept = null; // what a key keeps shown
  const show = (symbol) => {
    if (symbol) root.dataset.shown = symbol;
    else delete root.dataset.shown;
  };
  const at = (event) => event.target.closest?.("[data-symbol]")?.dataset.symbol ?? kept;
  for (const kind of ["pointerover", "focusin"]) {
    article.addEventListener(kind, (event) => show(at(event)));
  }
  for (const kind of ["pointerleave", "focusout"]) article.addEventListener(kind, () => show(kept));
  const keys = [...article.querySelectorAll(".symbol-key button")];
  const keep = (symbol) => {
    kept = symbol;
    show(kept);
    for (const key of keys) key.setAttribute("aria-pressed", String(key.dataset.symbol === kept));
  };
  for (const key of keys) {
    key.addEventListener("click", () => keep(key.dataset.symbol === kept ? null : key.dataset.symbol));
  }
  addEventListener("keydown", (event) => event.key === "Escape" && keep(null));
});
