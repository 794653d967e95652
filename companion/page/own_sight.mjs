// Of a long sheet of pictures only those in sight, and near it, are drawn: a browser lays out each
// canvas as a layer of its own.

import { oncePerFrame } from "./elements.mjs";

const NEAR_ROWS = 2; // above and below

/**
 * Keep pictures in the children of `sheet`, which are all of one size and stand in rows, as far as
 * they are near its window.
 *
 * @param paint gives the picture of the child number i: an element
 * @returns a function to call when children have come or gone
 */
export function nearSight(sheet, paint) {
  let drawn = new Set(); // children that hold a picture
  const look = oncePerFrame(() => {
    const { children, clientHeight, scrollTop } = sheet;
    const one = children[0];
    if (!one || !clientHeight) return; // it is not shown
    let columns = 1;
    while (children[columns]?.offsetTop === one.offsetTop) columns++;
    const pitch = children[columns] ? children[columns].offsetTop - one.offsetTop : clientHeight;
    const rows = Math.ceil(clientHeight / pitch);
    const from = Math.max(0, Math.floor(scrollTop / pitch) - NEAR_ROWS) * columns;
    const wanted = new Set([...children].slice(from, from + (rows + 2 * NEAR_ROWS) * columns));
    for (const each of drawn) if (!wanted.has(each)) each.replaceChildren();
    [...wanted].forEach((each, i) => drawn.has(each) || each.append(paint(from + i)));
    drawn = wanted;
  });
  sheet.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(sheet);
  return look;
}
