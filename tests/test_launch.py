"""The ways in: launch buttons and badges, what Binder installs, and the container of Codespaces."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import requires, version
from urllib.parse import parse_qs, urlsplit

import pytest
from book_settings import LAUNCH_REF, REPOSITORY, launch_urls
from bs4 import BeautifulSoup
from notebooks import BOOK, setup_cell
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = BOOK.parent
NOTEBOOKS = sorted(f"book/{path.name}" for path in BOOK.glob("*.ipynb"))


def launched(url):
    """Give the file of the repository that a launch address opens, once it is the right kind."""
    parts = urlsplit(url)
    name = urlsplit(REPOSITORY).path
    if parts.netloc == "mybinder.org":
        assert parts.path == f"/v2/gh{name}/{LAUNCH_REF}"
        return parse_qs(parts.query)["urlpath"][0].removeprefix("lab/tree/")
    assert parts.netloc == "colab.research.google.com", url
    head = f"/github{name}/blob/{LAUNCH_REF}/"
    assert parts.path.startswith(head)
    return parts.path.removeprefix(head)


@pytest.fixture(scope="module")
def tracked():
    """Give the paths that git tracks: what a launch finds there."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return set(done.stdout.split("\0"))


def buttons(file):
    """Give the launch addresses of a built page."""
    soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
    hosts = ("mybinder.org", "colab.research.google.com")
    return [a["href"] for a in soup.find_all("a", href=True) if urlsplit(a["href"]).netloc in hosts]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_buttons_of_a_page_open_its_notebook(notebook, site, tracked):
    found = buttons((site / notebook).with_suffix(".html"))
    assert sorted(found) == sorted(launch_urls(notebook).values())
    assert {launched(url) for url in found} == {notebook}
    assert notebook in tracked


def test_the_badges_of_the_introduction_open_the_first_chapter(site, tracked):
    found = buttons(site / "book" / "intro.html")
    assert sorted(found) == sorted(launch_urls().values())
    assert {launched(url) for url in found} == {NOTEBOOKS[0]}
    assert NOTEBOOKS[0] in tracked


def test_the_badges_of_the_readme_are_those_of_the_introduction():
    badges = r"\[!\[Launch chapter 1 on \w+\]\((\S+)\)\]\((\S+)\)"
    found = dict(re.findall(badges, (ROOT / "README.md").read_text(encoding="utf-8")))
    assert found == {
        f"book/images/launch-{name}.svg": address for name, address in launch_urls().items()
    }


# What Binder installs.

MACHINES = [
    {
        **default_environment(),
        **{"sys_platform": system, "platform_machine": machine, "os_name": name},
        **{"platform_python_implementation": "CPython", "implementation_name": "cpython"},
        **{"python_version": python, "python_full_version": f"{python}.9"},
    }
    for system, machine, name in [
        ("linux", "x86_64", "posix"),
        ("linux", "aarch64", "posix"),
        ("darwin", "arm64", "posix"),
        ("win32", "AMD64", "nt"),
    ]
    for python in ("3.11", "3.12", "3.13")
]


def pins(file, machine):
    """Give {name: version} of what a lock pins for a machine."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return {
        canonicalize_name(each.name): str(each.specifier)
        for each in wanted
        if each.marker is None or each.marker.evaluate(machine)
    }


def closure(wanted, machine):
    """Give the names of everything that requirements ask for, down to the last, as installed."""
    names, seen = set(), set()
    todo = [(each, "") for each in wanted]
    while todo:
        each, extra = todo.pop()
        if each.marker and not each.marker.evaluate(machine | {"extra": extra}):
            continue
        name = canonicalize_name(each.name)
        names.add(name)
        for key in [(name, ""), *((name, extra) for extra in each.extras)]:
            if key not in seen:
                seen.add(key)
                todo += [(Requirement(line), key[1]) for line in requires(name) or []]
    return names


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m['sys_platform']}-{m['python_version']}"
)
def test_binder_pins_what_the_whole_set_pins_under_the_same_markers(machine):
    subset, whole = pins("binder/requirements.txt", machine), pins("requirements.txt", machine)
    assert subset.items() <= whole.items()
    every = {name for m in MACHINES for name in pins("binder/requirements.txt", m)}
    assert subset.keys() == every & whole.keys()


def test_binder_installs_what_a_reader_needs_and_nothing_else(project):
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["cpu"], *extras["lab"]]
    wanted = [each for each in map(Requirement, asked) if each.name != project["name"]]
    machine = default_environment()
    pinned = pins("binder/requirements.txt", machine)
    if any(pin != f"=={version(name)}" for name, pin in pinned.items()):
        pytest.skip("what is installed is not the pinned set")
    assert pinned.keys() == closure(wanted, machine)


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker does not run on Windows")
def test_binder_builds_an_image_with_our_python_our_pins_and_our_package():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    dockerfile = done.stdout + done.stderr
    assert done.returncode == 0, dockerfile
    assert re.search(r"environment-2epy-2d3-2e11-2d", dockerfile)  # its file's name, escaped
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in dockerfile
    assert "\nRUN ./binder/postBuild\n" in dockerfile


def test_the_container_sets_itself_up_by_targets_that_exist():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    commands = json.dumps(container)
    assert container["postCreateCommand"].startswith("make ")
    assert set(re.findall(r"make (\w+)", commands)) <= targets
    (port,) = re.findall(r"^PORT +\?= (\d+)", makefile, re.MULTILINE)
    assert set(map(str, container["forwardPorts"])) == {"8888", port}
    assert container["portsAttributes"].keys() == {"8888", port}
    python = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip()
    assert f"/{python.replace('-', ':')}-" in container["image"]


# The first cell of a notebook, run by IPython as it stands.


def run_setup(tmp_path, before="", **environment):
    script = tmp_path / "setup.ipy"
    script.write_text(f"{before}\n{setup_cell().source}\n", encoding="utf-8")
    command = [sys.executable, "-m", "IPython", "--quick", "--colors=NoColor", script]
    environment = os.environ | {"IPYTHONDIR": str(tmp_path)} | environment
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)


def test_the_set_up_says_nothing_where_the_package_is(tmp_path):
    done = run_setup(tmp_path)
    assert done.returncode == 0
    assert done.stdout + done.stderr == ""


def test_the_set_up_says_what_to_do_where_the_package_cannot_be_installed(tmp_path):
    """Git is led to a repository that does not exist, as nothing answers without a network."""
    nowhere = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{(tmp_path / 'nowhere').as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
    missing = "import importlib.util; importlib.util.find_spec = lambda name: None"
    done = run_setup(tmp_path, missing, **nowhere)
    said = done.stdout + done.stderr
    assert done.returncode
    assert REPOSITORY in said  # pip says what it tried
    assert "With a network, run this cell again" in said
    assert "pip install ." in said
