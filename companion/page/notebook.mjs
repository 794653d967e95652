// What a widget's script needs in a notebook: bytes, other widgets, and what they tell.

/** Read the bytes that came from the kernel. */
export const bytes = ({ buffer, byteOffset, byteLength }) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Find the widgets that a widget refers to: a promise of their models. */
export function referred(model, name) {
  const found = [model.get(name)].flat().map((reference) =>
    model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")));
  return Promise.all(found);
}

/** Keep the arrow keys of a widget's sliders from Notebook 7, which looks at them first. */
export function keepArrows(widget) {
  const keep = ({ key, target }) => target.matches?.(`${widget} .noUi-handle`)
    && target.toggleAttribute("data-lm-suppress-shortcuts", key.startsWith("Arrow"));
  addEventListener("keydown", keep, true);
  return () => removeEventListener("keydown", keep, true);
}

/** Call a function at each event of a widget's model; give a function that ends this. */
export function listen(model, event, call) {
  model.on(event, call);
  return () => model.off(event, call);
}
