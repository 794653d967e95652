// The field: pixels to draw on with a soft brush.

import { element, painter } from "./elements.mjs";

const BRUSH = 1.6; // pixels from the middle of a stroke to where its ink ends, at 28 x 28

/** Make a field of h x w pixels. `onInk` is called with the ink each time there is more. */
export function makeField([height, width], onInk) {
  const reach = (BRUSH * Math.max(height, width)) / 28;
  const paint = painter([height, width]);
  const el = element("div", { class: "explorer-field" }, paint.canvas);
  let ink = new Float32Array(height * width);
  let last = null;

  const show = () => paint.pixels(ink);
  const place = (event) => {
    const box = paint.canvas.getBoundingClientRect();
    return [
      (width * (event.clientX - box.left)) / box.width,
      (height * (event.clientY - box.top)) / box.height,
    ];
  };
  const strokeTo = (event) => {
    const next = place(event);
    stroke(ink, [height, width], last ?? next, next, reach);
    last = next;
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    el.setPointerCapture(event.pointerId);
    last = null;
    strokeTo(event);
    show();
    onInk(ink);
  });
  el.addEventListener("pointermove", (event) => {
    if (!el.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents(); // a quick hand makes several in a frame
    (between.length ? between : [event]).forEach(strokeTo);
    show();
    onInk(ink);
  });
  show();
  return {
    el,
    describe: paint.describe,
    put(picture) {
      ink = picture ? Float32Array.from(picture) : new Float32Array(height * width);
      show();
    },
  };
}

/** Draw a stroke from one place to another: full ink along it, none `reach` pixels from it. */
function stroke(ink, [height, width], [x1, y1], [x2, y2], reach) {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const [x, y] = [j + 0.5 - x1, i + 0.5 - y1];
      const t = Math.min(1, Math.max(0, (x * (x2 - x1) + y * (y2 - y1)) / length));
      const distance = Math.hypot(x - t * (x2 - x1), y - t * (y2 - y1));
      const amount = Math.min(1, reach - distance);
      if (amount > ink[i * width + j]) ink[i * width + j] = amount;
    }
  }
}

/** Move a drawing by whole pixels until its centre of mass is in the middle, or ink at an edge. */
export function centred(ink, [height, width]) {
  let [mass, x, y] = [0, 0, 0];
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const amount = ink[i * width + j];
      if (!amount) continue;
      [mass, x, y] = [mass + amount, x + amount * j, y + amount * i];
      [top, bottom] = [Math.min(top, i), Math.max(bottom, i)];
      [left, right] = [Math.min(left, j), Math.max(right, j)];
    }
  }
  const shift = (middle, first, last, n) =>
    Math.min(n - 1 - last, Math.max(-first, Math.round((n - 1) / 2 - middle)));
  const right_ = mass ? shift(x / mass, left, right, width) : 0;
  const down = mass ? shift(y / mass, top, bottom, height) : 0;
  const moved = new Float32Array(ink.length);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const from = (i - down) * width + j - right_;
      const inside = i >= down && i - down < height && j >= right_ && j - right_ < width;
      if (inside) moved[i * width + j] = ink[from];
    }
  }
  return moved;
}
