// Who trains: a worker, made of this page's own script, or where that is refused the page itself.

import { answer } from "./answering.mjs";

const SHORT = 10; // milliseconds that a training may take from the page at a time

/**
 * Start a trainer.
 *
 * @param source the script that a worker runs
 * @param hear called with each message, as `answer` sends them
 * @param visit as for `answer`: where the page itself trains; a worker brings its own
 * @returns a promise of a function that sends a message to the trainer, with buffers that are handed over
 */
export async function makeTrainer(source, hear, visit = null) {
  try {
    const worker = await startWorker(source);
    worker.onmessage = ({ data }) => hear(data);
    return (message, handed) => worker.postMessage(message, handed);
  } catch (error) {
    console.info(`Training goes on in the page itself: ${error.message}`);
    const { port1, port2 } = new MessageChannel(); // what timers would bring could change its order
    answer(port1, SHORT, visit);
    port2.onmessage = ({ data }) => hear(data);
    return (message, handed) => port2.postMessage(message, handed);
  }
}

/** Start a worker; rejected where a page may have none. */
function startWorker(source) {
  return new Promise((done, fail) => {
    // From disk a worker may be a script but no module, and so exports nothing.
    const script = new Blob([source.replace(/^export /gm, "")], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(script));
    worker.onmessage = () => done(worker); // its first message says that it is there
    worker.onerror = ({ message }) => fail(new Error(message || "a worker is refused"));
  });
}

/** Be the worker. */
export function work(visit = null) {
  answer(globalThis, undefined, visit);
  globalThis.postMessage({ here: true });
}
