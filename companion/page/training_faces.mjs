// Drawn faces to train on: companion.data.faces, in sixteen tones and packed.

import { PIXELS } from "./training_pictures.mjs";
import { unpackBase64 } from "./page_layers.mjs";

const TONES = 15; // the darkest; 0 is paper

/**
 * Read the faces: {packed, labels, train, classNames}, where `packed` is base64 of two pixels a
 * byte, deflated, `labels` a figure for each face, and the first `train` are to train on.
 *
 * @returns a promise of what `unpackDigits` gives
 */
export async function unpackFaces({ packed, labels, train, classNames }) {
  const flat = new Blob([unpackBase64(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(flat).arrayBuffer());
  const pictures = new Float32Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    pictures[2 * i] = (byte >> 4) / TONES;
    pictures[2 * i + 1] = (byte & 15) / TONES;
  });
  const classes = [...labels].map(Number);
  return {
    train: pictures.subarray(0, train * PIXELS),
    test: pictures.subarray(train * PIXELS),
    trainLabels: classes.slice(0, train),
    testLabels: classes.slice(train),
    classNames,
  };
}
