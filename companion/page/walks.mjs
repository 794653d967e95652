// Walks: from a code to another, so that the eye can follow, and by itself until a hand comes.

const LEG = 2600; // milliseconds from one place to the next, walking by itself
const STAY = 900; // milliseconds at each

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Call a function with t from 0 to 1, over a time; with 1 at once where motion is unwelcome. */
export function animate(duration, onStep) {
  if (still()) {
    onStep(1);
    return () => {};
  }
  const started = performance.now();
  let frame;
  const next = (now) => {
    const t = Math.min(1, Math.max(0, now - started) / duration);
    if (t < 1) frame = requestAnimationFrame(next);
    onStep(t * t * (3 - 2 * t)); // slowly at both ends
  };
  frame = requestAnimationFrame(next);
  return () => cancelAnimationFrame(frame);
}

/** Give the code at the share t of the straight line between two. */
export const between = (a, b, t) => (t < 1 ? a.map((from, i) => from + t * (b[i] - from)) : [...b]);

/**
 * Walk from place to place, round and round, while the element can be seen.
 *
 * @param where gives the code where the walk begins
 * @param places codes to visit
 * @param onStep called with each code on the way
 * @returns {going(), start(), stop(), end()}
 */
export function wanderer(el, where, places, onStep) {
  let going = false;
  let seen = false;
  let turn = 0;
  let halt = () => {};
  function leg() {
    const [from, to] = [where(), places()[turn++ % places().length]];
    const stopStep = animate(LEG, (t) => {
      onStep(between(from, to, t));
      if (t < 1) return;
      const rest = setTimeout(leg, STAY);
      halt = () => clearTimeout(rest);
    });
    if (!still()) halt = stopStep;
  }
  const look = () => {
    halt();
    halt = () => {};
    if (going && seen && !document.hidden) leg();
  };
  const sight = new IntersectionObserver(([{ isIntersecting }]) => {
    seen = isIntersecting;
    look();
  });
  sight.observe(el);
  document.addEventListener("visibilitychange", look);
  const set = (value) => {
    going = value;
    look();
  };
  return {
    going: () => going,
    start: () => set(true),
    stop: () => going && set(false),
    end() {
      set(false);
      sight.disconnect();
      document.removeEventListener("visibilitychange", look);
    },
  };
}

/** Whether a walk may begin by itself. */
export const mayWander = () => !still();
