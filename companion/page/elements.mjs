// The pieces that the figures are built of.

export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(text, onClick) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", onClick);
  return made;
}

/** Write a number to two decimals with a true minus sign, and never as −0.00. */
export function readable(value) {
  return (Math.round(100 * value) / 100 + 0).toFixed(2).replace("-", "\u2212");
}

/**
 * Make a canvas of one pixel per pixel: CSS enlarges it. Grey is ink on paper, 0 white and 1 black;
 * of three colours each is light, 0 none and 1 full.
 */
export function painter([height, width, colours = 1]) {
  const canvas = element("canvas", { width, height, role: "img" });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  image.data.fill(255);
  return {
    canvas,
    pixels(x) {
      for (let i = 0; i < height * width; i++) {
        for (let j = 0; j < 3; j++) { // Uint8ClampedArray rounds and clips
          image.data[4 * i + j] = 255 * (colours === 3 ? x[3 * i + j] : 1 - x[i]);
        }
      }
      context.putImageData(image, 0, 0);
    },
    describe(words) {
      canvas.setAttribute("aria-label", words);
    },
  };
}

/**
 * Keep an element's keys from a notebook, which would take arrows for steps to another cell.
 * Some notebooks look at a key before the element does, so what makes them pass it over is set
 * before that, and only for these keys: Shift+Enter still runs the cell.
 */
export function keepKeys(el, keys = /^Arrow/) {
  const keep = ({ key }) => el.toggleAttribute("data-lm-suppress-shortcuts", keys.test(key));
  el.addEventListener("focus", () => addEventListener("keydown", keep, true));
  el.addEventListener("blur", () => removeEventListener("keydown", keep, true));
  return el;
}

/** Make one slider in its label. It counts whole steps, so that both ends are reached exactly. */
export function slider(name, low, high, steps, onMove) {
  const input = keepKeys(element("input", {
    type: "range", min: 0, max: steps, "aria-label": name, autocomplete: "off",
  }));
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

/** Make a function that draws at once, but however fast it is called, once in a frame. */
export function oncePerFrame(draw) {
  let resting = true;
  let due = false;
  const rest = () => {
    resting = !due;
    if (due) run();
  };
  const run = () => {
    due = false;
    resting = false;
    draw();
    requestAnimationFrame(rest);
  };
  return () => {
    if (resting) run();
    else due = true;
  };
}
