// The networks of an explorer: fetched when they are needed, and what an encoder says.

import { forward, unpackLayers, unpackNumbers } from "./page_layers.mjs";

const LOG_VAR_LIMIT = 30; // as the models hold it

/** Give a function of the number of a model and a part that promises its layers, fetched once. */
export function networkShelf(models, weights) {
  const networks = new Map();
  return (i, part) => {
    const key = `${i}-${part}`;
    if (!networks.has(key)) {
      const { layers, dtype } = models[i][part];
      const ready = weights(i, part).then((bytes) =>
        unpackLayers(layers, unpackNumbers(bytes, dtype)));
      networks.set(key, ready);
      ready.catch(() => networks.delete(key)); // so that it can be tried again
    }
    return networks.get(key);
  };
}

/** Encode a picture: {mean, sigma}, of a Gaussian, or of a code, whose sigma is null. */
export function encoded(encoder, picture, { gaussian, names }) {
  const outputs = forward(encoder, picture);
  const d = names.length;
  const bounded = (x) => Math.min(LOG_VAR_LIMIT, Math.max(-LOG_VAR_LIMIT, x));
  return {
    mean: [...outputs.slice(0, d)],
    sigma: gaussian ? [...outputs.slice(d)].map((x) => Math.exp(bounded(x) / 2)) : null,
  };
}
