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

/** Call a function at each event of a widget's model; give a function that ends this. */
export function listen(model, event, call) {
  model.on(event, call);
  return () => model.off(event, call);
}
