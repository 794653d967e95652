"""The sliders in JupyterLab, with a live kernel: from a key press to a new picture."""

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request
from urllib.error import URLError

import nbformat
import pytest
from playwright.sync_api import TimeoutError

LATENT_SLIDERS = """
import numpy as np
import companion
from companion import networks
import keras
keras.utils.set_random_seed(0)
codes = np.random.default_rng(0).normal(scale=30, size=(100, 2))
companion.LatentSliders(networks.dense_decoder(2), codes)
"""
FRAME_SLIDER = """
import numpy as np
import companion
frames = np.random.default_rng(0).random((5, 28, 28))
captions = ["one", "two", "three", "four", "five"]
companion.FrameSlider(frames, [0, 1, 2, 3, 4], name="level", captions=captions)
"""


@pytest.fixture
def lab(tmp_path, request):
    """Start JupyterLab on a notebook of one cell, and give the notebook's address."""
    cell = nbformat.v4.new_code_cell(request.param.strip())
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "sliders.ipynb")
    home = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0",
        "--IdentityProvider.token=t", f"--ServerApp.root_dir={tmp_path}",
    ]  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | home, stdout=log, stderr=log)
        try:
            yield _address(server, tmp_path) + "lab/tree/sliders.ipynb?token=t"
        finally:
            server.terminate()
            server.wait(30)


def _address(server, folder):
    """Wait until the server answers; it writes down its address a moment before it listens."""
    for _ in range(300):
        for file in (folder / "JUPYTER_RUNTIME_DIR").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, URLError):  # half a file, or no server yet
                url = json.loads(file.read_text())["url"]
                with urllib.request.urlopen(f"{url}api"):
                    return url
        try:
            server.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"JupyterLab did not start:\n{(folder / 'log').read_text()}")


def run_first_cell(page, output):
    """Run the first cell until it shows its output: a key that comes before the kernel is lost."""
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=90_000)
    for _ in range(4):
        page.locator(".jp-Notebook .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        with contextlib.suppress(TimeoutError):
            output.first.wait_for(timeout=20_000)
            return
    pytest.fail("the cell shows no sliders")


@pytest.fixture
def page(lab, browser):
    """Open the notebook in a browser that reaches this machine alone."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.route(re.compile(r"^https?://(?!(127\.0\.0\.1|localhost):)"), lambda r: r.abort())
    page = context.new_page()
    page.goto(lab)
    yield page
    context.close()


def press(page, handle, key):
    """Press a key, and wait until the picture is another one."""
    before = page.locator(".jp-OutputArea img").get_attribute("src")
    handle.press(key)
    page.wait_for_function(
        "before => document.querySelector('.jp-OutputArea img').src != before", arg=before
    )


@pytest.mark.parametrize("lab", [LATENT_SLIDERS], indirect=True, ids=["latent"])
def test_every_slider_redraws_over_its_whole_range(page):
    handles = page.locator(".jp-OutputArea .noUi-handle")
    run_first_cell(page, handles)
    assert handles.count() == 2
    for i in range(2):
        handle = handles.nth(i)
        handle.press("Home")
        for key in ["PageUp"] * 5 + ["ArrowRight", "End"]:
            press(page, handle, key)
        assert handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    assert page.locator("figure.latent-sliders").count() == 0  # the widget, and not its twin too


@pytest.mark.parametrize("lab", [FRAME_SLIDER], indirect=True, ids=["frames"])
def test_a_slider_over_frames_shows_each_of_them_with_its_caption(page):
    handle = page.locator(".jp-OutputArea .noUi-handle")
    run_first_cell(page, handle)
    press(page, handle, "Home")
    caption = page.locator(".jp-OutputArea .widget-html-content")
    for text in ("two", "three", "four", "five"):
        press(page, handle, "ArrowRight")
        page.wait_for_function(
            "text => document.querySelector('.jp-OutputArea .widget-html-content')"
            ".textContent == text",
            arg=text,
        )
    assert caption.count() == 1
    assert page.locator("figure.frame-slider").count() == 0
