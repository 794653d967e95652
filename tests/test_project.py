"""What surrounds the book: one setting for each name, and a README whose code runs."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff"])
def test_the_repository_is_the_one_of_pyproject(name, project):
    assert project["urls"]["Repository"] in text_of(name)
    others = set(re.findall(r"https://github\.com/[\w./-]+", text_of(name)))
    assert others == {project["urls"]["Repository"]}


@pytest.mark.parametrize("name", ["LICENSE", "CITATION.cff"])
def test_the_author_is_the_one_of_pyproject(name, project):
    assert all(author["name"] in text_of(name) for author in project["authors"])


def test_the_citation_names_this_version(project):
    assert str(yaml.safe_load(text_of("CITATION.cff"))["version"]) == project["version"]
    assert f"## {project['version']}" in text_of("CHANGELOG.md")


def readme_code():
    return re.findall(r"```python\n(.*?)```", text_of("README.md"), re.DOTALL)


def test_the_readme_trains_an_autoencoder_on_arrays_of_ones_own():
    code = readme_code()[0]
    x = np.random.default_rng(0).random((40, 9, 5, 3))
    names = {"x": x}
    exec(code.replace("epochs=20", "epochs=1, verbose=0"), names)
    assert names["model"].reconstruct(x[:2]).shape == (2, 9, 5, 3)


def test_the_readme_shows_a_trained_model():
    *lines, last = readme_code()[1].strip().split("\n")
    names = {}
    exec("\n".join([*lines, f"explorer = {last}"]), names)
    assert names["explorer"].model == names["name"]
    assert len(set(names["explorer"].labels)) == 10


def test_every_command_of_the_readme_is_a_target():
    targets = re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE)
    for name in ("README.md", "CONTRIBUTING.md", "book/intro.md", ".ci/run"):
        named = set(re.findall(r"(?:`|\$ |^)make ([a-z]+)", text_of(name), re.MULTILINE))
        assert named <= set(targets), name
        assert named, name


def test_what_the_sweep_is_compared_with_is_a_commit_of_this_history():
    commit = text_of(".ci/swept").strip()
    assert re.fullmatch("[0-9a-f]{40}", commit)
    if (ROOT / ".git").exists() and shutil.which("git"):
        history = ["git", "-C", ROOT, "rev-list", "HEAD"]
        commits = subprocess.run(history, capture_output=True, text=True, check=True).stdout.split()
        shallow = (ROOT / ".git" / "shallow").exists()
        assert shallow or commit in commits


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_files_that_the_documents_link_to_are_there(name):
    for link in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text_of(name)):
        target = "".join(link)
        assert target.startswith("https://") or (ROOT / target).is_file(), target


def test_every_chapter_is_in_the_contents_the_introduction_and_the_readme():
    for chapter in sorted((ROOT / "book").glob("[0-9]*.ipynb")):
        assert f"book/{chapter.stem}" in text_of("_toc.yml")
        assert f"({chapter.stem})" in text_of("book/intro.md")
        assert f"(book/{chapter.name})" in text_of("README.md")


def test_the_lock_holds_everything_that_pyproject_asks_for(project):
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", text_of("requirements.txt"), re.MULTILINE)
    extras = project["optional-dependencies"]
    asked = [
        *project["dependencies"],
        *extras["cpu"],
        *extras["lab"],
        *extras["book"],
        *extras["test"],
    ]
    for wanted in map(Requirement, asked):
        if wanted.name != project["name"]:
            versions = [version for name, version in pins if name == wanted.name]
            assert versions, wanted.name
            assert all(version in wanted.specifier for version in versions), wanted


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_nothing_large_or_borrowed_is_tracked():
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        if path.parent == ROOT / "companion/zoo/models":  # weights and codes: no pictures
            continue
        assert path.suffix not in (".npz", ".gz", ".pkl"), name
        assert not path.is_file() or path.stat().st_size < 3_000_000, name
