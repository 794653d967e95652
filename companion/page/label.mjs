// A sheet of pictures that the reader labels, and what the labels name: no kernel, no network.
//
// The payload is written by label_twin.py: {shape: [h, w] of a picture, places (of the pictures,
// among n examples), n, neighbours, lines: n x neighbours, asks: t x neighbours, order: t x m, the
// pictures from near to far, answers (of t new examples), most, alpha, rounds, label}; `lines` and
// `asks` are base64 of two bytes a number, `order` of one. The pictures stand in the image of the
// figure, ten in a row, each in a cell with 4 pixels more than it has.

import { button, element, keepKeys } from "./elements.mjs";

const COLUMNS = 10;
const GAP = 4;
const CLASSES = 10;

/** Mount every sheet of the page that is not mounted yet. */
export async function mountAll(root = document) {
  const sheets = [...root.querySelectorAll("figure.label-sheet:not([data-state])")];
  await Promise.all(sheets.map(mountOne));
}

async function mountOne(el) {
  el.dataset.state = "loading";
  try {
    await mount(el, JSON.parse(el.querySelector("script[type='application/json']").textContent));
    el.dataset.state = "live";
  } catch (error) {
    el.dataset.state = "failed";
    el.prepend(element("p", { role: "alert", class: "label-error" },
      `These pictures cannot be labelled here: ${error.message}.`));
  }
}

/** Put a sheet that can be labelled into `el`. */
async function mount(el, data) {
  const image = el.querySelector(".label-still img");
  await image.decode();
  const name = namer(data);
  const given = new Map(); // number of a picture -> its label, in the order of giving
  let chosen = 0;
  const pictures = data.places.map((_, i) => picture(image, i, data.shape));
  const said = element("p", { class: "label-said", role: "status" });
  const bars = { spreading: bar("label spreading"), nearest: bar("the nearest labelled picture") };
  const digits = [...Array(CLASSES).keys()].map((digit) =>
    button(String(digit), () => give(digit)));
  const remove = button("Take it back", () => give(null));
  const again = button("Start again", () => {
    given.clear();
    choose(0, false);
    tell("All labels are taken back.");
  });
  const asked = element("legend", {});
  const row = element("fieldset", { class: "label-digits" }, asked, ...digits, remove);
  const grid = element("div", {
    class: "label-grid", role: "group", "aria-label": `${data.label}: arrow keys move, a digit labels`,
  }, ...pictures.map(({ el: each }) => each));

  function choose(i, focus = true) {
    chosen = i;
    pictures.forEach(({ el: each }, j) => {
      each.tabIndex = j === i ? 0 : -1;
      each.setAttribute("aria-pressed", j === i);
    });
    if (focus) pictures[i].el.focus();
    asked.textContent = `Picture ${i + 1}: which digit is it?`;
    remove.disabled = !given.has(i);
  }
  function give(digit) {
    if (digit === null) given.delete(chosen);
    else if (given.size >= data.most && !given.has(chosen)) {
      tell(`You have given ${data.most} labels. Take one back first.`);
      return;
    } else given.set(chosen, digit);
    choose(chosen, false);
    tell("");
  }
  function tell(first) {
    pictures.forEach(({ show }, i) => show(given.get(i)));
    const { spreading, nearest } = name(given);
    bars.spreading.show(spreading);
    bars.nearest.show(nearest);
    const kinds = new Set(given.values()).size;
    const count = `${given.size} of ${data.most} labels, ${kinds} ${kinds === 1 ? "kind" : "kinds"}: `
      + `of a hundred new digits, label spreading names ${whole(spreading)} rightly, `
      + `the nearest labelled picture ${whole(nearest)}.`;
    said.textContent = [first, count].filter(Boolean).join(" ");
  }
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS }[event.key];
    if (step !== undefined && pictures[chosen + step]) choose(chosen + step);
    else if (/^[0-9]$/.test(event.key)) give(Number(event.key));
    else if (event.key === "Delete" || event.key === "Backspace") give(null);
    else if (step === undefined) return;
    event.preventDefault();
  });
  pictures.forEach(({ el: each }, i) => each.addEventListener("click", () => choose(i)));
  choose(0, false);
  el.prepend(element("div", { class: "label-live" }, grid, row,
    bars.spreading.el, bars.nearest.el, said, again));
  tell("");
}

