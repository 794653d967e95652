// Long work in slices, between which a page answers and draws.

const SPELL = 8; // milliseconds that work may take from a page at a time

/** Wait until what has come meanwhile has had its turn. */
export function nextTurn() {
  const drawing = globalThis.document && !document.hidden;
  return new Promise((done) => {
    if (drawing) setTimeout(done); // which leaves time to draw
    else { // a timer would wait for a second in a hidden tab, and for 4 ms in a worker
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(null);
    }
  });
}

/** Make a function to await now and then in long work: it waits when a slice of time is used up. */
export function makeRest(slice = SPELL) {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < slice) return;
    await nextTurn();
    began = performance.now();
  };
}
