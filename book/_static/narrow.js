// Where a page is narrower than the words of a figure ask for, its columns wrap, as words do: each
// row of pieces repeats the names that stand at the left. If that made it taller than a screen, the
// figure scrolls instead, and the names stay. `book/_ext/book_figures.py` says where the columns are.
addEventListener("DOMContentLoaded", () => {
  const TALLEST = 620; // CSS pixels
  const LARGEST = 1.2; // how much larger than its words ask for a figure may become
  const EDGE = 12; // pixels of paper at its left, of which a narrow page has no use

  function crop(image, from, to, scale) {
    const part = document.createElement("span");
    part.className = "crop";
    part.style.width = `${(to - from) * scale}px`;
    const copy = new Image(image.getAttribute("width"), image.getAttribute("height"));
    copy.loading = "lazy";
    copy.alt = "";
    copy.src = image.src;
    copy.style.cssText = `width: ${copy.width * scale}px; margin-left: ${-from * scale}px`;
    part.append(copy);
    return part;
  }

  function lay(box) {
    const image = box.querySelector("img");
    const [width, height] = ["width", "height"].map((side) => Number(image.getAttribute(side)));
    const edges = box.dataset.cuts.split(" ").map(Number);
    const least = parseFloat(box.style.getPropertyValue("--least"));
    const room = box.clientWidth;
    box.classList.remove("wrapped", "names-stay");
    for (const each of box.querySelectorAll(".pieces, .names")) each.remove();
    if (room === 0 || room >= least) return;

    let scale = least / width;
    const columns = edges.length - 1;
    const named = edges[0] > 2 * EDGE;
    const names = named ? edges[0] - EDGE : 0;
    const widest = (each) => Math.max(...edges.map((from, i) =>
      i % each || i === columns ? 0 : edges[Math.min(i + each, columns)] - from));
    let lines = 1;
    const each = () => Math.ceil(columns / lines);
    while (each() > 1 && names + widest(each()) > room / scale) lines += 1;
    const fits = names + widest(each()) <= room / scale;
    if (!fits || (named && lines * height * scale > TALLEST)) {
      if (named && names * scale < room / 2) {
        const kept = crop(image, 0, edges[0], scale); // as far as they reach below it
        kept.classList.add("names");
        kept.ariaHidden = "true";
        box.prepend(kept);
        box.classList.add("names-stay");
      }
      return;
    }
    const largest = named || height * scale < TALLEST / 2 ? LARGEST : 1;
    scale = Math.min(largest * scale, room / (names + widest(each())));
    const pieces = document.createElement("span");
    pieces.className = "pieces";
    pieces.ariaHidden = "true"; // the figure itself is there, with its description
    for (let i = 0; i < columns; i += each()) {
      const piece = document.createElement("span");
      piece.className = "piece";
      if (named) piece.append(crop(image, EDGE, edges[0], scale));
      piece.append(crop(image, edges[i], edges[Math.min(i + each(), columns)], scale));
      pieces.append(piece);
    }
    box.append(pieces);
    box.classList.add("wrapped");
  }

  const widths = new Map();
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (widths.get(target) === target.clientWidth) continue;
      widths.set(target, target.clientWidth);
      lay(target);
    }
  });
  for (const box of document.querySelectorAll(".drawn[data-cuts]")) observer.observe(box);
});
