"""Fixtures that all tests share."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from browser import browser, open_page, problems, server  # noqa: F401
from elsewhere import run_elsewhere  # noqa: F401
from training_pages import open_alone, open_training  # noqa: F401
from xdist.scheduler import LoadFileScheduling

import companion  # noqa: F401  (before any test imports keras: it makes the start quiet)

ROOT = Path(__file__).parents[1]


class ByFileOrWay(LoadFileScheduling):
    """Give a worker a whole file, or all visits to pages in one way: these are half of the work."""

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        way = file.endswith("test_book_pages.py") and re.search(r"\[\d+-(light|dark)-", test)
        return way[0] if way else file


def pytest_xdist_make_scheduler(config, log):
    return ByFileOrWay(config, log)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def project():
    """Give the `[project]` table of pyproject.toml, where names and addresses are set."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Give the folder of the built book: what BOOK_HTML names, or else built now, from clean."""
    if "BOOK_HTML" in os.environ:
        html = ROOT / os.environ["BOOK_HTML"]
    else:
        output = tmp_path_factory.mktemp("book")
        command = [
            Path(sys.executable).with_name("jupyter-book"), "build", ".", "--path-output", output,
            "--all", "-W", "--keep-going",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"the book does not build:\n{done.stdout}\n{done.stderr}", pytrace=False)
        html = output / "_build" / "html"
    assert (html / "index.html").is_file()
    return html
