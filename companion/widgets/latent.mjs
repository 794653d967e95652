// Latent sliders that decode in the page: no kernel, no network, no library.
//
// The payload is written by twin.py: {names, low, high, start, codes, steps (a list), label,
// shape: [h, w], layers: [{inputs, units, activation}], weights}, where `weights` is
// base64 of little-endian float16, each kernel (inputs, units) row by row, then its bias.

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

// Decoding: arithmetic only, no page.

/** Read little-endian float16 numbers from a Uint8Array. */
export function unpackFloat16(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength >> 1);
  for (let i = 0; i < values.length; i++) values[i] = float16(view.getUint16(2 * i, true));
  return values;
}

/** Turn 16 bits (1 sign, 5 exponent, 10 fraction) into the number they stand for. */
function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Give each layer its kernel and bias from the payload's weights. */
export function unpackLayers({ layers, weights }) {
  const values = unpackFloat16(Uint8Array.from(atob(weights), (c) => c.charCodeAt(0)));
  const expected = layers.reduce((n, { inputs, units }) => n + (inputs + 1) * units, 0);
  if (values.length !== expected) {
    throw new Error(`its weights hold ${values.length} numbers where ${expected} are needed`);
  }
  let at = 0;
  const take = (n) => values.subarray(at, (at += n));
  return layers.map((layer) => ({
    ...layer,
    kernel: take(layer.inputs * layer.units),
    bias: take(layer.units),
  }));
}

/** Send a code through dense layers: h = activation(h @ kernel + bias), layer by layer. */
export function decode(layers, z) {
  let h = z;
  for (const { inputs, units, kernel, bias, activation } of layers) {
    const sums = Float32Array.from(bias);
    for (let i = 0; i < inputs; i++) {
      const x = h[i];
      if (x === 0) continue; // after a relu this spares half of the work
      for (let j = 0, k = i * units; j < units; j++, k++) sums[j] += x * kernel[k];
    }
    h = sums.map(ACTIVATIONS[activation]);
  }
  return h;
}

// The page: sliders that move z, a canvas that shows what z decodes to.

/** Mount every twin of the page that is not mounted yet; say in words what goes wrong. */
export function mountAll(root = document) {
  for (const el of root.querySelectorAll("figure.latent-sliders:not([data-state])")) {
    const data = el.querySelector("script[type='application/json']");
    if (!data) continue; // the page cannot run this decoder: the film strip is all there is
    try {
      mount(el, JSON.parse(data.textContent));
      el.dataset.state = "live";
    } catch (error) {
      el.dataset.state = "failed";
      el.prepend(element("p", { role: "alert", class: "latent-error" },
        `The sliders of this figure cannot work: ${error.message}. `,
        "The pictures below show what they would have shown."));
    }
  }
}

/** Put live sliders into `el`. Throws, and leaves `el` as it is, if the payload is broken. */
export function mount(el, payload) {
  const { names, low, high, start, codes, steps, label, shape } = payload;
  const layers = unpackLayers(payload);
  const z = Float32Array.from(start);
  const paint = painter(shape, label);
  const sliders = names.map((name, i) => slider(name, low[i], high[i], steps[i], (value) => {
    z[i] = value;
    redraw();
  }));

  function draw() {
    paint.pixels(decode(layers, z));
    paint.describe(names.map((name, i) => `${name} = ${readable(z[i])}`).join(", "));
  }
  // However fast the events come, a frame of the screen is drawn once.
  let waiting = false;
  function redraw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  }
  function walkTo(code) {
    z.set(code);
    sliders.forEach((each, i) => each.show(z[i]));
    redraw();
  }

  let turn = 0;
  const live = element("div", { class: "latent-live" },
    element("div", { class: "latent-picture" }, paint.canvas),
    element("div", { class: "latent-controls" },
      element("div", { class: "latent-rows" }, ...sliders.map((each) => each.row)),
      element("div", { class: "latent-buttons" },
        button("Reset", () => walkTo(start)),
        button("Random", () => walkTo(codes[turn++ % codes.length])))));
  sliders.forEach((each, i) => each.show(z[i]));
  draw();
  el.prepend(live);
}

/** Make a canvas of one pixel per pixel: CSS enlarges it. Ink on paper: 0 white, 1 black. */
function painter([height, width], label) {
  const canvas = element("canvas", { width, height, role: "img" });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  image.data.fill(255);
  return {
    canvas,
    pixels(x) {
      for (let i = 0; i < x.length; i++) {
        const grey = 255 * (1 - x[i]); // Uint8ClampedArray rounds and clips
        image.data[4 * i] = image.data[4 * i + 1] = image.data[4 * i + 2] = grey;
      }
      context.putImageData(image, 0, 0);
    },
    describe(where) {
      canvas.setAttribute("aria-label", `${label} at ${where}`);
    },
  };
}

/** Make one slider in its label. It counts whole steps, so that both ends are reached exactly. */
function slider(name, low, high, steps, onMove) {
  const input = element("input", {
    type: "range", min: 0, max: steps, "aria-label": name, autocomplete: "off",
  });
  const output = element("output", { "aria-live": "off" }); // the slider itself tells its value
  const tell = (value) => {
    output.textContent = readable(value);
    input.setAttribute("aria-valuetext", readable(value));
  };
  input.addEventListener("input", () => {
    const value = low + ((high - low) * input.valueAsNumber) / steps;
    tell(value);
    onMove(value);
  });
  return {
    row: element("label", { class: "latent-row" }, element("span", {}, name), input, output),
    show(value) {
      input.value = Math.round((steps * (value - low)) / (high - low));
      tell(value);
    },
  };
}

function button(text, onClick) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", onClick);
  return made;
}

/** Write a number to two decimals with a true minus sign, and never as −0.00. */
function readable(value) {
  return (Math.round(100 * value) / 100 + 0).toFixed(2).replace("-", "\u2212");
}

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
