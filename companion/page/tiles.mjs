// The ground of a map: what is decoded all over it, computed little by little while the page rests.

const TILES = 15; // to a side
const SLICE = 6; // milliseconds of work in one go, so that no frame is late

/**
 * Decode all over a map.
 *
 * @param decode gives the pixels of a code
 * @param onReady called when all is decoded
 * @returns {canvas(colour), stop()}: a canvas with the ink in this colour, null until it is ready
 */
export function makeTiles(decode, [middleX, middleY, half], [height, width], onReady) {
  const ink = new Uint8ClampedArray(TILES * height * TILES * width);
  let next = 0;
  let waiting;
  const later = (call) => globalThis.requestIdleCallback?.(call, { timeout: 300 }) ?? setTimeout(call, 30);
  const never = globalThis.cancelIdleCallback ?? clearTimeout;

  function decodeOne(row, column) {
    const side = (2 * half) / TILES;
    const pixels = decode([middleX - half + side * (column + 0.5), middleY + half - side * (row + 0.5)]);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        ink[((row * height + i) * TILES + column) * width + j] = 255 * pixels[i * width + j];
      }
    }
  }
  function go() {
    const began = performance.now();
    while (next < TILES ** 2 && performance.now() - began < SLICE) {
      decodeOne(Math.floor(next / TILES), next % TILES);
      next++;
    }
    if (next < TILES ** 2) waiting = later(go);
    else onReady();
  }
  waiting = later(go);
  return {
    canvas(colour) {
      if (next < TILES ** 2) return null;
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [TILES * width, TILES * height];
      const pen = canvas.getContext("2d");
      const image = pen.createImageData(canvas.width, canvas.height);
      ink.forEach((amount, i) => (image.data[4 * i + 3] = amount));
      pen.putImageData(image, 0, 0);
      pen.globalCompositeOperation = "source-in"; // the colour, where there is ink
      pen.fillStyle = colour;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      return canvas;
    },
    stop: () => never(waiting),
  };
}
