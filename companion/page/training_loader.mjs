// A training in a chapter: what it needs lies in a file beside the built pages, and comes when it is near.
//
// The payload is written by training_twin.py: {plan, files}, where `files` is the address of the folder.
// Its script is that of "Train it here", which mounts the figure when it has what it expects there.

const ALONE = "What trains here lies beside the pages of the book. In a notebook, run the cell above; " +
  "or open the page \u201cTrain it here\u201d of the book.";

/** Bring every training of the page that is not there yet. */
export function mountAll(root = document) {
  for (const el of root.querySelectorAll("figure.latent-training:not([data-state])")) {
    el.dataset.state = "loading";
    const near = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      bring(el);
    }, { rootMargin: "100%" });
    near.observe(el);
  }
}

/** Load what trains, and hand it to the figure. */
async function bring(el) {
  const payload = el.querySelector("script[type='application/json']");
  const { plan, files } = JSON.parse(payload.textContent);
  const parts = await load(`${files}/trainer.mjs`);
  if (!parts) {
    el.dataset.state = "failed";
    el.querySelector("figcaption").textContent = ALONE;
    return;
  }
  payload.textContent = JSON.stringify({ plan, kernel: parts.kernel, digits: `${files}/digits.mjs` });
  const [style, script] = ["style", "script"].map((tag) => document.createElement(tag));
  style.textContent = parts.styles;
  script.type = "module";
  script.textContent = parts.script;
  el.querySelector("script[type='module']").remove();
  delete el.dataset.state; // the script mounts it
  el.append(style, script);
}

/** Load a file that hands over parts, once for all figures: a page opened from disk may do this. */
function load(address) {
  const known = (globalThis.latentTrainingFiles ??= {});
  known[address] ??= new Promise((done) => {
    let parts = null;
    globalThis.latentTrainingParts = (given) => (parts = given);
    const script = document.createElement("script");
    script.src = address;
    script.onload = script.onerror = () => done(parts);
    document.head.append(script);
  });
  return known[address];
}
