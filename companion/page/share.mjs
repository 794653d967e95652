// A walk as a strip of pictures, which can be saved as one.

import { button, element } from "./elements.mjs";

const PICTURES = 9; // of the strip
const LARGE_PIXEL = 5; // pixels of the saved picture to one of the network's
const EDGE = 20; // pixels of paper around it
const LINES = 70; // pixels of paper below it, for words

/**
 * Make a strip.
 *
 * @returns {el, show(words, pictures), hide()}; `pictures` are ink, all of the same shape
 */
export function makeStrip([height, width]) {
  const canvas = element("canvas", {
    role: "img",
    width: 2 * EDGE + PICTURES * width * LARGE_PIXEL,
    height: 2 * EDGE + height * LARGE_PIXEL + LINES,
  });
  let title = "";
  const save = button("Save this picture", () => {
    const link = element("a", {
      href: canvas.toDataURL("image/png"),
      download: `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.png`,
    });
    link.click();
  });
  const el = element("figure", { class: "explorer-strip", hidden: "" }, canvas, save);

  function draw(pictures) {
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingEnabled = false;
    pictures.forEach((ink, i) => {
      const small = element("canvas", { width, height });
      const image = new ImageData(width, height);
      ink.forEach((amount, k) => image.data.set([0, 0, 0, 255 * amount], 4 * k));
      small.getContext("2d").putImageData(image, 0, 0);
      pen.drawImage(small, EDGE + i * width * LARGE_PIXEL, EDGE, width * LARGE_PIXEL, height * LARGE_PIXEL);
    });
    pen.fillStyle = "#222832";
    pen.font = "600 30px system-ui, sans-serif";
    pen.fillText(title, EDGE + 8, canvas.height - 52);
    pen.font = "22px system-ui, sans-serif";
    const address = document.querySelector("link[rel=canonical]")?.href ?? "";
    pen.fillText(`Walking the Latent Space ${address.replace(/^\w+:\/\//, "")}`, EDGE + 8, canvas.height - 20);
  }
  return {
    el,
    show(words, pictures) {
      title = words;
      canvas.setAttribute("aria-label", `${words}, in ${pictures.length} pictures`);
      draw(pictures);
      el.hidden = false;
    },
    hide() {
      el.hidden = true;
    },
  };
}

/** Give the shares of a walk at which its strip has a picture. */
export const shares = Array.from({ length: PICTURES - 1 }, (_, i) => i / (PICTURES - 2));
