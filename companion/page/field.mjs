// The field: pixels to draw on, and the hand that does.

import { element, painter } from "./elements.mjs";
import { centred, drawLine, likeTheData, reachOf } from "./strokes.mjs";

/**
 * Make a field of h x w pixels.
 *
 * @param extent as for `likeTheData`
 * @param onInk called each time there is more ink, with what shall be encoded: the strokes, as
 *     large and as centred as the data; of ink that goes on upon a picture, the whole, centred
 */
export function makeField(shape, extent, onInk) {
  const [height, width] = shape;
  const paint = painter(shape);
  const el = element("div", { class: "explorer-field" }, paint.canvas);
  el.style.setProperty("--margin", `${(50 * (1 - extent / Math.max(height, width))).toFixed(1)}%`);
  let ink = new Float32Array(height * width);
  let strokes = [];
  let under = false; // whether the strokes lie upon a picture

  const show = () => paint.pixels(ink);
  const place = (event) => {
    const box = paint.canvas.getBoundingClientRect();
    return [
      (width * (event.clientX - box.left)) / box.width,
      (height * (event.clientY - box.top)) / box.height,
    ];
  };
  const strokeTo = (event) => {
    const stroke = strokes.at(-1);
    stroke.push(place(event));
    drawLine(ink, shape, stroke.at(-2) ?? stroke.at(-1), stroke.at(-1), reachOf(shape));
  };
  const tell = () => {
    show();
    onInk(under ? centred(ink, shape) : likeTheData(strokes, shape, extent));
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    el.setPointerCapture(event.pointerId);
    strokes.push([]);
    strokeTo(event);
    tell();
  });
  el.addEventListener("pointermove", (event) => {
    if (!el.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents(); // a quick hand makes several in a frame
    (between.length ? between : [event]).forEach(strokeTo);
    tell();
  });
  show();
  return {
    el,
    describe: paint.describe,
    put(picture) {
      under = Boolean(picture);
      strokes = [];
      ink = picture ? Float32Array.from(picture) : new Float32Array(height * width);
      show();
    },
  };
}
