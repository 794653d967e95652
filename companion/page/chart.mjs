// What a map shows: encoded pictures as dots, the prior, names, a posterior, the point.

import { element } from "./elements.mjs";

// Ten, told apart by colour-blind eyes too: Petroff (2021), "Accessible color sequences".
const COLOURS = [
  "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
];
const RING = 11; // radius of the point in CSS pixels, wide enough to see an ellipse in it

export function colourOf(label) {
  return COLOURS[label % COLOURS.length];
}

/** Make what the map of a model shows; model, labels and names of the classes as for the map. */
export function makeChart({ codes, view: [middleX, middleY, half], name }, labels, classNames) {
  const dots = element("canvas", {
    role: "img",
    "aria-label": `Map of ${labels.length} encoded pictures by ${name}`,
  });
  const over = element("canvas", { "aria-hidden": "true" });
  const names = element("canvas", { "aria-hidden": "true" }); // above all: the point hides none
  const canvases = [dots, over, names];
  let size;
  let colours;

  const px = (z1) => (size * (z1 - middleX + half)) / (2 * half);
  const py = (z2) => (size * (middleY + half - z2)) / (2 * half);

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

  /** Write the names of the classes and of the axes. */
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

  function drawPosterior(pen, { mean, sigma }) {
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

  return {
    canvases,
    /** Draw all but what moves: once for each size and theme. */
    fit(newSize, newColours) {
      [size, colours] = [newSize, newColours];
      for (const canvas of canvases) {
        canvas.width = canvas.height = Math.round(size * devicePixelRatio);
      }
      drawDots();
      drawNames();
    },
    /** Draw what moves: the ellipse, the hairlines, the point. */
    drawOver(z, posterior) {
      const pen = cleared(over, size);
      if (posterior) drawPosterior(pen, posterior);
      const [x, y] = [px(z[0]), py(z[1])];
      pen.strokeStyle = colours.text;
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
    },
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
