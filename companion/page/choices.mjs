// What there is to choose from: models, pictures of a class, and numbers of a code without a map.

import { button, element, keepKeys, slider } from "./elements.mjs";

const NEIGHBOURS = 8; // that say whether a code lies amid its own class
const MANY = 9; // from this many sliders on they stand in narrow columns

/** Sliders in place of a map, for codes of one number, or of three and more. */
export function makeSliders({ names, low, high, steps }, { onMove }) {
  let z = [];
  const sliders = names.map((name, i) => slider(name, low[i], high[i], steps[i], (value) => {
    z[i] = value;
    onMove(z);
  }));
  const rows = element("div", { class: "latent-rows" }, ...sliders.map((each) => each.row));
  return {
    el: element("div", { class: names.length < MANY ? "" : "latent-many" }, rows),
    stop() {},
    paint() {},
    show(code) {
      z = [...code];
      sliders.forEach((each, i) => each.show(z[i]));
    },
  };
}

/** Make a group of radio buttons, one for each model. */
export function modelChoice(names, onChoose) {
  const group = `explorer-${Math.random()}`; // one in the page
  const inputs = names.map((_, i) => {
    const input = keepKeys(element("input", { type: "radio", name: group, autocomplete: "off" }));
    input.addEventListener("change", () => onChoose(i));
    return input;
  });
  const options = names.map((name, i) => element("label", {}, inputs[i], element("span", {}, name)));
  return {
    el: element("fieldset", { class: "explorer-models" },
      element("legend", {}, "Model"), ...options),
    show(i) {
      inputs[i].checked = true;
    },
  };
}

/**
 * Make a button for each class that has codes: the legend of the map, which can be pressed.
 *
 * @returns {el, hint(words)}: what stands before the buttons, which says what they do
 */
export function classChoice(classNames, labels, onPick) {
  const there = new Set(labels);
  const chips = classNames.flatMap((name, label) => {
    if (!there.has(label)) return [];
    const chip = button(name, () => onPick(label));
    if (classNames.length > 1) {
      const dot = element("span", { class: "explorer-dot", "aria-hidden": "true" });
      dot.style.background = `var(--explorer-class-${label % 10})`;
      chip.prepend(dot);
    }
    return [chip];
  });
  const hint = element("p", {});
  const el = element("div", { class: "explorer-classes", role: "group" }, hint, ...chips);
  return {
    el,
    hint(words) {
      hint.textContent = words;
      el.setAttribute("aria-label", words);
    },
  };
}

/** Give for each class the one of its codes that is nearest to their mean: places worth a visit. */
export function hearts(codes, labels, d) {
  const codesOf = (label) => labels.flatMap((each, i) =>
    (each === label ? [[...codes.slice(d * i, d * i + d)]] : []));
  return [...new Set(labels)].sort((a, b) => a - b).map((label) => {
    const mine = codesOf(label);
    const mean = mine[0].map((_, k) => mine.reduce((sum, z) => sum + z[k], 0) / mine.length);
    return nearestTo(mean, mine);
  });
}

/** Choose the nearest of some codes. */
export function nearestTo(z, codes) {
  const far = (code) => Math.hypot(...code.map((x, k) => x - z[k]));
  return codes.reduce((best, code) => (far(code) < far(best) ? code : best));
}

/**
 * Choose the codes of a class that lie amid it, most of their neighbours being of it too: a code
 * amid another class decodes to that one. Where there are none, all codes of the class.
 */
export function typical(codes, labels, label) {
  const d = codes.length / labels.length;
  const distance = (i, j) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (codes[d * i + k] - codes[d * j + k]) ** 2;
    return sum;
  };
  const mine = labels.flatMap((each, i) => (each === label ? [i] : []));
  const amid = mine.filter((i) => {
    const others = labels.map((each, j) => ({ own: each === label, far: distance(i, j) }));
    const nearest = others.sort((a, b) => a.far - b.far).slice(0, NEIGHBOURS + 1); // and itself
    return nearest.filter(({ own }) => own).length > (3 * NEIGHBOURS) / 4;
  });
  return (amid.length ? amid : mine).map((i) => [...codes.slice(d * i, d * i + d)]);
}
