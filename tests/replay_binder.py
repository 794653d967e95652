"""The route of a visitor who presses the button for Binder: `make binder` runs this.

What binder/ says is done in a clone, as Binder does it, and each notebook is opened by the path of
its launch address and run to its end. It needs the package index, and so is no part of `make test`.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import psutil
import pytest
from book_settings import launch_urls
from lab import serve
from playwright.sync_api import TimeoutError
from test_launch import NOTEBOOKS, ROOT

MEMORY = 1500  # MB; Binder gives a visitor between 1 and 2 GB
WAIT = 600  # s


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Follow binder/ in a clone; give the clone, its Python, and what surrounds its programs."""
    folder = tmp_path_factory.mktemp("binder")
    clone, venv, home = folder / "clone", folder / "venv", folder / "home"
    home.mkdir()
    run("git", "clone", "--quiet", ROOT, clone)
    version = (
        (clone / "binder/runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    )
    run(
        Path(sys.executable).with_name("uv"), "venv", "--quiet", "--seed", "--python", version, venv
    )
    began = time.monotonic()
    run(venv / "bin/pip", "install", "--quiet", "-r", "binder/requirements.txt", cwd=clone)
    installed = time.monotonic()
    environment = {"PATH": f"{venv / 'bin'}:{os.defpath}", "HOME": str(home), "LANG": "C.UTF-8"}
    run("binder/postBuild", cwd=clone, env=environment)
    ended = time.monotonic()
    size = sum(path.lstat().st_size for path in venv.rglob("*") if path.is_file())
    print(
        f"\n{size / 1e9:.1f} GB, installed in {installed - began:.0f} s, "
        f"postBuild {ended - installed:.0f} s"
    )
    return clone, venv / "bin/python", environment


def run(program, *arguments, **options):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, **options)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_runs_to_its_end_within_the_memory(notebook, image, browser, tmp_path):
    clone, python, environment = image
    forget_outputs(clone / notebook)
    path = parse_qs(urlsplit(launch_urls(notebook)["binder"]).query)["urlpath"][0]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(re.compile(r"^https?://(?!(127\.0\.0\.1|localhost):)"), lambda r: r.abort())
    with serve(clone, tmp_path, python, environment) as (address, server):
        page = context.new_page()
        page.goto(f"{address}{path}?token=t")
        run_all_cells(page)
        began = time.monotonic()
        complaints = wait_for_the_end(page, clone / notebook)
        seconds, peaks = time.monotonic() - began, kernels_of(server)
    context.close()
    assert not complaints, "\n".join(complaints)
    (peak,) = peaks
    print(f"\n{notebook}: {seconds:.0f} s, the kernel's peak {peak} MB")
    assert peak < MEMORY


def forget_outputs(path):
    """Take off what the book stores, so that what is there in the end was made here."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)


def run_all_cells(page):
    """Choose it in the menu until the kernel is at work: too early, and the menu closes again."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
    for _ in range(4):
        with contextlib.suppress(TimeoutError):
            page.get_by_role("menuitem", name="Run", exact=True).click(timeout=10_000)
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=10_000)
            return page.get_by_text("Python 3 (ipykernel) | Busy").wait_for(timeout=10_000)
    return pytest.fail("the kernel does not begin")


def wait_for_the_end(page, path):
    """Save until the last cell of code has been run, or one has failed; give what went wrong."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.source.strip()]
        cells = [cell for cell in cells if cell.cell_type == "code"]
        errors = [
            f"{cell.id}: {output.ename}: {output.evalue}"
            for cell in cells
            for output in cell.outputs
            if output.output_type == "error"
        ]
        if errors or all(cell.execution_count for cell in cells):
            return errors
    waiting = [cell.id for cell in cells if not cell.execution_count]
    return [f"not run after {WAIT} s: {', '.join(waiting)}"]


def kernels_of(server):
    """Give the peak memory, in MB, of each kernel that a server has started."""
    return [
        int(
            re.search(
                r"VmHWM:\s+(\d+) kB",
                Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8"),
            )[1]
        )
        // 1000
        for process in psutil.Process(server.pid).children(recursive=True)
        if "ipykernel_launcher" in process.cmdline()
    ]
