// A reader's picture, made into one to train on: 28 x 28 pixels of ink on paper.

import { element } from "./elements.mjs";
import { centred } from "./strokes.mjs";
import { PIXELS, SIDE } from "./training_pictures.mjs";

export const EXTENT = 20; // pixels of the longer side of what is drawn, as in MNIST
const FINE = 280; // pixels of the longer side at which ink is looked for
const [NEAR, MOST] = [0.12, 0.6]; // an edge is paper if so much of it is of one tone, to within so much
const FAINT = 0.1; // what is less dark than that is no ink
const RIM = 0.2; // ink from which on a drawing is said to begin

/**
 * Read a file of any kind that the browser knows.
 *
 * @returns a promise of Float32Array (784); rejected, with words, if it is no picture or blank
 */
export async function readPicture(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("is no picture that this browser can read");
  }
  const scale = Math.min(1, FINE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(scale * n)));
  if (scale < 1) {
    const large = bitmap;
    bitmap = await createImageBitmap(large, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
    large.close();
  }
  const pen = element("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff"; // what shows through is paper
  pen.fillRect(0, 0, width, height);
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  const picture = pictureOf(greys(pen.getImageData(0, 0, width, height).data), [height, width]);
  if (!picture) throw new Error("is blank");
  return picture;
}

/** Give the grey values of coloured pixels, from 0 for black to 1, by Rec. 601 as Pillow does. */
function greys(rgba) {
  const values = new Float32Array(rgba.length / 4);
  values.forEach((_, i) => {
    values[i] = (0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]) / 255;
  });
  return values;
}

/**
 * Make a picture of grey values: null if they show nothing.
 *
 * What lies on paper, be it light or dark, becomes ink that is as large and as centred as a drawing
 * in the explorer; but of 28 x 28 pixels each stays in its place. What has no paper around it, as
 * a photograph, is cut to its middle square.
 */
export function pictureOf(grey, [height, width]) {
  const paper = paperOf(grey, [height, width]);
  if (!paper) {
    const side = Math.min(height, width);
    const [top, left] = [Math.floor((height - side) / 2), Math.floor((width - side) / 2)];
    return scaled(grey.map((x) => 1 - x), width, [top, left, side, side], [SIDE, SIDE]);
  }
  const { tone, noise } = paper;
  const dark = tone < 0.5; // ink is then light
  const ink = grey.map((x) => (dark ? (x - tone) / (1 - tone) : (tone - x) / tone));
  const most = ink.reduce((a, b) => Math.max(a, b), 0);
  if (most < FAINT + 2 * noise) return null;
  ink.forEach((x, i) => (ink[i] = Math.min(1, Math.max(0, (x - noise) / (most - noise)))));
  return height === SIDE && width === SIDE ? ink : placed(ink, [height, width]);
}

/** Find what tone the paper has, and how far it strays from it; null if there is no paper. */
function paperOf(grey, [height, width]) {
  const edge = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += i > 0 && i < height - 1 ? Math.max(1, width - 1) : 1) {
      edge.push(grey[i * width + j]);
    }
  }
  const tone = edge.sort((a, b) => a - b)[edge.length >> 1];
  const off = edge.map((x) => Math.abs(x - tone)).filter((x) => x <= NEAR).sort((a, b) => a - b);
  return off.length < MOST * edge.length ? null : { tone, noise: off[Math.floor(0.95 * (off.length - 1))] };
}

/** Bring ink to the size of the data, and to the middle. */
function placed(ink, [height, width]) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  ink.forEach((amount, i) => {
    if (amount < RIM) return;
    const [y, x] = [Math.floor(i / width), i % width];
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  });
  const [high, wide] = [bottom + 1 - top, right + 1 - left];
  const scale = EXTENT / Math.max(high, wide);
  const size = [high, wide].map((n) => Math.max(1, Math.round(scale * n)));
  const small = scaled(ink, width, [top, left, high, wide], size);
  const [down, across] = size.map((n) => Math.floor((SIDE - n) / 2));
  const picture = new Float32Array(PIXELS);
  small.forEach((amount, i) => {
    picture[(down + Math.floor(i / size[1])) * SIDE + across + (i % size[1])] = amount;
  });
  return centred(picture, [SIDE, SIDE]);
}

/** Scale a part of a picture; a pixel that is made is the mean of those that it covers. */
function scaled(values, width, [top, left, high, wide], [toHigh, toWide]) {
  const [rows, columns] = [covering(high, toHigh), covering(wide, toWide)];
  const picture = new Float32Array(toHigh * toWide);
  rows.forEach((row, i) => columns.forEach((column, j) => {
    let sum = 0;
    for (const [y, a] of row) for (const [x, b] of column) sum += a * b * values[(top + y) * width + left + x];
    picture[i * toWide + j] = sum;
  }));
  return picture;
}

/** Give for each of `to` pixels those of `from` that it covers, and its share of each. */
function covering(from, to) {
  const each = from / to;
  return Array.from({ length: to }, (_, i) => {
    const row = [];
    for (let j = Math.floor(i * each); j < Math.min(from, (i + 1) * each - 1e-9); j++) {
      row.push([j, (Math.min(j + 1, (i + 1) * each) - Math.max(j, i * each)) / each]);
    }
    return row;
  });
}
