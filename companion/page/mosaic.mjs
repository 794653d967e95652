// Rows of pictures as one picture.

import { SIDE } from "./training_pictures.mjs";

export const ROW = 8; // pictures side by side

/** Put pictures side by side: `rows` of arrays of pixels, one picture after the other. */
export function mosaic(rows) {
  const pixels = new Float32Array(rows.length * SIDE * ROW * SIDE);
  rows.forEach((pictures, r) => pictures.forEach((value, i) => {
    const [nth, pixel] = [Math.floor(i / SIDE ** 2), i % SIDE ** 2];
    const [y, x] = [r * SIDE + Math.floor(pixel / SIDE), nth * SIDE + (pixel % SIDE)];
    pixels[y * ROW * SIDE + x] = value;
  }));
  return pixels;
}
