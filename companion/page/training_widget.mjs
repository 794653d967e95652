// A training in a notebook: the kernel hands over what a built page loads from files.

import { bytes } from "./notebook.mjs";
import { mountPlayground } from "./playground.mjs";

function render({ model, el }) {
  el.classList.add("latent-training");
  el.dataset.alive = model.get("_twin");
  const data = { ...model.get("_data"), kernel: bytes(model.get("_kernel")) };
  return mountPlayground(el, data, model.get("_script"));
}

export default { render };
