// A Gaussian cloud under the reader's hand: its mean is dragged, its width pulled, and every dot,
// whose noise is held fast, glides along. No kernel, no network, no library.
//
// The payload is written by cloud_twin.py: {mean, logVar, noise: [[e1, e2], ...], limit, logVars:
// [low, high], densest, plane: [left, top, side], label}. The picture is the drawing that stands
// there as an image: it is taken out of its address, and moved.

import { button, element, oncePerFrame, readable, slider } from "./elements.mjs";

const NAMES = ["μ₁", "μ₂", "log σ₁²", "log σ₂²"];
const STEPS = 80;

/** Mount every cloud of the page that is not mounted yet. */
export function mountAll(root = document) {
  for (const el of root.querySelectorAll("figure.cloud:not([data-state])")) {
    try {
      mount(el, JSON.parse(el.querySelector("script[type='application/json']").textContent));
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed"; // the picture stays as it is
      el.append(element("p", { role: "alert" }, `This picture cannot be moved: ${error.message}.`));
    }
  }
}

/** Put a cloud that can be moved into `el`. */
function mount(el, data) {
  const { limit, logVars, densest, plane: [left, top, side] } = data;
  const svg = drawing(el.querySelector(".cloud-still").src);
  const [mean, logVar] = [[...data.mean], [...data.logVar]];
  let noise = data.noise;
  let ringed = nearest(noise, [0.9, 0.9]); // neither in the middle nor at the border

  const scale = side / (2 * limit);
  const place = ([a, b]) => [left + scale * (a + limit), top + side - scale * (b + limit)];
  const sigma = () => logVar.map((v) => Math.exp(v / 2));
  const draw = ([a, b], s = sigma()) => [mean[0] + s[0] * a, mean[1] + s[1] * b];

  const dots = [...svg.querySelectorAll(".cloud-dot")];
  const ellipses = [...svg.querySelectorAll(".cloud-width")];
  const bells = [...svg.querySelectorAll(".cloud-bell")];
  const cross = svg.querySelector(".cloud-mean");
  const inside = cross.parentNode;
  const rugs = [0, 1].map(() => shape("path", { class: "cloud-rug" }));
  const way = shape("path", { class: "cloud-way" });
  const ring = shape("circle", { class: "cloud-ring", r: 6.5 });
  const handles = ["mean", "width-1", "width-2"].map((kind) =>
    shape("circle", { class: `cloud-handle cloud-handle-${kind}`, r: kind === "mean" ? 17 : 9 }));
  svg.append(...rugs);
  inside.insertBefore(way, cross);
  inside.append(ring, ...handles);
  const said = element("p", { class: "cloud-said" });

  const show = oncePerFrame(() => {
    const s = sigma();
    const at = noise.map((e) => place(draw(e, s)));
    const [x, y] = place(mean);
    at.forEach(([a, b], i) => set(dots[i], { cx: a.toFixed(2), cy: b.toFixed(2) }));
    ellipses.forEach((each, i) => set(each, {
      cx: x.toFixed(2), cy: y.toFixed(2),
      rx: ((i + 1) * scale * s[0]).toFixed(2), ry: ((i + 1) * scale * s[1]).toFixed(2),
    }));
    set(cross, { d: `M${(x - 8).toFixed(2)} ${y.toFixed(2)}h16m-8 -8v16` });
    bells.forEach((bell, j) => set(bell, { d: bellPath(j, s[j]) }));
    rugs.forEach((rug, j) => set(rug, { d: rugPath(j, at) }));
    set(ring, { cx: at[ringed][0], cy: at[ringed][1] });
    set(way, { d: `M${x} ${y}L${at[ringed].join(" ")}` });
    set(handles[0], { cx: x, cy: y });
    set(handles[1], { cx: x + scale * s[0], cy: y });
    set(handles[2], { cx: x, cy: y - scale * s[1] });
    tell(s);
  });

  function bellPath(j, s) {
    const points = [];
    for (let i = 0; i <= 160; i++) {
      const z = limit * (i / 80 - 1);
      const height = 60 * Math.exp(-(((z - mean[j]) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI)) / densest;
      const along = place([z, z])[j];
      points.push(j === 0 ? [along, top - 4 - height] : [left + side + 4 + height, along]);
    }
    return `M${points.map((point) => point.map((p) => p.toFixed(2)).join(" ")).join("L")}`;
  }
  function rugPath(j, at) {
    const [low, high] = j === 0 ? [left, left + side] : [top, top + side];
    const marks = at.map((point) => point[j]).filter((a) => a >= low && a <= high);
    return marks.map((a) => (j === 0 ? `M${a.toFixed(2)} ${top - 4}v-7` : `M${left + side + 4} ${a.toFixed(2)}h7`)).join("");
  }

  const sliders = NAMES.map((name, i) => {
    const [low, high] = i < 2 ? [-3, 3] : logVars;
    return slider(name, low, high, STEPS, (value) => move(i, value, false));
  });
  const ends = NAMES.map((_, i) => (i < 2 ? [-3, 3] : logVars));
  function move(i, value, tellSlider = true) {
    const [low, high] = ends[i];
    const kept = Math.min(high, Math.max(low, value));
    (i < 2 ? mean : logVar)[i % 2] = kept;
    if (tellSlider) sliders[i].show(kept);
    show();
  }
  function tell(s) {
    const e = noise[ringed];
    const z = draw(e, s);
    const term = (j) => `${readable(mean[j])} + ${readable(s[j])} · ${readable(e[j])} = ${readable(z[j])}`;
    said.replaceChildren(
      element("span", {}, `σ₁ = ${readable(s[0])}, σ₂ = ${readable(s[1])}.`),
      element("span", {}, "The ringed dot: "),
      element("span", {}, `z₁ = μ₁ + σ₁ ε₁ = ${term(0)},`),
      element("span", {}, `z₂ = μ₂ + σ₂ ε₂ = ${term(1)}.`));
    svg.setAttribute("aria-label", `${data.label}: mean ${mean.map(readable).join(", ")}, `
      + `standard deviations ${s.map(readable).join(", ")}`);
  }

  // A handle is dragged; whatever else is touched scrolls the page.
  handles.forEach((handle, which) => {
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = svg.getBoundingClientRect();
      const unit = svg.viewBox.baseVal.width / box.width;
      const [px, py] = [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
      const z = [(px - left) / scale - limit, (top + side - py) / scale - limit];
      if (which === 0) z.forEach((value, j) => move(j, value));
      else {
        const j = which - 1;
        move(2 + j, 2 * Math.log(Math.max(Math.abs(z[j] - mean[j]), 1e-3)));
      }
    });
  });

  const buttons = element("div", { class: "cloud-buttons" },
    button("Ring another dot", () => {
      ringed = (ringed + 7) % noise.length;
      show();
    }),
    button("New noise", () => {
      noise = noise.map(() => normals());
      show();
    }),
    button("Start again", () => {
      noise = data.noise;
      [...data.mean, ...data.logVar].forEach((value, i) => move(i, value));
    }));
  [...mean, ...logVar].forEach((value, i) => sliders[i].show(value));
  el.prepend(element("div", { class: "cloud-live" }, svg,
    element("div", { class: "cloud-rows" }, ...sliders.map(({ row }) => row)), buttons, said));
  show();
}

/** Take a drawing out of the address of an image. */
function drawing(address) {
  const [, data] = address.split("base64,");
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  svg.querySelector("style").remove(); // a page has the colours of its theme
  svg.querySelector(".cloud-paper").remove();
  const clip = `cloud-plane-${document.querySelectorAll(".cloud-live").length}`;
  svg.querySelector("clipPath").id = clip;
  svg.querySelector("[clip-path]").setAttribute("clip-path", `url(#${clip})`);
  set(svg, { role: "img" });
  return document.adoptNode(svg);
}

function shape(tag, attributes) {
  return set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
}

function set(el, attributes) {
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  return el;
}

/** Number the noise that lies nearest to a point. */
function nearest(noise, [a, b]) {
  const far = noise.map((e) => (e[0] - a) ** 2 + (e[1] - b) ** 2);
  return far.indexOf(Math.min(...far));
}

/** Sample two numbers from N(0, 1), by Box and Muller. */
function normals() {
  const r = Math.sqrt(-2 * Math.log(1 - Math.random()));
  const angle = 2 * Math.PI * Math.random();
  return [r * Math.cos(angle), r * Math.sin(angle)];
}
