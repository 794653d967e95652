// The map of a code of two numbers: encoded pictures as dots, the prior, a posterior, the point.

import { element, readable } from "./elements.mjs";

// Ten, told apart by colour-blind eyes too: Petroff (2021), "Accessible color sequences".
const COLOURS = [
  "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const STEPS = 100; // of an arrow key, from edge to edge
const LARGE = 5; // with Shift
const RING = 11; // radius of the point in CSS pixels, wide enough to see an ellipse in it

export function colourOf(label) {
  return COLOURS[label % COLOURS.length];
}

/**
 * Make the map of a model.
 *
 * @param model {codes: Float32Array (n * 2), view: [x, y, half of the side], name}
 * @param labels a class for each code; `classNames` are their names
 * @param onMove called with [z1, z2] when the hand moves the point
 * @param onHome called when the point shall go back
 */
export function makeMap(model, { labels, classNames, onMove, onHome }) {
  const { codes, view: [middleX, middleY, half] } = model;
  const dots = element("canvas", {
    role: "img",
    "aria-label": `Map of ${labels.length} encoded pictures by ${model.name}`,
  });
  const over = element("canvas", { "aria-hidden": "true" });
  const names = element("canvas", { "aria-hidden": "true" }); // above all: the point hides none
  const el = element("div", {
    class: "explorer-map", tabindex: 0, role: "application",
    "aria-label": "Map of codes. Arrow keys move the point, with Shift further; Home goes back.",
  }, dots, over, names);
  let size = 0;
  let colours = null;
  let z = [0, 0];
  let posterior = null;

  const px = (z1) => (size * (z1 - middleX + half)) / (2 * half);
  const py = (z2) => (size * (middleY + half - z2)) / (2 * half);
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

  /** Draw what rests: once for each size and theme. */
  function drawDots() {
    const { text, muted } = colours;
    const pen = cleared(dots, size);
    pen.strokeStyle = muted;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.25;
    line(pen, px(0), 0, px(0), size);
    line(pen, 0, py(0), size, py(0));
    const radius = size > 380 ? 2.6 : 2.1;
    pen.globalAlpha = 0.8;
    labels.forEach((label, i) => {
      pen.fillStyle = colourOf(label);
      disc(pen, px(codes[2 * i]), py(codes[2 * i + 1]), radius);
    });
    pen.globalAlpha = 1;
    pen.setLineDash([4, 4]);
    pen.strokeStyle = text;
    for (const sigmas of [1, 2]) {
      pen.lineWidth = 1;
      pen.beginPath();
      pen.arc(px(0), py(0), px(sigmas) - px(0), 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  /** Write the names of the classes and of the axes: once, too. */
  function drawNames() {
    const { text, paper, muted, font } = colours;
    const pen = cleared(names, size);
    const write = (words, x, y, colour) => {
      pen.strokeStyle = paper;
      pen.lineWidth = 4;
      pen.lineJoin = "round";
      pen.strokeText(words, x, y);
      pen.fillStyle = colour;
      pen.fillText(words, x, y);
    };
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `600 14px ${font}`;
    for (const { words, x, y } of placeNames(pen)) write(words, x, y, text);
    pen.font = `italic 13px ${font}`;
    write("z₁", size - 12, py(0) - 10, muted);
    write("z₂", px(0) + 12, 10, muted);
  }

  /** Put each class's name at the median of its dots, and move apart the ones that would touch. */
  function placeNames(pen) {
    const placed = classNames.map((words, label) => {
      const mine = [...labels.keys()].filter((i) => labels[i] === label);
      const x = px(median(mine.map((i) => codes[2 * i])));
      const y = py(median(mine.map((i) => codes[2 * i + 1])));
      return { words, x, y, width: pen.measureText(words).width + 4, there: mine.length > 0 };
    }).filter((name) => name.there);
    if (placed.length < 2) return []; // one class needs no name
    for (let round = 0; round < 100; round++) {
      placed.forEach((a, i) => placed.slice(0, i).forEach((b) => pushApart(a, b)));
    }
    for (const name of placed) {
      name.x = Math.min(size - name.width / 2, Math.max(name.width / 2, name.x));
      name.y = Math.min(size - 9, Math.max(9, name.y));
    }
    return placed;
  }

  /** Draw what moves: the ellipse, the hairlines, the point. */
  function drawOver() {
    const { text } = colours;
    const pen = cleared(over, size);
    if (posterior) drawPosterior(pen);
    const [x, y] = [px(within(z[0], middleX)), py(within(z[1], middleY))];
    pen.strokeStyle = text;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.5;
    line(pen, x, 0, x, y - RING);
    line(pen, x, y + RING, x, size);
    line(pen, 0, y, x - RING, y);
    line(pen, x + RING, y, size, y);
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(x, y, RING, 0, 2 * Math.PI);
    outline(pen);
  }

  function drawPosterior(pen) {
    const { mean, sigma } = posterior;
    const [x, y] = [px(mean[0]), py(mean[1])];
    // Two sigma, but never too small to be seen; a plain code is a dot.
    const radii = [0, 1].map((i) => Math.max(3, sigma ? (size * sigma[i]) / half : 0));
    pen.beginPath();
    pen.ellipse(x, y, ...radii, 0, 0, 2 * Math.PI);
    pen.fillStyle = colours.accent;
    pen.globalAlpha = sigma ? 0.3 : 1;
    pen.fill();
    pen.globalAlpha = 1;
    outline(pen);
  }

  /** Trace a path in the accent's colour, set off from the dots. */
  function outline(pen) {
    for (const [colour, width] of [[colours.paper, 6], [colours.accent, 3]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  function fit() {
    size = el.clientWidth;
    if (!size) return; // not shown yet
    colours = themed();
    for (const canvas of [dots, over, names]) {
      canvas.width = canvas.height = Math.round(size * devicePixelRatio);
    }
    drawDots();
    drawOver();
    drawNames();
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

function cleared(canvas, size) {
  const pen = canvas.getContext("2d");
  const scale = canvas.width / size;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, size, size);
  return pen;
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

function disc(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

function median(values) {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Move two names a little from each other, up and down, if they overlap. */
function pushApart(a, b) {
  const overlap = 17 - Math.abs(a.y - b.y);
  if (overlap <= 0 || Math.abs(a.x - b.x) > (a.width + b.width) / 2) return;
  const way = a.y < b.y ? -1 : 1;
  a.y += (way * overlap) / 4;
  b.y -= (way * overlap) / 4;
}
