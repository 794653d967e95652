// A slider over frames that were drawn beforehand: no kernel, no network, no library.
//
// The payload is written by frame_twin.py: {name, values (texts), columns, captions, label, start,
// shape: [h, w], sprite}, where `sprite` is the address of a picture that holds all frames, each
// h x w pixels, under each other.

import { element, keepKeys } from "./elements.mjs";
import { keepArrows, listen, referred } from "./notebook.mjs";

/** Mount every twin of the page that is not mounted yet. */
export async function mountAll(root = document) {
  const twins = [...root.querySelectorAll("figure.frame-slider:not([data-state])")];
  await Promise.all(twins.map(mountOne)); // each marks itself before it waits for its picture
}

/** Mount one twin; say in words what goes wrong. */
async function mountOne(el) {
  el.dataset.state = "loading";
  try {
    await mount(el, JSON.parse(el.querySelector("script[type='application/json']").textContent));
    el.dataset.state = "live";
  } catch (error) {
    el.dataset.state = "failed";
    el.prepend(element("p", { role: "alert", class: "frame-error" },
      `The slider of this figure cannot work: ${error.message}. `,
      "The pictures below show what it would have shown."));
  }
}

/** Put a live slider into `el`. Throws, and leaves `el` as it is, if the payload is broken. */
export async function mount(el, data) {
  const { name, values, start } = data;
  const shown = await picture(data);
  const input = keepKeys(element("input", {
    type: "range", min: 0, max: values.length - 1, "aria-label": name, autocomplete: "off",
  }));
  const output = element("output", { "aria-live": "off" }); // the slider itself tells its value
  const show = () => {
    const i = input.valueAsNumber;
    output.textContent = values[i];
    input.setAttribute("aria-valuetext", values[i]);
    shown.show(i);
  };
  input.value = start;
  input.addEventListener("input", show);
  show();
  el.prepend(element("div", { class: "frame-live" },
    element("label", { class: "frame-row" }, element("span", {}, name), input, output),
    ...shown.els));
}

/** Make the picture of a frame, with what stands over and under it. */
async function picture({ name, values, columns, captions, label, shape, sprite }) {
  const [height, width] = shape;
  const frames = await load(sprite);
  if (frames.naturalWidth !== width || frames.naturalHeight !== height * values.length) {
    throw new Error(`its picture does not hold ${values.length} frames of ${width} x ${height}`);
  }
  // A canvas of one pixel per pixel: CSS enlarges it.
  const canvas = element("canvas", { width, height, role: "img" });
  const context = canvas.getContext("2d");
  const caption = element("p", { class: "frame-caption", "aria-live": "polite" });
  const heads = columns.map((column) => element("span", {}, column));
  return {
    els: [element("div", { class: "frame-heads", "aria-hidden": "true" }, ...heads), canvas, caption],
    show(i) {
      context.drawImage(frames, 0, i * height, width, height, 0, 0, width, height);
      caption.textContent = captions[i];
      const shown = columns.length ? ` (${columns.join(", ")})` : "";
      canvas.setAttribute("aria-label", `${label}${shown} at ${name} ${values[i]}`);
    },
  };
}

/** Read the picture of all frames, before anything is drawn of it. */
async function load(address) {
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } catch {
    throw new Error("its picture cannot be read");
  }
  return image;
}

// The notebook, where the slider is a widget of its own, and the picture follows it in the page.

async function render({ model, el }) {
  const [slider] = await referred(model, "slider");
  const shown = await picture(model.get("_data"));
  const show = () => shown.show(slider.get("index"));
  el.classList.add("frame-slider");
  el.dataset.alive = model.get("_twin");
  el.append(element("div", { class: "frame-live" }, ...shown.els));
  show();
  const deaf = [keepArrows(".frame-widget"), listen(slider, "change:index", show)];
  return () => deaf.forEach((stop) => stop());
}

export default { render };
