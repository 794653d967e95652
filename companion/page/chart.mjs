// What a map shows: decoded tiles, encoded pictures as dots, the prior, names, a posterior, the point.

import { element } from "./elements.mjs";
import { placeNames, ticks } from "./names.mjs";

const RING = 11; // radius of the point in CSS pixels, wide enough to see an ellipse in it
const GROUND = 0.3; // opacity of the tiles, which the dots must outshine
const TINY = 10; // radius in CSS pixels below which the prior is shown as a dot, with its name

/**
 * Make what the map of a model shows.
 *
 * @param model {codes, view, name}
 * @param labels, classNames as for the map
 */
export function makeChart({ codes, view: own, name }, labels, classNames) {
  const dots = element("canvas", {
    role: "img",
    "aria-label": `Map of ${labels.length} encoded pictures by ${name}`,
  });
  const names = element("canvas", { "aria-hidden": "true" });
  const over = element("canvas", { "aria-hidden": "true" }); // the ring, in which a name can be read
  const canvases = [dots, names, over];
  let [middleX, middleY, half] = own;
  let size;
  let colours;
  let ground = null; // a canvas of tiles

  const px = (z1) => (size * (z1 - middleX + half)) / (2 * half);
  const py = (z2) => (size * (middleY + half - z2)) / (2 * half);
  const place = (i) => [px(codes[2 * i]), py(codes[2 * i + 1])];

  function drawDots() {
    const pen = cleared(dots, size);
    if (ground) {
      pen.globalAlpha = GROUND;
      pen.drawImage(ground, 0, 0, size, size);
    }
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.25;
    line(pen, px(0), 0, px(0), size);
    line(pen, 0, py(0), size, py(0));
    pen.globalAlpha = 1;
    const radius = size > 380 ? 2.6 : 2.1;
    for (const rim of [1, 0]) { // of paper, which sets the dots off from the tiles
      labels.forEach((label, i) => {
        pen.fillStyle = rim ? colours.paper : colours.classes[label % colours.classes.length];
        disc(pen, ...place(i), radius + rim);
      });
    }
    drawPrior(pen);
  }

  /** Draw one and two sigma of the prior, or where that is too small to be seen, a dot. */
  function drawPrior(pen) {
    const sigma = px(1) - px(0);
    pen.strokeStyle = pen.fillStyle = colours.text;
    pen.lineWidth = 1;
    if (2 * sigma < TINY) {
      disc(pen, px(0), py(0), Math.max(3, 2 * sigma));
      line(pen, px(0), py(0), px(0) + 24, py(0) - 24);
      return;
    }
    pen.setLineDash([4, 4]);
    for (const sigmas of [1, 2]) {
      pen.beginPath();
      pen.arc(px(0), py(0), sigmas * sigma, 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  /** Write the names of the classes and of the prior, and numbers along the edges. */
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
    pen.textBaseline = "middle";
    pen.font = `11px ${font}`;
    pen.fillStyle = muted;
    for (const mark of ticks(middleX, half)) {
      pen.fillRect(px(mark), size - 4, 1, 4);
      pen.textAlign = "center";
      if (px(mark) > 30 && px(mark) < size - 12) write(signed(mark), px(mark), size - 12, muted);
    }
    for (const mark of ticks(middleY, half)) {
      pen.fillRect(0, py(mark), 4, 1);
      pen.textAlign = "start";
      if (py(mark) > 12 && py(mark) < size - 24) write(signed(mark), 7, py(mark), muted);
    }
    if (2 * (px(1) - px(0)) < TINY) {
      pen.font = `600 12px ${font}`;
      write("the prior", px(0) + 26, py(0) - 28, text);
    }
    pen.textAlign = "center";
    pen.font = `600 14px ${font}`;
    for (const { words, x, y } of placeNames(pen, size, classNames, labels, place)) {
      write(words, x, y, text);
    }
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
    fit(newSize, newColours, tiles) {
      [size, colours] = [newSize, newColours];
      for (const canvas of canvases) {
        canvas.width = canvas.height = Math.round(size * devicePixelRatio);
      }
      this.lay(tiles);
    },
    /** Lay tiles under the dots, and draw them again. */
    lay(tiles) {
      ground = tiles;
      drawDots();
      drawNames();
    },
    /** Draw the dots as another view of the plane has them, without words, which would flicker. */
    look(view) {
      [middleX, middleY, half] = view;
      drawDots();
      cleared(names, size);
    },
    /** Draw what moves: the ellipse and the point. Gives where the point is, in CSS pixels. */
    drawOver(z, posterior) {
      const pen = cleared(over, size);
      if (posterior) drawPosterior(pen, posterior);
      const at = [px(z[0]), py(z[1])];
      pen.beginPath();
      pen.arc(...at, RING, 0, 2 * Math.PI);
      outline(pen);
      return at;
    },
  };
}

function signed(number) {
  return `${number}`.replace("-", "\u2212");
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
