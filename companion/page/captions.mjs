// What an explorer says in words: of its map, of a code, and of what became of a drawing.

import { readable } from "./elements.mjs";

const VOTERS = 15; // nearest dots that say what a place on the map is
const CLEAR = 12; // of them that must agree
const UNLIKE = 0.09; // squared error of a pixel, in the mean: of 100 test digits one has more

/** Say what the map shows; `first` is the view of the first model, with which others are compared. */
export function mapCaption([, , half], [, , firstHalf]) {
  const dots = "Each dot is a picture that the network has not learnt from. ";
  const wider = Math.round(half / firstHalf);
  if (wider > 3) {
    return `${dots}Here the same bell curve, the prior, is the dot at (0, 0): this map is ${wider} ` +
      "times as wide, and nearly all of it lies where no pair of numbers from the bell curve falls.";
  }
  return `${dots}Dashed: a bell curve, seen from above. Of pairs of numbers taken from it, ` +
    "39 in 100 lie inside the inner circle and 86 inside the outer one.";
}

export function tuple(values) {
  return `(${values.map(readable).join(", ")})`;
}

/** Write the code of a picture: numbers of a plane, or how wide a Gaussian of many numbers is. */
export function codeInWords({ mean, sigma }, flat) {
  if (flat) return `at ${tuple(mean)}${sigma ? `\n\u00b1 ${tuple(sigma)}` : ""}`;
  if (!sigma) return "";
  return `\u00b1 ${readable(Math.min(...sigma))} to ${readable(Math.max(...sigma))}`;
}

/** Count the classes of the dots nearest to a code: pairs of a class and its share, largest first. */
export function nearestClasses(z, codes, labels) {
  const far = labels.map((label, i) => {
    let sum = 0;
    for (let k = 0; k < z.length; k++) sum += (codes[z.length * i + k] - z[k]) ** 2;
    return [sum, label];
  });
  const votes = new Map();
  for (const [, label] of far.sort((a, b) => a[0] - b[0]).slice(0, VOTERS)) {
    votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  return [...votes].sort((a, b) => b[1] - a[1]);
}

/** Compute how far a reconstruction is from its picture: the squared error of a pixel, in the mean. */
function lost(picture, pixels) {
  return picture.reduce((sum, x, i) => sum + (x - pixels[i]) ** 2, 0) / picture.length;
}

/** Say what the network took a drawing for, and that it may be another thing. */
export function verdict({ mean }, picture, pixels, { codes }, labels, classNames) {
  if (classNames.length < 2) return "";
  const [[first, votes], second] = nearestClasses(mean, codes, labels);
  const [name, other] = [first, second?.[0]].map((label) => classNames[label]);
  const few = mean.length === 2 ? "Two numbers" : `${mean.length} numbers`;
  const nearest = `Nearest: ${several(name)}`;
  if (lost(picture, pixels) > UNLIKE) {
    return `${nearest}, and yet your drawing is like none of them. The network answers a scribble as surely ` +
      "as a picture, because it has learnt nothing else.";
  }
  if (votes < CLEAR) {
    return `${nearest}, then ${several(other)}. ${few} cannot tell your drawing of ${a(name)} from ${a(other)} here.`;
  }
  return `${nearest}. If you drew something else, be it a scribble, ` +
    `${few.toLowerCase()} cannot tell it from ${a(name)}.`;
}

const several = (name) => (/^\d$/.test(name) ? `${name}s` : name);
const a = (name) => `${/^(8|[aeiou])/i.test(name) ? "an" : "a"} ${name}`;

/** Say a code's place and its nearest dot, for those who cannot see the map. */
export function whereInWords(z, { names, codes, view }, labels, classNames) {
  const where = names.map((name, i) => `${name} = ${readable(z[i])}`).join(", ");
  if (!view || classNames.length < 2) return where;
  let [nearest, least] = [0, Infinity];
  labels.forEach((_, i) => {
    const distance = Math.hypot(codes[2 * i] - z[0], codes[2 * i + 1] - z[1]);
    if (distance < least) [nearest, least] = [i, distance];
  });
  return `${where}, ${readable(least)} from an encoded ${classNames[labels[nearest]]}`;
}
