// Ink: strokes of a soft brush, and what is made of them before a network reads them.

const BRUSH = 1.6; // pixels from the middle of a stroke to where its ink ends, at 28 x 28
const ENLARGED = 4; // times, at most: a first dot is no digit yet

/** How far the ink of a stroke reaches, on a field of h x w pixels. */
export const reachOf = ([height, width]) => (BRUSH * Math.max(height, width)) / 28;

/** Draw a line from one place to another: full ink along it, none `reach` pixels from it. */
export function drawLine(ink, [height, width], [x1, y1], [x2, y2], reach) {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1;
  const ends = (a, b, n) =>
    [Math.max(0, Math.floor(Math.min(a, b) - reach)), Math.min(n, Math.ceil(Math.max(a, b) + reach))];
  const [top, bottom] = ends(y1, y2, height);
  const [left, right] = ends(x1, x2, width);
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const [x, y] = [j + 0.5 - x1, i + 0.5 - y1];
      const t = Math.min(1, Math.max(0, (x * (x2 - x1) + y * (y2 - y1)) / length));
      const distance = Math.hypot(x - t * (x2 - x1), y - t * (y2 - y1));
      const amount = Math.min(1, reach - distance);
      if (amount > ink[i * width + j]) ink[i * width + j] = amount;
    }
  }
}

/**
 * Draw strokes as the data set was made: as large as its pictures, with the same brush, and then
 * centred by their mass.
 *
 * @param strokes a list of strokes, each a list of places [x, y] in pixels
 * @param extent how many pixels the longer side of the ink shall have
 */
export function likeTheData(strokes, shape, extent) {
  const [height, width] = shape;
  const reach = reachOf(shape);
  const places = strokes.flat();
  const [left, top, right, bottom] = [Math.min, Math.max].flatMap((end) =>
    [0, 1].map((axis) => places.reduce((far, each) => end(far, each[axis]), places[0][axis])));
  const inked = extent - 2 * (reach - 0.5); // for beyond its last place the brush leaves ink too
  const scale = Math.min(ENLARGED, inked / Math.max(right - left, bottom - top, 1e-6));
  const moved = ([x, y]) =>
    [width / 2 + scale * (x - (left + right) / 2), height / 2 + scale * (y - (top + bottom) / 2)];
  const ink = new Float32Array(height * width);
  for (const stroke of strokes) {
    stroke.forEach((each, i) =>
      drawLine(ink, shape, moved(stroke[Math.max(0, i - 1)]), moved(each), reach));
  }
  return centred(ink, shape);
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
