// Files and folders that a reader drops, chooses or pastes: read one after the other, and what cannot be is named.

import { button, element } from "./elements.mjs";
import { chosen, dropped } from "./own_folders.mjs";
import { readPicture } from "./own_reading.mjs";

const NAMED = 3; // files, of those that cannot be read

/**
 * Make the way in for files.
 *
 * @param around the element on which they may be dropped, and whose page they are pasted into
 * @param tray {add(picture), full()}
 * @param tell called with words on how far it is; at the end with `true` too
 * @param onCome called when files come while this way in is not the chosen one
 * @returns {el, active(whether)}
 */
export function makeFiles(around, tray, tell, onCome) {
  const input = element("input", { type: "file", accept: "image/*", multiple: "", hidden: "" });
  const folder = element("input", { type: "file", webkitdirectory: "", hidden: "" });
  const ways = [button("Choose files", () => input.click()), input];
  if ("webkitdirectory" in folder) ways.push(button("Choose a folder", () => folder.click()), folder);
  const el = element("div", { class: "own-way own-drop" }, ...ways,
    element("span", {}, "or drop pictures or folders here, or paste pictures."));
  let open = false;
  let queue = Promise.resolve(); // more may come while some are read

  /** Read what is given: as `chosen` and `dropped` say it, or a promise of that. */
  const take = (given) => {
    if (!open) onCome();
    queue = queue.then(async () => readAll(await given));
  };
  async function readAll(files) {
    const faults = [];
    let [left, seen] = [0, 0];
    for (const { name, open: opened } of files) {
      seen += 1;
      if (tray.full()) left += 1;
      else {
        await opened().then(readPicture).then(tray.add, ({ message }) => faults.push(`${name} ${message}`));
        if (seen % 20 === 0) tell(`Reading ${seen} of ${files.length} files.`, false);
      }
    }
    tell(files.length ? wordsOn(faults, left) : "There are no files in it.", true);
  }
  for (const each of [input, folder]) {
    each.addEventListener("change", () => {
      take(chosen(each.files));
      each.value = ""; // so that the same files can be chosen again
    });
  }
  around.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault(); // or the browser would leave the page, and show the file
    el.classList.add("own-over");
  });
  around.addEventListener("dragleave", () => el.classList.remove("own-over"));
  around.addEventListener("drop", (event) => {
    el.classList.remove("own-over");
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    take(dropped(event.dataTransfer));
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(chosen(event.clipboardData.files));
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
