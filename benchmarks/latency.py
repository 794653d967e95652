"""How long from a key to new pixels: the explorer, the sliders, and `interact` as people write it.

    python benchmarks/latency.py [--presses 100] [--slower 4]

A headless Chromium (the machine's own, or $COMPANION_CHROMIUM) opens the explorer's twin from
disk, and a JupyterLab with a notebook for each of the explorer, sliders of several kinds, and
`interact` with `predict` and `imshow`, with untrained decoders of the book's size or larger. A
press is measured from the time stamp of the key's event, or the pointer's, to the first frame
of the screen in which the picture differs. With `--slower 4`, Chromium gives its pages a quarter
of the processor, while the kernel keeps its pace. Machines differ and are noisy: what counts is
the ratio of two lines of one run.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import TimeoutError, sync_playwright

import companion

SETUP = """
import companion
import keras
import numpy as np
from companion import networks
keras.utils.set_random_seed(0)
vae = companion.VAE(networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2))
vae.set_weights([3 * w for w in vae.get_weights()])
codes = np.random.default_rng(0).normal(size=(1000, 2)).astype("float32")
"""
CELLS = {
    "explorer": "companion.LatentExplorer(vae, codes=codes)",
    "LatentSliders": "companion.LatentSliders(vae.decoder, codes)",
    "32 numbers": """
decoder = networks.dense_decoder(32)
companion.LatentSliders(decoder, 30 * np.random.default_rng(0).normal(size=(100, 32)))
""",
    "64 x 64 in colour": """
decoder = networks.dense_decoder(2, image_shape=(64, 64, 3))
companion.LatentSliders(decoder, 30 * codes)
""",
    "convolutions": """
decoder = networks.conv_decoder(2)
companion.LatentSliders(decoder, 300 * codes)
""",
    "FrameSlider": """
frames = np.random.default_rng(0).random((9, 28, 28))
companion.FrameSlider(frames, range(9), name="step")
""",
    "interact": """
import matplotlib.pyplot as plt
from ipywidgets import interact
@interact(z1=(-3.0, 3.0, 0.06), z2=(-3.0, 3.0, 0.06))
def show(z1=0.0, z2=0.0):
    plt.imshow(vae.decoder.predict(np.array([[z1, z2]]), verbose=0)[0, ..., 0], cmap="gray_r")
    plt.show()
""",
}
CANVAS = "document.querySelector('.explorer-card > canvas').toDataURL()"
DECODED = "document.querySelector('.latent-picture canvas').toDataURL()"
FRAME = "document.querySelector('.frame-live canvas').toDataURL()"
IMAGES = "[...document.querySelectorAll('.jp-OutputArea img')].map(i => i.complete && i.src).join()"
PICTURES = {"FrameSlider": FRAME, "interact": IMAGES}
# Time each event from its stamp to the first frame in which the picture is another one.
WATCH = """() => {
    window.times = [];
    window.watched?.abort();
    window.watched = new AbortController();
    addEventListener("%s", (event) => {
        const before = %s;
        const look = () => {
            if (%s === before) requestAnimationFrame(look);
            else times.push(performance.now() - event.timeStamp);
        };
        requestAnimationFrame(look);
    }, { capture: true, signal: window.watched.signal });
}"""


def slow_down(page, slower):
    """Give a page only a part of the processor."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})


def measure(page, event, picture, act, presses):
    """Give the milliseconds of each of several presses, one after the other."""
    page.evaluate(WATCH % (event, picture, picture))
    for i in range(presses):
        act(i)
        page.wait_for_function("n => times.length > n", arg=i, timeout=10_000)
        page.wait_for_timeout(30 + 7 * (i % 5))  # a hand is not in step with the screen
    return page.evaluate("times")


