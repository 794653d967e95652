"""The sliders in JupyterLab, with a live kernel: from a key press to a new picture."""

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from playwright.sync_api import TimeoutError

CODE = """
import numpy as np
import companion
from companion import networks
import keras
keras.utils.set_random_seed(0)
codes = np.random.default_rng(0).normal(scale=30, size=(100, 2))
companion.LatentSliders(networks.dense_decoder(2), codes)
"""


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on a notebook with sliders, and give the notebook's address."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE.strip())])
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
    """Wait until the server says where it listens."""
    for _ in range(300):
        for file in (folder / "JUPYTER_RUNTIME_DIR").glob("jpserver-*.json"):
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


def test_every_slider_redraws_over_its_whole_range(lab, browser):
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.route(re.compile(r"^https?://(?!(127\.0\.0\.1|localhost):)"), lambda r: r.abort())
    page = context.new_page()
    page.goto(lab)
    handles = page.locator(".jp-OutputArea .noUi-handle")
    run_first_cell(page, handles)
    assert handles.count() == 2
    picture = page.locator(".jp-OutputArea img")
    for i in range(2):
        handle = handles.nth(i)
        handle.press("Home")
        for key in ["PageUp"] * 5 + ["ArrowRight", "End"]:
            before = picture.get_attribute("src")
            handle.press(key)
            page.wait_for_function(
                "before => document.querySelector('.jp-OutputArea img').src != before",
                arg=before,
            )
        assert handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    assert page.locator("figure.latent-sliders").count() == 0  # the widget, and not its twin too
    context.close()
