"""The wheel, built by way of the source archive: the whole package and nothing else."""

import email
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """Build both archives by the pinned setuptools, without a network, and give their folder."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    # A copy, because setuptools packs what an older *.egg-info lists as well.
    others = shutil.ignore_patterns(
        ".*", "_*.yml", "_build", "book", "dist", "node_modules", "*.egg-info"
    )
    shutil.copytree(ROOT, source, ignore=others, dirs_exist_ok=True)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(wheel):
    (content,) = [content for name, content in wheel.items() if name.endswith("/METADATA")]
    return email.message_from_bytes(content)


def test_the_wheel_holds_the_package_to_the_byte_and_nothing_else(wheel):
    files = [path for path in (ROOT / "companion").rglob("*") if path.is_file()]
    wanted = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in files
        if path.parent.name != "__pycache__"
    }
    found = {name: content for name, content in wheel.items() if ".dist-info/" not in name}
    assert found.keys() == wanted.keys()
    assert found == wanted
    kinds = {Path(name).suffix for name in found}
    assert kinds == {".py", ".pyi", ".mjs", ".css", ".c", ".wasm", ".json", ".npz", ".typed"}
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)


def test_the_source_archive_holds_the_package_alone(dist):
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [Path(name).parts[1:] for name in archive.getnames()]
    folders = {parts[0] for parts in names if len(parts) > 1}
    assert folders == {"companion", "walking_the_latent_space.egg-info"}


def test_what_an_index_shows_leads_somewhere(metadata, project):
    text = metadata.get_payload(decode=True).decode()
    assert text.startswith("# Walking the Latent Space")
    targets = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", text)
    assert len(targets) > 15
    base = re.escape(project["urls"]["Repository"])
    for target in map("".join, targets):
        assert target.startswith("https://"), target
        ours = re.fullmatch(rf"{base}/(blob|raw)/(.+?)/(.+)", target)
        if ours:
            assert ours[2] == f"v{project['version']}", target
            assert (ROOT / ours[3]).is_file(), target


def test_what_it_needs_to_run_does_not_make_a_book(metadata, project):
    needs = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    plain = {need.name for need in needs if "extra" not in str(need.marker)}
    assert plain == {Requirement(line).name for line in project["dependencies"]}
    assert plain.isdisjoint({"tensorflow", "jupyter-book", "jupyterlab", "sphinx", "pytest"})


def test_an_index_takes_the_archives(dist):
    command = [sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir()]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.returncode, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2
