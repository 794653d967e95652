// The map of a code of two numbers, and the hand that moves the point on it.

import { makeChart } from "./chart.mjs";
import { element, keepKeys } from "./elements.mjs";
import { makeTiles } from "./tiles.mjs";
import { animate } from "./walks.mjs";

const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
  PageDown: [0, -10], PageUp: [0, 10],
};
const STEPS = 100; // of an arrow key, from edge to edge
const LARGE = 5; // with Shift
const STILL = 10; // CSS pixels that a finger may move in a tap
const ZOOM = 1200; // milliseconds from the scale of one model to that of the next

/**
 * Make the map of a model.
 *
 * @param model {codes: Float32Array (n * 2), view: [x, y, half of the side], name}
 * @param data {labels: a class for each code, classNames, shape}
 * @param decode gives the pixels of a code, for the tiles
 * @param hand {onMove([z1, z2]) when the hand moves the point, onHome() when it shall go back,
 *     onMiddle() when it shall go to the middle of the prior}
 * @param from null, or the view of the model before, from which the eye is led to this one
 */
export function makeMap(model, { labels, classNames, shape }, decode, hand, from) {
  const { view } = model;
  const [middleX, middleY, half] = view;
  const chart = makeChart(model, labels, classNames);
  const handle = element("div", { class: "explorer-handle" }); // what a finger takes hold of
  const el = keepKeys(element("div", {
    class: "explorer-map", tabindex: 0, role: "application",
    "aria-label": "Map of codes. Arrow keys move the point, with Shift further, Page Up and Page " +
      "Down furthest; Home goes back, End to the middle.",
  }, ...chart.canvases, handle));
  let size = 0;
  let colours = null;
  let z = [0, 0];
  let posterior = null;
  let zooming = null; // what ends it

  const within = (value, middle) => Math.min(middle + half, Math.max(middle - half, value));
  const move = (z1, z2) => {
    z = [within(z1, middleX), within(z2, middleY)]; // the next key may come before it is drawn
    hand.onMove(z);
  };

  function drawOver() {
    const at = [within(z[0], middleX), within(z[1], middleY)];
    const [x, y] = chart.drawOver(at, posterior);
    handle.style.transform = `translate(${x}px, ${y}px)`;
  }
  const tiles = makeTiles(decode, view, shape, () => size && !zooming && draw());
  function draw() {
    const ground = tiles.canvas(colours.text);
    chart.fit(size, colours, ground);
    el.toggleAttribute("data-tiled", Boolean(ground));
    drawOver();
  }
  function fit() {
    size = el.clientWidth;
    if (!size || !colours) return; // not shown yet
    if (from) zoom();
    else if (!zooming) draw();
  }
  /** Lead the eye from the scale of the model before to that of this one. */
  function zoom() {
    const [x, y, wide] = from;
    from = null;
    chart.fit(size, colours, null);
    const between = (t) => [
      x + t * (middleX - x), y + t * (middleY - y), wide * (half / wide) ** t,
    ];
    let done = false; // at once, where motion is unwelcome
    const stop = animate(ZOOM, (t) => {
      chart.look(between(t));
      drawOver();
      if (t < 1) return;
      done = true;
      zooming = null;
      draw();
    });
    if (!done) zooming = stop;
  }

  // The hand. A finger takes hold of the point; elsewhere it taps, or scrolls the page.
  let grip = null; // from the pointer to the point
  let tap = null; // where a finger came down beside the point
  const follow = ({ clientX, clientY }) => {
    const box = el.getBoundingClientRect();
    const side = (2 * half) / size;
    move(
      middleX - half + side * (clientX + grip[0] - box.left - el.clientLeft),
      middleY + half - side * (clientY + grip[1] - box.top - el.clientTop),
    );
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    const touch = event.pointerType === "touch";
    if (touch && event.target !== handle) {
      tap = [event.clientX, event.clientY];
      return;
    }
    el.setPointerCapture(event.pointerId);
    grip = [0, 0];
    if (!touch) follow(event);
    else {
      const { left, top, width, height } = handle.getBoundingClientRect();
      grip = [left + width / 2 - event.clientX, top + height / 2 - event.clientY];
    }
  });
  el.addEventListener("pointermove", (event) => {
    if (el.hasPointerCapture(event.pointerId)) follow(event);
  });
  el.addEventListener("pointerup", (event) => {
    const still = tap && Math.hypot(event.clientX - tap[0], event.clientY - tap[1]) < STILL;
    tap = null;
    if (!still) return;
    grip = [0, 0];
    follow(event);
  });
  el.addEventListener("pointercancel", () => (tap = null)); // the page scrolls

  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Home") hand.onHome();
    else if (event.key === "End") hand.onMiddle();
    else if (event.key in ARROWS) {
      const step = ((event.shiftKey ? LARGE : 1) * 2 * half) / STEPS;
      move(...ARROWS[event.key].map((way, i) => z[i] + way * step));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const sizes = new ResizeObserver(fit);
  sizes.observe(el);

  return {
    el,
    view,
    paint(newColours) {
      colours = newColours;
      fit();
    },
    show(where, q) {
      z = where;
      posterior = q;
      if (size && colours && !zooming) drawOver();
    },
    stop() {
      sizes.disconnect();
      tiles.stop();
      zooming?.();
    },
  };
}
