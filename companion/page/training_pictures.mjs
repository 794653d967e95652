// Pictures to train on: the book's digits, enlarged as companion.data.digits does it.

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
const [COUNTS, FRAMED, LOBES] = [8, 10, 3]; // sides of a scan, and with its margin; Lanczos' a

/**
 * Read the digits: {ink, labels, train}, where `ink` has a letter for each of 8 x 8 counts, from
 * "a" for 0 to "q" for 16, `labels` a figure for each digit, and the first `train` are to train on.
 *
 * @param pause called now and then; gives a promise for which it waits, so that others may work
 * @returns a promise of {train, test: Float32Array (n * 784), trainLabels, testLabels: arrays,
 *     classNames}
 */
export async function unpackDigits({ ink, labels, train }, pause = async () => {}) {
  const classes = [...labels].map(Number);
  const pictures = new Float32Array(classes.length * PIXELS);
  const spread = lanczos(FRAMED, SIDE);
  for (let i = 0; i < classes.length; i++) {
    await pause();
    pictures.set(enlarge(ink, i * COUNTS * COUNTS, spread), i * PIXELS);
  }
  return {
    train: pictures.subarray(0, train * PIXELS),
    test: pictures.subarray(train * PIXELS),
    trainLabels: classes.slice(0, train),
    testLabels: classes.slice(train),
    classNames: [..."0123456789"],
  };
}

/** Make a crisp picture of 8 x 8 counts: a margin, a larger picture, more contrast. */
function enlarge(ink, from, spread) {
  const across = new Float32Array(FRAMED * SIDE);
  for (let i = 0; i < COUNTS; i++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let j = 0; j < COUNTS; j++) {
        sum += spread[x][j + 1] * ((ink.charCodeAt(from + i * COUNTS + j) - 97) / 16);
      }
      across[(i + 1) * SIDE + x] = sum;
    }
  }
  const picture = new Float32Array(PIXELS);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let i = 0; i < FRAMED; i++) sum += spread[y][i] * across[i * SIDE + x];
      picture[y * SIDE + x] = Math.min(1, Math.max(0, (sum - 0.3) / 0.45));
    }
  }
  return picture;
}

/** Give the weights of Lanczos' resampling, as Pillow has them: a row for each pixel that is made. */
function lanczos(from, to) {
  const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return Array.from({ length: to }, (_, i) => {
    const middle = ((i + 0.5) * from) / to;
    const row = Array.from({ length: from }, (__, j) => {
      const x = j + 0.5 - middle;
      return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
    });
    const total = row.reduce((a, b) => a + b);
    return row.map((weight) => weight / total);
  });
}

/**
 * Give what held-out losses are to be held against, in nats per picture: `baseline`, the mean
 * training picture for every one, and `floor`, each picture for itself (metrics.baseline, .floor).
 * `pause` as for unpackDigits.
 */
export async function bounds({ train, test }, pause = async () => {}) {
  const [many, n] = [train.length / PIXELS, test.length / PIXELS];
  const sums = new Float64Array(PIXELS).fill(0.5); // as if half an inked and half a blank one came
  for (let i = 0; i < train.length; i++) {
    if (i % PIXELS === 0) await pause();
    sums[i % PIXELS] += train[i];
  }
  const cost = (x, p) => -(x && x * Math.log(p)) - (x < 1 && (1 - x) * Math.log(1 - p));
  let [baseline, floor] = [0, 0];
  for (let i = 0; i < test.length; i++) {
    if (i % PIXELS === 0) await pause();
    baseline += cost(test[i], sums[i % PIXELS] / (many + 1)) / n;
    floor += cost(test[i], test[i]) / n;
  }
  return { baseline, floor };
}
