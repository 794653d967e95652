// The curves of a training: what held-out pictures cost, beside a baseline and a floor.

import { element } from "./elements.mjs";

const SPLIT = 0.66; // of the height is for the reconstruction, the rest for the KL term
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 10, 24, 22]; // CSS pixels
const PLACED = 400; // places of a curve: more than can be seen
const EARLY = 0.1; // of the steps, at whose start the KL term may be out of all proportion

export function makeLossChart() {
  const canvas = element("canvas", { role: "img", class: "training-losses",
    "aria-label": "No losses yet" });
  let history = []; // of {steps, reconstruction, kl}
  let bounds = null; // {baseline, floor}
  let vae = true;

  function draw() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    const size = [width, height].map((length) => Math.round(length * devicePixelRatio));
    if (size[0] !== canvas.width || size[1] !== canvas.height) [canvas.width, canvas.height] = size;
    const style = getComputedStyle(canvas);
    const [text, muted, accent] = [style.color, style.textDecorationColor, style.outlineColor];
    const pen = canvas.getContext("2d");
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `12px ${style.fontFamily}`;
    const last = Math.max(100, history.at(-1)?.steps ?? 0);
    const x = (steps) => LEFT + ((width - LEFT - RIGHT) * steps) / last;
    const cut = vae ? TOP + SPLIT * (height - TOP - BOTTOM) : height - BOTTOM;

    /** Draw what lies between two heights: a scale, lines across, a curve. */
    function panel(name, [from, to], [low, high], across, value) {
      const y = (nats) => to - ((to - from) * (Math.min(high, Math.max(low, nats)) - low)) / (high - low);
      pen.textBaseline = "middle";
      pen.lineWidth = 1;
      for (const [words, nats] of across) {
        pen.strokeStyle = pen.fillStyle = muted;
        pen.setLineDash([4, 4]);
        path([[LEFT, y(nats)], [width - RIGHT, y(nats)]]);
        pen.textAlign = "right";
        pen.fillText(nats.toFixed(0), LEFT - 6, y(nats));
        pen.fillText(words, width - RIGHT, y(nats) - 8);
      }
      pen.setLineDash([]);
      pen.strokeStyle = accent;
      pen.lineWidth = 2;
      path(history.map((each) => [x(each.steps), y(value(each))]));
      pen.fillStyle = text;
      pen.textAlign = "left";
      pen.fillText(name, 0, from - 14);
    }
    function path(places) {
      pen.beginPath();
      places.forEach(([px, py], i) => (i ? pen.lineTo(px, py) : pen.moveTo(px, py)));
      pen.stroke();
    }
    const { baseline, floor } = bounds ?? { baseline: 200, floor: 50 };
    const lines = bounds ? [["mean picture", baseline], ["floor", floor]] : [];
    panel("Reconstruction, nats per picture", [TOP, cut], [floor, baseline + 15], lines,
      (each) => each.reconstruction);
    if (vae) {
      const late = history.filter(({ steps }) => steps >= EARLY * last);
      const most = Math.max(8, ...late.map(({ kl }) => kl));
      panel("KL, nats per picture", [cut + 32, height - BOTTOM], [0, most], [["", 0], ["", most]],
        (each) => each.kl);
    }
    pen.fillStyle = muted;
    pen.textAlign = "right";
    pen.fillText(`step ${last}`, width - RIGHT, height - 8);
    pen.textAlign = "left";
    pen.fillText("0", LEFT, height - 8);
  }
  new ResizeObserver(draw).observe(canvas);
  return {
    canvas,
    draw,
    /** Begin anew. */
    clear(isVae, nextBounds) {
      [history, vae, bounds] = [[], isVae, nextBounds];
      draw();
    },
    /** Add a place; `draw` shows it. */
    add({ steps, reconstruction, kl }) {
      if (history.length === PLACED) history = history.filter((_, i) => i % 2 === 0);
      history.push({ steps, reconstruction, kl });
      const parts = vae ? `, KL ${kl.toFixed(1)}` : "";
      canvas.setAttribute("aria-label", `Held-out losses over ${steps} steps, in nats: ` +
        `reconstruction from ${history[0].reconstruction.toFixed(1)} to ${reconstruction.toFixed(1)}${parts}`);
    },
  };
}
