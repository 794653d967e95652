"""How long "Train it here" keeps its page from answering, and how often it draws its map.

Chromium's own trace gives each task of the page's main thread, in seconds on the clock and in CPU
seconds: on a machine that others use too, the clock also counts what these take.
"""

import base64
import io
import json
import statistics
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from companion.page.training_files import digits_script, faces_script, saver_script
from companion.page.training_page import training_html

sys.path.insert(0, str(Path(__file__).parents[1] / "book"))
from chromium import find_chromium

PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<title>Tasks</title>
<style>html {{ --pst-color-background: #fff; --pst-color-text-base: #222832; }}</style>
{figure}</html>"""
FILES = {"digits.mjs": digits_script, "faces.mjs": faces_script, "saver.mjs": saver_script}
# Notes when the map is drawn: its dots are wiped off before.
COUNT = """globalThis.drawn = [];
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.matches(".explorer-map canvas:first-child")) drawn.push(performance.now());
    return clear.apply(this, box);
};"""
DROP = """([files, many]) => {
    const data = new DataTransfer();
    for (let i = 0; i < many; i++) {
        const bytes = Uint8Array.from(atob(files[i % files.length]), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], `${i}.png`, { type: "image/png" }));
    }
    globalThis.dropped = data;
}"""
LET_GO = """() => document.querySelector(".own-drop").dispatchEvent(
    new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }))"""
TRACED = ["toplevel", "devtools.timeline"]


class Tasks:
    """Watch a page while something is done in it: `with tasks: ...`, then `row`."""

    def __init__(self, browser, page):
        self.browser, self.page, self.row = browser, page, None

    def __enter__(self):
        self.page.evaluate("drawn.length = 0")
        self.browser.start_tracing(page=self.page, categories=TRACED)
        self.page.wait_for_timeout(100)
        self.page.evaluate("performance.mark('begun')")

    def __exit__(self, *_):
        drawn = self.page.evaluate("drawn")
        events = json.loads(self.browser.stop_tracing())["traceEvents"]
        names = {
            (e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"
        }
        tasks = [
            (e.get("tdur", 0) / 1e3, e["dur"] / 1e3)
            for e in events
            if e.get("ph") == "X" and e["name"].endswith("RunTask")
            and names.get((e["pid"], e["tid"])) == "CrRendererMain"
        ]  # fmt: skip
        gaps = np.diff(drawn)
        self.row = {
            "cpu": max(cpu for cpu, _ in tasks),
            "wall": max(wall for _, wall in tasks),
            "long": sum(cpu > 50 for cpu, _ in tasks),
            "redraws": 1000 / statistics.mean(gaps) if len(gaps) > 5 else None,
        }


def png(grey):
    stream = io.BytesIO()
    Image.fromarray(np.rint(255 * grey).astype("uint8")).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")


def photographs():
    """Make 20 pictures of 600 x 400 pixels with something dark on light paper, as base64."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:600, :400]
    found = []
    for high, wide in rng.integers(30, 150, (20, 2)):
        found.append(png(np.where(np.hypot((y - 300) / high, (x - 200) / wide) < 1, 0.1, 0.95)))
    return found


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def measure(folder, slower, seconds=5):
    """Yield (what is done, row) on a processor that is `slower` times slower."""
    for name, write in FILES.items():
        (folder / name).write_bytes(write())
    figure = training_html(*FILES, "data:,", "A still.", "In words.")
    (folder / "page.html").write_text(PAGE.format(figure=figure), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])

        def opened():
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.add_init_script(COUNT)
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            page.goto((folder / "page.html").as_uri())
            return page, Tasks(browser, page)

        page, tasks = opened()
        with tasks:
            press(page, "Play")
            page.wait_for_timeout(1000 * seconds)
        yield "a first press", tasks.row
        if not page.get_by_role("button", name="Pause", exact=True).is_visible():
            press(page, "Play")  # it was so fast that it rests already
        for name in ("Pause", "Explore it", "Save its weights", "Save it as a page"):
            with tasks:
                press(page, name)
                page.wait_for_timeout(1500)
            yield name, tasks.row
        page.close()

        page, tasks = opened()
        page.get_by_text("More choices").click()
        page.get_by_label("Hidden units").select_option("256, 64")
        with tasks:
            press(page, "Play")
            page.wait_for_timeout(1000 * seconds)
        yield "256 and 64 units", tasks.row
        page.close()

        page, tasks = opened()
        page.get_by_role("radio", name="your files").check()
        page.evaluate(DROP, [photographs(), 2000])
        with tasks:
            page.evaluate(LET_GO)
            page.get_by_text("2000 pictures, ").wait_for(timeout=300_000)
        yield "reading 2,000 files", tasks.row
        with tasks:
            press(page, "Play")
            page.wait_for_timeout(1000 * seconds)
        yield "training on them", tasks.row
        browser.close()


def report(folder, slower):
    """Print a row for each thing that is done."""
    print(f"\nThe page, on a processor {slower} times slower" if slower > 1 else "\nThe page")
    print(f"{'':22}{'longest task':>24}{'over 50 ms':>12}{'map redrawn':>14}")
    for name, row in measure(folder, slower):
        redraws = f"{row['redraws']:8.1f} / s" if row["redraws"] else ""
        times = f"{row['cpu']:6.1f} ms CPU, {row['wall']:6.0f} wall"
        print(f"{name:22}{times:>24}{row['long']:>12}{redraws:>14}", flush=True)