const whole = (share) => Math.round(100 * share);

/** Make a button that shows a picture of the sheet, and its label once it has one. */
function picture(image, i, [height, width]) {
  const canvas = element("canvas", { width, height, "aria-hidden": "true" });
  const x = (i % COLUMNS) * (width + GAP) + GAP / 2;
  const y = Math.floor(i / COLUMNS) * (height + GAP) + GAP / 2;
  canvas.getContext("2d").drawImage(image, x, y, width, height, 0, 0, width, height);
  const label = element("span", { class: "label-given", "aria-hidden": "true" });
  const el = keepKeys(element("button", { type: "button" }, canvas, label), /^(Arrow.*|\d)$/);
  return {
    el,
    show(digit) {
      label.textContent = digit ?? "";
      const words = digit === undefined ? "no label" : `labelled ${digit}`;
      el.setAttribute("aria-label", `Picture ${i + 1}, ${words}`);
    },
  };
}

/** Make a bar for a share, whose number the status tells. */
function bar(name) {
  const filled = element("span", { class: "label-filled" });
  const number = element("span", {}, "0");
  const el = element("div", { class: "label-bar", "aria-hidden": "true" },
    element("span", {}, name), element("span", { class: "label-track" }, filled), number);
  return {
    el,
    show(share) {
      filled.style.width = `${100 * share}%`;
      number.textContent = `${whole(share)}`;
    },
  };
}

/** Make a function from the labels that are given to the shares that two methods name rightly. */
function namer({ places, n, neighbours, lines, asks, order, answers, alpha, rounds }) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const two = (text) => {
    const view = new DataView(bytes(text).buffer);
    return Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
  };
  const [from, asked, near] = [two(lines), two(asks), bytes(order)];
  const m = places.length;
  const joined = Array.from({ length: n }, () => new Set());
  from.forEach((j, i) => {
    const a = Math.floor(i / neighbours);
    joined[a].add(j);
    joined[j].add(a);
  });
  const ends = joined.map((set) => [...set].sort((a, b) => a - b));

  function spread(given) {
    const own = new Float64Array(n * CLASSES);
    for (const [i, digit] of given) own[places[i] * CLASSES + digit] = 1;
    let F = own;
    for (let round = 0; round < rounds; round++) {
      const next = new Float64Array(n * CLASSES);
      for (let a = 0; a < n; a++) {
        for (const b of ends[a]) {
          const line = alpha / Math.sqrt(ends[a].length * ends[b].length);
          for (let c = 0; c < CLASSES; c++) next[a * CLASSES + c] += line * F[b * CLASSES + c];
        }
      }
      for (let i = 0; i < next.length; i++) next[i] += (1 - alpha) * own[i];
      F = next;
    }
    return F;
  }

  return (given) => {
    if (given.size === 0) return { spreading: 0, nearest: 0 };
    const F = spread(given);
    const right = { spreading: 0, nearest: 0 };
    answers.forEach((answer, t) => {
      const flowed = new Float64Array(CLASSES);
      for (let k = 0; k < neighbours; k++) {
        for (let c = 0; c < CLASSES; c++) flowed[c] += F[asked[t * neighbours + k] * CLASSES + c];
      }
      const most = Math.max(...flowed);
      right.spreading += most > 0 && flowed.indexOf(most) === answer;
      for (let k = 0; k < m; k++) {
        if (given.has(near[t * m + k])) {
          right.nearest += given.get(near[t * m + k]) === answer;
          break;
        }
      }
    });
    return { spreading: right.spreading / answers.length, nearest: right.nearest / answers.length };
  };
}
