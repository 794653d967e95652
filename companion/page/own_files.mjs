// Files that a reader drops, chooses or pastes: read one after the other, and what cannot be is named.

import { button, element } from "./elements.mjs";
import { readPicture } from "./own_reading.mjs";

const NAMED = 3; // files, of those that cannot be read

/**
 * Make the way in for files.
 *
 * @param around the element on which they may be dropped, and whose page they are pasted into
 * @param tray {add(picture), full()}
 * @param tell called with words on how far it is; at the end with `true` too
 * @returns {el, active(whether)}
 */
export function makeFiles(around, tray, tell) {
  const input = element("input", { type: "file", accept: "image/*", multiple: "", hidden: "" });
  const el = element("div", { class: "own-way own-drop" }, button("Choose files", () => input.click()), input,
    element("span", {}, "or drop pictures here, or paste them."));
  let open = false;
  let queue = Promise.resolve(); // more may come while some are read

  const take = (list) => {
    const files = [...list]; // the list itself is soon emptied
    queue = queue.then(() => readAll(files));
  };
  async function readAll(files) {
    const faults = [];
    let [left, seen] = [0, 0];
    for (const file of files) {
      seen += 1;
      if (tray.full()) left += 1;
      else {
        await readPicture(file).then(tray.add, ({ message }) => faults.push(`${file.name} ${message}`));
        if (seen % 20 === 0) tell(`Reading ${seen} of ${files.length} files.`, false);
      }
    }
    tell(wordsOn(faults, left), true);
  }
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // so that the same files can be chosen again
  });
  around.addEventListener("dragover", (event) => {
    if (!open || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault(); // or the browser would leave the page, and show the file
    el.classList.add("own-over");
  });
  around.addEventListener("dragleave", () => el.classList.remove("own-over"));
  around.addEventListener("drop", (event) => {
    el.classList.remove("own-over");
    if (!open || !event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (!open || !event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  return {
    el,
    active(whether) {
      open = whether;
      el.hidden = !whether;
    },
  };
}

/** Say which files were not taken, and why. */
function wordsOn(faults, left) {
  const others = faults.length - NAMED;
  const more = others > 0 ? `; ${others} more ${others > 1 ? "were" : "was"} not taken` : "";
  const first = faults.length ? `${faults.slice(0, NAMED).join("; ")}${more}.` : "";
  return `${first}${left ? ` The tray is full, so ${left} more ${left > 1 ? "files were" : "file was"} left out.` : ""}`.trim();
}
