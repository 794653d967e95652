// Words on a map: the names of the classes, each at the median of its dots, and numbers along the edges.

/** Place the names of the classes, and move apart the ones that would touch. */
export function placeNames(pen, size, classNames, labels, place) {
  const placed = classNames.map((words, label) => {
    const mine = [...labels.keys()].filter((i) => labels[i] === label).map(place);
    const [x, y] = [0, 1].map((axis) => median(mine.map((each) => each[axis])));
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

/** Choose round numbers to mark on an axis: four to eight, 1, 2 or 5 times a power of ten apart. */
export function ticks(middle, half) {
  const rough = half / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough);
  const marks = [];
  for (let i = Math.ceil((middle - half) / step); i * step <= middle + half; i++) {
    marks.push(Number((i * step).toPrecision(6)) + 0);
  }
  return marks;
}
