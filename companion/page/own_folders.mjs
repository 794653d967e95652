// Folders that a reader drops or chooses: the files in them, and in the folders in these.

const BY_NAME = new Intl.Collator(undefined, { numeric: true }); // 2.png before 10.png

/**
 * Say what was dropped.
 *
 * @param transfer of a drop: it is emptied as soon as the event is over, so this is called at once
 * @returns a promise of [{name, open()}]: `name` says in which folder a file lies, and `open` gives a
 *     promise of the file, rejected with words where it cannot be opened
 */
export async function dropped(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => {
    const [file, entry] = [item.getAsFile(), item.webkitGetAsEntry?.()];
    if (!entry?.isDirectory) return { name: file.name, open: async () => file };
    // In a page opened from disk Chromium reads only a handle, which others do not have.
    return item.getAsFileSystemHandle?.().then(ofHandle) ?? ofEntry(entry);
  });
  return within(await Promise.all(items), "");
}

/** Say what was chosen: as for `dropped`. */
export function chosen(files) {
  const all = [...files].map((file) => ({ name: file.webkitRelativePath || file.name, open: async () => file }));
  if (!all.some(({ name }) => name.includes("/"))) return all; // in the reader's own order
  const meant = all.filter(({ name }) => !name.split("/").slice(1).some(hidden));
  return meant.sort((a, b) => BY_NAME.compare(a.name, b.name));
}

/** Whether a system keeps what has this name for itself, as .DS_Store: who drops a folder has not meant it. */
function hidden(name) {
  return /^(\.|Thumbs\.db$|desktop\.ini$)/i.test(name);
}

/** List the files of files and folders {name, open() or list()}, folder by folder. */
async function within(nodes, path) {
  const found = [];
  for (const { name, open, list } of nodes) {
    if (open) {
      found.push({ name: path + name, open: () => open().catch(() => Promise.reject(new Error("cannot be opened"))) });
      continue;
    }
    try {
      const inside = (await list()).filter((each) => !hidden(each.name));
      found.push(...await within(inside.sort((a, b) => BY_NAME.compare(a.name, b.name)), `${path}${name}/`));
    } catch {
      found.push({ name: path + name, open: () => Promise.reject(new Error("is a folder that cannot be opened")) });
    }
  }
  return found;
}

function ofHandle(handle) {
  const { name, kind } = handle;
  if (kind === "file") return { name, open: () => handle.getFile() };
  return { name, list: async () => {
    const all = [];
    for await (const each of handle.values()) all.push(ofHandle(each));
    return all;
  } };
}

function ofEntry(entry) {
  const { name, isFile } = entry;
  if (isFile) return { name, open: () => new Promise((done, fail) => entry.file(done, fail)) };
  return { name, list: async () => {
    const reader = entry.createReader();
    const all = [];
    for (;;) { // a hundred at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return all;
      all.push(...some.map(ofEntry));
    }
  } };
}
