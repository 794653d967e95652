"""The workflows of GitHub: pinned, with no more rights than they need, and nothing but make."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in FOLDER.iterdir())
TEXTS = {name: (FOLDER / name).read_text(encoding="utf-8") for name in NAMES}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = {
    (name, job): content
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
}
STEPS = [(key, step) for key, job in JOBS.items() for step in job["steps"]]
TARGETS = set(
    re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
# What a job may do beyond reading the repository, and why.
WRITES = {
    ("ci.yml", "deploy"): {"pages", "id-token"},  # the book's pages
    ("weekly.yml", "report"): {"issues"},  # an issue
    ("release.yml", "index"): {"id-token"},  # trusted publishing: no password anywhere
    ("release.yml", "announce"): {"contents"},  # a release with the files, and the branch it moves
}
# What workflows run and .ci/run does not, and where else it is run.
ELSEWHERE = {
    "book": "a part of make test",
    "unit": "a part of make test",
    "newest": "a release of somebody else's must not make a change of ours red",
    "processors": "it takes an hour or more; make test compares under one other arithmetic",
    "audit": "an index that only mirrors packages has no advisories",
    "lighthouse": "it wants a newer Node.js than many machines have; axe-core runs in make test",
    "tagged": "below",
    "announce": "below",
    "launch": "below",
    "report": "below",
}
needs_make = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="make and sh are not here"
)


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_by_commit_with_its_version(name):
    lines = re.findall(r"\buses:.*", TEXTS[name])
    assert lines
    for line in lines:
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_one_action_has_one_version():
    pins = set(re.findall(r"uses: (\S+)", "\n".join(TEXTS.values())))
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


def test_every_command_is_one_of_make_or_the_script_of_ci():
    commands = [step["run"] for _, step in STEPS if "run" in step]
    assert ".ci/run" in commands
    for command in commands:
        make, *targets = command.split(" ")
        assert command == ".ci/run" or (make == "make" and set(targets) <= TARGETS), command


def test_what_the_workflows_run_is_run_by_ci_too():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    here = {word for line in re.findall(r"\bmake ([^\n;]+)", script) for word in line.split()}
    asked = {
        target
        for _, step in STEPS
        if step.get("run", "").startswith("make ")
        for target in step["run"].split(" ")[1:]
    }
    assert asked - here == ELSEWHERE.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_may_only_read(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("key", JOBS, ids="/".join)
def test_a_job_may_write_only_what_it_is_for(key):
    rights = JOBS[key].get("permissions", {})
    assert set(rights.values()) <= {"read", "write"}
    writes = {right for right, level in rights.items() if level == "write"}
    assert writes == WRITES.get(key, set())


def test_no_job_that_may_write_runs_code_of_packages():
    for key in WRITES:
        used = {step["uses"].split("@")[0] for step in JOBS[key]["steps"] if "uses" in step}
        commands = {step["run"] for step in JOBS[key]["steps"] if "run" in step}
        assert "actions/setup-python" not in used
        assert commands <= {"make report", "make announce launch"}


@pytest.mark.parametrize("key", JOBS, ids="/".join)
def test_a_job_ends_in_time(key):
    assert 0 < JOBS[key]["timeout-minutes"] <= 120


@pytest.mark.parametrize("name", NAMES)
def test_two_runs_do_not_meet(name):
    assert WORKFLOWS[name]["concurrency"]["group"].startswith("${{ github.workflow }}")


def test_no_checkout_leaves_a_password_behind():
    checkouts = [step for _, step in STEPS if "actions/checkout" in step.get("uses", "")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_unit_tests_run_on_every_python_that_is_promised_and_on_every_system(project):
    matrix = JOBS["ci.yml", "unit"]["strategy"]["matrix"]
    promised = SpecifierSet(project["requires-python"])
    assert matrix["python"] == [f"3.{i}" for i in range(30) if f"3.{i}" in promised]
    assert [system.split("-")[0] for system in matrix["os"]] == ["ubuntu", "macos", "windows"]


def test_only_a_tag_releases_and_only_main_is_published():
    triggers = {name: workflow[True] for name, workflow in WORKFLOWS.items()}  # YAML's "on"
    assert triggers["release.yml"] == {"push": {"tags": ["v*"]}}
    assert triggers["ci.yml"]["push"] == {"branches": ["main"]}
    assert JOBS["ci.yml", "pages"]["if"] == "github.event_name == 'push'"
    assert "pull_request_target" not in str(triggers)
    assert "workflow_run" not in str(triggers)


def needed(name, job):
    """Give the jobs that must have passed before a job begins, directly or not."""
    needs = JOBS[name, job].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(needed(name, other) for other in direct))


@pytest.mark.parametrize(
    ("name", "job", "gates"),
    [
        ("ci.yml", "deploy", {"all", "unit", "pages"}),
        ("release.yml", "index", {"all", "processors", "sweep", "build"}),
        ("release.yml", "announce", {"all", "processors", "sweep", "build", "index"}),
    ],
)
def test_nothing_is_published_that_has_not_passed(name, job, gates):
    assert needed(name, job) == gates
    assert JOBS[name, "all"]["steps"][-1]["run"] == ".ci/run"
    assert "if" not in JOBS[name, job]  # which would let it begin although another failed


@pytest.mark.parametrize("name", ["weekly.yml", "release.yml"])
def test_five_seeds_on_both_data_sets_are_run(name):
    sweep = JOBS[name, "sweep"]
    assert sweep["strategy"]["matrix"] == {"seed": [1, 2, 3, 4, 5], "data": ["digits", "mnist"]}
    assert sweep["steps"][-1] == {
        "run": "make sweep",
        "env": {"SEEDS": "${{ matrix.seed }}", "DATA": "${{ matrix.data }}"},
    }


def test_what_has_pins_is_kept_up_to_date():
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    kinds = {update["package-ecosystem"] for update in settings["updates"]}
    assert kinds == {"github-actions", "pip", "npm"}
    assert all(update["groups"] for update in settings["updates"])


# -- the targets that speak to GitHub, with a `gh` that only writes down what it is asked


GH = """#!/bin/sh
echo "$@" >> "{asked}"
case "$1 $2" in
    "issue list") exec cat "{titles}" ;;
    "release create") cat >> "{asked}" ;;
    "api --silent") [ "$4" = POST ] || [ -n "$BRANCH_IS_THERE" ] ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Return a function that runs a target: its exit status, its words, and what `gh` was asked."""
    asked, titles = tmp_path / "asked", tmp_path / "titles"
    gh = tmp_path / "gh"
    gh.write_text(GH.format(asked=asked, titles=titles), encoding="utf-8")
    gh.chmod(gh.stat().st_mode | stat.S_IXUSR)

    def make(target, *, open_issues="", **environment):
        if open_issues is not None:
            titles.write_text(open_issues, encoding="utf-8")
        environment["PATH"] = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["make", target], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
        )
        said = asked.read_text(encoding="utf-8") if asked.exists() else ""
        return done.returncode, done.stdout + done.stderr, said

    return make


@needs_make
@pytest.mark.parametrize(("ci", "left_out"), [("", 2), ("true", 0)])
def test_what_takes_long_is_left_to_ci_and_run_there(ci, left_out):
    done = subprocess.run(
        ["make", "-n", "test"], cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count('-m "not thorough"') == left_out
    assert "export CI=true\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@needs_make
def test_a_red_week_opens_an_issue_that_names_the_run(make):
    status, _, asked = make("report", open_issues="A bug\n", RUN_URL="https://example.org/7")
    assert status == 0
    (create,) = [line for line in asked.splitlines() if line.startswith("issue create")]
    assert create == (
        "issue create --title The weekly run is red --body What failed: https://example.org/7"
    )


@needs_make
def test_a_second_red_week_opens_no_second_issue(make):
    status, _, asked = make("report", open_issues="A bug\nThe weekly run is red\n")
    assert status == 0
    assert "issue create" not in asked


@needs_make
def test_without_the_list_of_issues_none_is_opened(make):
    status, _, asked = make("report", open_issues=None)
    assert status != 0
    assert "issue create" not in asked


@needs_make
@pytest.mark.parametrize("tag", ["v9.9.9", "0.1.0", "", "v0.1.0; true"])
def test_a_tag_that_is_not_the_version_is_refused(tag, make, project):
    status, words, _ = make("tagged", TAG=tag)
    assert status != 0
    wanted = f"The tag must be v{project['version']}, the version in pyproject.toml."
    assert f"{wanted} Received: {tag}" in words


@needs_make
def test_a_release_needs_its_day_in_the_changelog(make, project):
    version = project["version"]
    dated = re.search(
        rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    status, words, _ = make("tagged", TAG=f"v{version}")
    assert (status == 0) == bool(dated)
    assert bool(dated) or f"CHANGELOG.md must say when: ## {version} (YYYY-MM-DD)" in words


@needs_make
def test_a_release_says_what_the_changelog_says_of_it(make, project):
    tag = f"v{project['version']}"
    status, _, asked = make("announce", TAG=tag)
    first, *notes = asked.splitlines()
    assert status == 0
    assert first.startswith(f"release create {tag} dist/")
    assert first.endswith(f"--verify-tag --title {tag} --notes-file -")
    said = [line for line in notes if line.strip()]
    assert {line[:2] for line in said} == {"- ", "  "}  # its list, and no head or word around it


@needs_make
@pytest.mark.parametrize("there", ["", "yes"])
def test_a_release_moves_the_branch_that_is_launched_or_makes_it(there, make):
    status, _, asked = make("launch", GH_REPO="them/it", BRANCH_IS_THERE=there)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    branch = settings["tool"]["book"]["launch-ref"]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    sha = f"-f sha={head.stdout.strip()}"
    move = f"api --silent --method PATCH repos/them/it/git/refs/heads/{branch} {sha} -F force=true"
    create = f"api --silent --method POST repos/them/it/git/refs -f ref=refs/heads/{branch} {sha}"
    assert status == 0
    assert asked.splitlines() == ([move] if there else [move, create])
