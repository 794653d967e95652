// The map of a code of two numbers while it forms.

import { makeChart } from "./chart.mjs";
import { element } from "./elements.mjs";
import { classColours } from "./theme.mjs";

const LEAST = 2.6; // half of the side: the prior's circles, and a little more
const WIDER = 1.25; // from one view to the next
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const PLACES = 100; // of an arrow key, from edge to edge
const FAR = 5; // with Shift

/** Give half of the side of a square that holds most codes: it grows and shrinks by steps. */
export function halfOf(codes) {
  const far = Float32Array.from(codes, Math.abs).sort();
  const most = far.length ? far[Math.floor(0.99 * (far.length - 1))] : 0;
  const steps = Math.ceil(Math.log((1.1 * most) / LEAST) / Math.log(WIDER));
  return LEAST * WIDER ** (steps > 0 && Number.isFinite(steps) ? steps : 0);
}

/** Make the map. `onMove` is called with [z1, z2] when the hand moves the point. */
export function makeLiveMap({ onMove }) {
  const el = element("div", {
    class: "explorer-map", tabindex: 0, role: "application",
    "aria-label": "Map of held-out codes. Arrow keys move the point, with Shift further; Home goes to the middle.",
  });
  let [chart, codes, half, size] = [null, new Float32Array(0), LEAST, 0];
  let fitted = false; // whether the chart has its size and its colours
  let [labels, classNames] = [[], []];
  let z = [0, 0];

  function build() {
    chart = makeChart({ codes, view: [0, 0, half], name: "the network" }, labels, classNames);
    el.replaceChildren(...chart.canvases);
    fitted = false;
  }
  function draw() {
    size = el.clientWidth;
    if (!size) return;
    const style = getComputedStyle(el); // the style sheet says here which colours a canvas takes
    const paper = style.backgroundColor;
    chart.fit(size, { text: style.color, paper, muted: style.textDecorationColor,
      accent: style.outlineColor, font: style.fontFamily, classes: classColours(paper) });
    chart.drawOver(z, null);
    fitted = true;
  }
  const within = (x) => Math.min(half, Math.max(-half, x));
  function move(z1, z2) {
    z = [within(z1), within(z2)];
    if (size) chart.drawOver(z, null);
    onMove(z);
  }
  const follow = (event) => {
    const box = el.getBoundingClientRect();
    const side = (2 * half) / size;
    move(side * (event.clientX - box.left - el.clientLeft) - half,
      half - side * (event.clientY - box.top - el.clientTop));
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    el.setPointerCapture(event.pointerId);
    follow(event);
  });
  el.addEventListener("pointermove", (event) => {
    if (el.hasPointerCapture(event.pointerId)) follow(event);
  });
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Home") move(0, 0);
    else if (event.key in WAYS) {
      const step = ((event.shiftKey ? FAR : 1) * 2 * half) / PLACES;
      move(...WAYS[event.key].map((way, i) => z[i] + way * step));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  build();
  new ResizeObserver(draw).observe(el);
  return {
    el,
    draw,
    get half() { return half; },
    /** Show codes, a label for each, and the names of the labels. */
    show(next, nextLabels, names) {
      const wanted = halfOf(next);
      const other = wanted !== half || labels !== nextLabels || next.length !== codes.length;
      [codes, half, labels, classNames] =
        [other ? Float32Array.from(next) : codes, wanted, nextLabels, names];
      if (other) build();
      else codes.set(next);
      if (fitted) chart.lay(null); // new canvases would cost more than what is drawn on them
      else draw();
    },
  };
}