def explorer_times(page, presses):
    """Measure the explorer of a page: by key and by pointer."""
    the_map = page.get_by_role("application")
    the_map.scroll_into_view_if_needed()
    the_map.focus()
    keys = "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"
    by_key = measure(page, "keydown", CANVAS, lambda i: page.keyboard.press(keys[i % 4]), presses)
    box = the_map.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    turns = np.linspace(0, 4 * np.pi, presses + 1)[1:]
    by_pointer = measure(
        page, "pointermove", CANVAS,
        lambda i: page.mouse.move(x + 60 * np.cos(turns[i]), y + 60 * np.sin(turns[i])), presses,
    )  # fmt: skip
    page.mouse.up()
    return by_key, by_pointer


def slider_times(page, picture, presses):
    """Measure the first slider of a cell's output, by key."""
    page.locator(".jp-OutputArea .noUi-handle").first.focus()
    keys = "ArrowRight", "ArrowLeft"
    return measure(page, "keydown", picture, lambda i: page.keyboard.press(keys[i % 2]), presses)


@contextlib.contextmanager
def jupyterlab(folder):
    """Start JupyterLab in a folder, and give its address."""
    runtime = folder / "runtime"
    homes = {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_RUNTIME_DIR": str(runtime)}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0",
        "--IdentityProvider.token=t", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, env=os.environ | homes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while server.poll() is None:
            for file in runtime.glob("jpserver-*.json"):
                with contextlib.suppress(ValueError, OSError):
                    url = json.loads(file.read_text(encoding="utf-8"))["url"]
                    urllib.request.urlopen(f"{url}api").close()
                    yield url
                    return
            time.sleep(0.2)
        raise RuntimeError("JupyterLab did not start")
    finally:
        server.terminate()
        server.wait(30)


def open_notebook(browser, url, folder, name):
    """Write a notebook of one cell, open it, run it, and give the page."""
    cell = nbformat.v4.new_code_cell((SETUP + CELLS[name]).strip())
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / f"{name}.ipynb")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{url}lab/tree/{name}.ipynb?token=t&reset")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=90_000)
    drawn = ".jp-OutputArea img" if name == "interact" else ".jp-OutputArea canvas"
    for _ in range(4):  # a key that comes before the kernel is lost
        page.locator(".jp-Notebook .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        with contextlib.suppress(TimeoutError):
            page.locator(drawn).first.wait_for(timeout=25_000)
            page.wait_for_timeout(1000)
            return page
    raise RuntimeError(f"the cell of {name} shows nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=100, help="of each kind")
    parser.add_argument("--slower", type=int, default=1, help="how many times, of the pages")
    arguments = parser.parse_args()
    presses = arguments.presses
    chromium = os.environ.get("COMPANION_CHROMIUM") or shutil.which("chromium")
    times = {}
    with (
        tempfile.TemporaryDirectory() as temporary,
        jupyterlab(folder := Path(temporary)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        exec(SETUP, names := {})
        twin = folder / "twin.html"
        explorer = companion.LatentExplorer(names["vae"], codes=names["codes"])
        twin.write_text(f"<!doctype html>{explorer.to_html()}", encoding="utf-8")
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(twin.as_uri())
        page.locator("figure[data-state=live]").wait_for()
        slow_down(page, arguments.slower)
        times["page: explorer, key"], times["page: explorer, pointer"] = explorer_times(
            page, presses
        )
        page.close()
        for name in CELLS:
            page = open_notebook(browser, url, folder, name)
            slow_down(page, arguments.slower)
            if name == "explorer":
                by_key, by_pointer = explorer_times(page, presses)
                times |= {"Lab: explorer, key": by_key, "Lab: explorer, pointer": by_pointer}
            else:
                picture = PICTURES.get(name, DECODED)
                times[f"Lab: {name}, key"] = slider_times(page, picture, presses)
            page.close()
        browser.close()
    print(f"{'milliseconds':32}{'median':>8}{'95 %':>8}{'ratio':>8}")
    reference = statistics.median(times["Lab: explorer, key"])
    for name, each in times.items():
        median, high = np.percentile(each, [50, 95])
        print(f"{name:32}{median:8.1f}{high:8.1f}{median / reference:8.1f}")


if __name__ == "__main__":
    main()
