"""The route of a user without the repository: `make installed` builds and runs this.

The wheel in dist/ is installed into a fresh environment, and used from an empty folder. It
needs the package index, and so is no part of `make test`.
"""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from test_project import ROOT, readme_code

(WHEEL,) = (ROOT / "dist").glob("*.whl")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Give the Python of a fresh environment with the wheel, of the pinned versions."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(python, "-m", "pip", "install", "-q", "-c", ROOT / "requirements.txt", f"{WHEEL}[cpu]")
    return python


@pytest.fixture
def use(python, tmp_path):
    """Return a function that runs Python in an empty folder, and gives what it prints."""
    return lambda *arguments: run(python, *arguments, cwd=tmp_path)


def run(python, *arguments, cwd=None):
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def test_the_environment_is_whole_and_holds_nothing_of_the_book(use):
    assert use("-m", "pip", "check").strip() == "No broken requirements found."
    installed = {each["name"] for each in json.loads(use("-m", "pip", "list", "--format=json"))}
    assert {"walking-the-latent-space", "keras"} <= installed
    assert installed.isdisjoint({"jupyter-book", "sphinx", "jupyterlab", "notebook", "pytest"})


def test_the_package_is_that_of_the_wheel(use, python):
    place = Path(use("-c", "import companion; print(companion.__file__)").strip())
    assert place.is_relative_to(python.parents[1])


def test_the_command_line_answers(use, project):
    assert use("-m", "companion", "--version").split() == [project["name"], project["version"]]
    assert "export" in use("-m", "companion", "--help")
    assert "mnist-vae-2d" in use("-m", "companion", "evaluate", "--help")


def test_the_readme_trains_an_autoencoder(use):
    x = "import numpy as np\nx = np.random.default_rng(0).random((40, 28, 28, 1))\n"
    ours = "\nassert model.reconstruct(x).shape == x.shape"
    use("-c", x + readme_code()[0] + ours)


def test_the_readme_shows_a_trained_model(use):
    *lines, last = readme_code()[1].strip().split("\n")
    code = "\n".join([*lines, f"html = ({last}).to_html()", "print(len(html))"])
    assert int(use("-c", code)) > 100_000


def test_a_model_of_the_zoo_draws(use):
    code = "from companion import zoo; print(zoo.load('mnist-vae-2d').sample(3, seed=0).shape)"
    assert use("-c", code).strip() == "(3, 28, 28, 1)"


def test_an_explorer_is_exported(use, tmp_path):
    use("-m", "companion", "export", "mnist-vae-2d")
    assert (tmp_path / "mnist-vae-2d.html").stat().st_size > 500_000


def test_the_source_archive_gives_the_same_wheel(use, tmp_path):
    """With the build tools that pyproject.toml asks for, as pip brings them."""
    (source,) = (ROOT / "dist").glob("*.tar.gz")
    use("-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", tmp_path, source)
    (again,) = tmp_path.glob("*.whl")
    assert contents(again) == contents(WHEEL)


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name
        }
