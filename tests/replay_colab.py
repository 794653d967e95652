"""The route of a visitor who presses the button for Colab: `make colab` runs this.

In an environment like that of Colab (`tests/colab.txt`), which lacks the package, a notebook alone
is run to its end: its first cell must bring the rest, from a clone that stands in for the
repository. It needs the package index, and so is no part of `make test`.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from book_settings import LAUNCH_REF, PROJECT, REPOSITORY
from notebooks import SETUP
from replay_binder import run
from test_launch import NOTEBOOKS, ROOT

UV = Path(sys.executable).with_name("uv")
# What the first cell may put in the place of Colab's own. Keras is not imported yet, and plain
# Python; for numpy, say, the visitor would have to start the kernel again.
REPLACED = {"keras"}


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """Make an environment like that of Colab; give its Python, and variables that lead git here."""
    folder = tmp_path_factory.mktemp("colab")
    venv, repository = folder / "venv", folder / "repository"
    run(UV, "venv", "--quiet", "--seed", "--python", sys.executable, venv)
    run(UV, "pip", "install", "--quiet", "--python", venv, "-r", ROOT / "tests/colab.txt")
    run("git", "clone", "--quiet", "--bare", ROOT, repository)
    run("git", "--git-dir", repository, "update-ref", f"refs/heads/{LAUNCH_REF}", "HEAD")
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
    return venv / "bin/python", environment


def versions(python):
    """Give {name: version} of what is installed."""
    listed = json.loads(run(UV, "pip", "list", "--quiet", "--python", python, "--format=json"))
    return {each["name"]: each["version"] for each in listed}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_installs_the_package_and_runs_to_its_end(notebook, colab, tmp_path):
    python, environment = colab
    run(UV, "pip", "uninstall", "--quiet", "--python", python, PROJECT["name"])
    before = versions(python)
    file = Path(shutil.copy(ROOT / notebook, tmp_path))
    run(python, "-m", "jupyter", "execute", "--inplace", file, cwd=tmp_path, env=environment)

    after = versions(python)
    assert after[PROJECT["name"]] == PROJECT["version"]
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= REPLACED
    print(f"\n{notebook}: brought {', '.join(sorted(after.keys() - before.keys()))}")
    print("".join(f"{name} {before[name]} -> {after[name]}\n" for name in changed), end="")

    cells = [c for c in nbformat.read(file, as_version=4).cells if c.cell_type == "code"]
    assert cells[0].id == SETUP
    assert all(cell.execution_count for cell in cells if cell.source.strip())
