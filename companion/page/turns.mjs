// Drawings that take turns: what would be long for one frame is drawn in several.

/**
 * Make the turns.
 *
 * @param first draws what must not wait: in every second frame, if there is something new
 * @param others draw the rest, one in each frame between
 * @returns {soon(), now(), stop()}: draw from the next frame on; all at once; not at all
 */
export function makeTurns(first, others) {
  let due = false;
  let left = 0; // of the others, until they have drawn what the first has
  let next = 0;
  let turn = 0; // 1 after the first
  let waiting = null; // for a frame

  function frame() {
    waiting = null;
    if (due && (turn === 0 || left === 0)) {
      first();
      [due, turn, left] = [false, 1, others.length];
    } else if (left) {
      others[next]();
      next = (next + 1) % others.length;
      [turn, left] = [0, left - 1];
    }
    if (due || left) waiting = requestAnimationFrame(frame);
  }
  function stop() {
    if (waiting !== null) cancelAnimationFrame(waiting);
    [due, left, turn, waiting] = [false, 0, 0, null];
  }
  return {
    stop,
    soon() {
      due = true;
      waiting ??= requestAnimationFrame(frame);
    },
    now() {
      stop();
      first();
      others.forEach((draw) => draw());
    },
  };
}
