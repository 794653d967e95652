// The map of a code of two numbers, and the hand that moves the point on it.

import { makeChart } from "./chart.mjs";
import { element, readable } from "./elements.mjs";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const STEPS = 100; // of an arrow key, from edge to edge
const LARGE = 5; // with Shift

/**
 * Make the map of a model.
 *
 * @param model {codes: Float32Array (n * 2), view: [x, y, half of the side], name}
 * @param labels a class for each code; `classNames` are their names
 * @param onMove called with [z1, z2] when the hand moves the point
 * @param onHome called when the point shall go back
 */
export function makeMap(model, { labels, classNames, onMove, onHome }) {
  const chart = makeChart(model, labels, classNames);
  const { codes, view: [middleX, middleY, half] } = model;
  const el = element("div", {
    class: "explorer-map", tabindex: 0, role: "application",
    "aria-label": "Map of codes. Arrow keys move the point, with Shift further; Home goes back.",
  }, ...chart.canvases);
  let size = 0;
  let colours = null;
  let z = [0, 0];
  let posterior = null;

  const within = (value, middle) => Math.min(middle + half, Math.max(middle - half, value));
  const move = (z1, z2) => {
    z = [within(z1, middleX), within(z2, middleY)]; // the next key may come before it is drawn
    onMove(z);
  };

  /** Read the colours that the style sheet has for this theme, as a canvas understands them. */
  function themed() {
    const style = getComputedStyle(el);
    return {
      text: style.color,
      paper: style.backgroundColor,
      muted: style.textDecorationColor,
      accent: style.outlineColor,
      font: style.fontFamily,
    };
  }

  function drawOver() {
    chart.drawOver([within(z[0], middleX), within(z[1], middleY)], posterior);
  }
  function fit() {
    size = el.clientWidth;
    if (!size) return; // not shown yet
    colours = themed();
    chart.fit(size, colours);
    drawOver();
  }
  const follow = (event) => {
    const box = el.getBoundingClientRect();
    const side = (2 * half) / size;
    move(
      middleX - half + side * (event.clientX - box.left - el.clientLeft),
      middleY + half - side * (event.clientY - box.top - el.clientTop),
    );
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
    if (event.key === "Home") onHome();
    else if (event.key in ARROWS) {
      const step = ((event.shiftKey ? LARGE : 1) * 2 * half) / STEPS;
      move(...ARROWS[event.key].map((way, i) => z[i] + way * step));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const stop = watch(el, fit, () => JSON.stringify(colours) !== JSON.stringify(themed()) && fit());

  return {
    el,
    stop,
    show(where, q) {
      z = where;
      posterior = q;
      if (size) drawOver();
    },
    /** Say where the point is: the class of the encoded picture next to it. */
    describe() {
      if (classNames.length < 2) return "";
      let nearest = 0;
      let least = Infinity;
      labels.forEach((_, i) => {
        const distance = Math.hypot(codes[2 * i] - z[0], codes[2 * i + 1] - z[1]);
        if (distance < least) [nearest, least] = [i, distance];
      });
      return `, ${readable(least)} from an encoded ${classNames[labels[nearest]]}`;
    },
  };
}

/** Hear when an element gets another size, or the page perhaps another theme. */
function watch(el, onSize, onTheme) {
  const sizes = new ResizeObserver(onSize);
  sizes.observe(el);
  const themes = new MutationObserver(onTheme);
  for (const root of [document.documentElement, document.body]) {
    themes.observe(root, { attributes: true });
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", onTheme);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    dark.removeEventListener("change", onTheme);
  };
}
