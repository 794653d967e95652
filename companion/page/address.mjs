// A place on the map in the address of the page, so that it can be sent to a friend: #z=1.20,-0.40

const REST_BEFORE_WRITING = 400; // milliseconds

/** Read a place from an address; null where the address names none. */
export function placeIn(hash, models) {
  const [, numbers, network = "1"] = /^#z=([-\d.,]+)(?:&network=(\d+))?$/.exec(hash) ?? [];
  const model = models[network - 1];
  const z = (numbers ?? "").split(",").map(Number);
  const fits = model && z.length === model.names.length && numbers && z.every(Number.isFinite);
  return fits ? { model: model.name, z } : null;
}

/** Write a place as the part of an address after the page's own. */
export function placeAsHash({ model, z }, models) {
  const i = models.findIndex(({ name }) => name === model);
  return `#z=${z.map((x) => x.toFixed(2)).join(",")}${i ? `&network=${i + 1}` : ""}`;
}

/** Keep the place of a moving hand in the address; that of a heading stays, and so does the history. */
export function placeKeeper(models) {
  let waiting;
  return (place) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const own = !location.hash || location.hash.startsWith("#z=");
      if (own) history.replaceState(history.state, "", placeAsHash(place, models));
    }, REST_BEFORE_WRITING);
  };
}
