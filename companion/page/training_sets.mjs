// Which pictures are trained on: two sets that the page loads, and two that its reader brings.

import { modelChoice } from "./choices.mjs";
import { element } from "./elements.mjs";
import { makeDrawings } from "./own_drawings.mjs";
import { makeFiles } from "./own_files.mjs";
import { makeOwnSet } from "./own_set.mjs";

export const SETS = { digits: "digits", faces: "drawn faces", drawings: "your drawings", files: "your files" };
const KEYS = Object.keys(SETS);

/** Load pictures by a script that hands them over. */
export const fetchPictures = (address) => fetchFile(address, "latentTrainingPictures");

/** Load what a script hands to a function of this name: a page opened from disk may load that. */
export async function fetchFile(address, name) {
  let given;
  globalThis[name] = (what) => (given = what);
  const script = element("script", { src: address });
  await new Promise((done) => {
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    document.head.append(script);
  });
  script.remove();
  if (!given) throw new Error(`the file ${address} cannot be loaded`);
  return given;
}

/**
 * Make the choice of a set.
 *
 * @param addresses {digits, faces}: of the scripts that hand them over
 * @param around as for makeFiles
 * @param onChange called when other pictures are to be trained on
 * @returns {el, key(), own(), enough(), bring(): a promise of what `answer` hears as pictures}
 */
export function makeSets(addresses, around, onChange) {
  let key = KEYS[0];
  const told = (mine) => () => key === mine && onChange();
  const own = {
    drawings: makeOwnSet(makeDrawings, told("drawings")),
    files: makeOwnSet((tray, tell) => makeFiles(around, tray, tell, () => {
      choose(KEYS.indexOf("files"));
      radios.show(KEYS.indexOf("files"));
    }), told("files")),
  };
  const radios = modelChoice(Object.values(SETS), choose);
  function choose(i) {
    key = KEYS[i];
    for (const each in own) own[each].active(each === key);
    onChange();
  }
  radios.el.querySelector("legend").textContent = "Pictures";
  radios.show(0);
  for (const each in own) own[each].active(false);
  return {
    el: element("div", { class: "training-sets" }, radios.el, own.drawings.el, own.files.el),
    key: () => key,
    own: () => key in own,
    enough: () => !own[key] || own[key].enough(),
    bring: async () => own[key]?.bring() ?? { [key]: await fetchPictures(addresses[key]) },
  };
}

/** Choose the digits for good: `digits` is the address of their script, or what it would hand over. */
export function oneSet({ digits }) {
  return {
    el: "",
    key: () => KEYS[0],
    own: () => false,
    enough: () => true,
    bring: async () => ({ digits: typeof digits === "string" ? await fetchPictures(digits) : digits }),
  };
}
