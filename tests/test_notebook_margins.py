"""The comparison of notebook runs: numbers move within their margins, and no further."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conditions import Condition, instruction_sets
from inputs import at, changed, closure, inputs, module_of, stamp
from sweep import deviations, verdict
from thorough import thorough

ROOT = Path(__file__).parents[1]


@pytest.fixture
def compare(request):
    """Give the complaints about a fresh run's outputs, beside the stored ones."""
    plugin = request.config.pluginmanager.get_plugin(str(ROOT / "conftest.py"))
    numbers = plugin.glued_numbers
    return lambda fresh, stored: plugin.margin_complaints(numbers(fresh), numbers(stored))


def glued(value, name="error", margin=2):
    number = {"value": value, "margin": margin, "digits": 3}
    return {"metadata": {"scrapbook": {"name": name}, "companion": number}}


def tabled(**values):
    numbers = {name: {"value": value, "margin": 2} for name, value in values.items()}
    return {"metadata": {"companion": {"table": numbers}}}


@pytest.mark.parametrize("make", [glued, lambda value: tabled(error=value)])
def test_a_number_may_move_within_its_margin_and_no_further(compare, make):
    assert compare([make(131)], [make(130)]) == []
    assert compare([make(133)], [make(130)]) == ["'error' is 133; stored: 130 ± 2, so off by 3"]
    assert compare([make(float("nan"))], [make(130)]) != []


def test_every_number_of_a_table_is_compared(compare):
    (complaint,) = compare([tabled(first=1, second=9)], [tabled(first=1, second=2)])
    assert "'second' is 9; stored: 2" in complaint


def test_a_number_that_is_missing_on_one_side_is_named(compare):
    assert "only in the stored outputs" in compare([], [glued(1)])[0]
    assert "only in the fresh run" in compare([tabled(new=1)], [])[0]


def test_a_margin_that_was_changed_is_named(compare):
    assert "has margin 50; stored: 2" in compare([glued(1, margin=50)], [glued(1)])[0]


def test_outputs_without_numbers_are_left_to_nbval(compare):
    assert compare([{"output_type": "stream", "text": "a"}], [{"data": {}, "metadata": {}}]) == []


# -- a notebook, run as the tests run it


NOTHING_SET = {
    name: text
    for name, text in os.environ.items()
    if name not in ("ONEDNN_MAX_CPU_ISA", "TF_NUM_INTRAOP_THREADS")
}
PROBE = """\
import os
import companion
companion.glue("threads", float(os.environ.get("TF_NUM_INTRAOP_THREADS", 9)), margin=0.1)
print(os.environ.get("ONEDNN_MAX_CPU_ISA"))"""


@pytest.fixture
def probe(tmp_path):
    """Return a function that runs a notebook of one cell: what is said, and what is recorded."""
    notebook, record = tmp_path / "07-probe.ipynb", tmp_path / "record"

    def run(threads, *options, source=PROBE, instructions="AVX", environment=NOTHING_SET):
        number = {"value": threads, "margin": 0.1, "digits": 3}
        outputs = [
            nbformat.v4.new_output(
                "display_data",
                {"text/plain": f"threads = {threads}"},
                metadata={"scrapbook": {"name": "threads"}, "companion": number},
            ),
            nbformat.v4.new_output("stream", text=f"{instructions}\n"),
        ]
        cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=outputs, id="a-cell")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebook)
        command = [
            sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-o", "addopts=",
            "-o", "pythonpath=", "-p", "conftest", "-p", "no:cacheprovider",
            "--nbval-current-env", f"--record={record}", *options, notebook,
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr, json.loads(record.read_text(encoding="utf-8"))

    return run


def test_outputs_are_compared_under_another_arithmetic_than_the_machines_own(probe):
    said, recorded = probe(1.0, "--nbval")
    assert recorded["outcome"] == "passed", said
    assert recorded["numbers"]["threads"] == {"fresh": 1, "stored": 1, "margin": 0.1}


@thorough
def test_an_arithmetic_that_the_environment_names_is_kept(probe):
    named = {"TF_NUM_INTRAOP_THREADS": "3", "ONEDNN_MAX_CPU_ISA": "SSE41"}
    said, recorded = probe(3.0, "--nbval", instructions="SSE41", environment=NOTHING_SET | named)
    assert recorded["outcome"] == "passed", said


@thorough
def test_what_is_not_compared_runs_under_the_machines_own(probe):
    _, recorded = probe(1.0, "--nbval-lax")
    assert recorded["outcome"] == "passed"
    assert recorded["numbers"]["threads"]["fresh"] == 9


def test_a_red_cell_says_where_what_how_far_under_what_and_what_to_do(probe):
    said, recorded = probe(2.0, "--nbval")
    assert recorded["outcome"] == "failed"
    assert recorded["why"] == "'threads' is 1; stored: 2 ± 0.1, so off by 1"
    for part in (
        "'threads' is 1; stored: 2 ± 0.1, so off by 1",
        "07-probe, cell 0 (a-cell), compared under ONEDNN_MAX_CPU_ISA=AVX TF_NUM_INTRAOP_THREADS=1",
        "run `make execute`. If only the processor has, then a margin is too narrow: "
        '`make processors CHAPTERS="07"` shows by how much.',
    ):
        assert part in said, said


def test_an_assert_that_fails_is_recorded_with_its_line(probe):
    _, recorded = probe(1.0, "--nbval-lax", source="right = 1\nassert right > 2, 'a claim'")
    assert recorded["why"] == "assert right > 2, 'a claim'; AssertionError: a claim"


# -- what a run depends on


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("metrics.psnr", "companion.metrics.psnr"),
        ("models.VAE", "companion.models"),
        ("data.faces.draw", "companion.data.faces"),
        ("__version__", "companion"),
    ],
)
def test_the_module_of_a_name_is_the_innermost_that_there_is(name, module):
    assert module_of(name) == module


def test_what_a_module_imports_is_found_through_others_and_no_more():
    found = closure({"companion.models.autoencoder"})
    assert found >= {"companion.models", "companion.losses", "companion.checks", "companion"}
    assert not {name for name in found if name.startswith(("companion.zoo", "companion.page"))}


def test_a_notebook_depends_on_what_it_imports_and_on_the_files_of_a_package():
    names = {path.relative_to(ROOT).as_posix() for path in inputs(ROOT / "book" / "zoo.ipynb")}
    assert names >= {"requirements.txt", "conftest.py", "companion/zoo/__init__.py"}
    assert [name for name in names if name.endswith(".npz")]
    assert "companion/doctor/__init__.py" not in names


def test_a_notebook_is_run_again_when_its_code_its_outputs_or_an_import_change_but_not_its_text():
    notebook = ROOT / "book" / "10-a-walk-in-latent-space.ipynb"

    def with_(old, new, path=notebook):
        def read(other):
            text = other.read_bytes()
            assert other != path or old in text
            return text.replace(old, new) if other == path else text

        return stamp(notebook, read)

    now = stamp(notebook)
    assert with_(b"# A walk in latent space", b"# A stroll in latent space") == now
    assert with_(b"companion.chapter_seed()", b"companion.chapter_seed( )") != now
    assert with_(b'"image/png"', b'"image/gif"') != now
    assert with_(b"def", b"dfe", ROOT / "companion" / "latent" / "walks.py") != now
    assert with_(b"def", b"dfe", ROOT / "companion" / "doctor" / "terms.py") == now


def test_without_a_commit_to_compare_with_every_notebook_is_run(capsys):
    notebooks = [ROOT / "book" / "zoo.ipynb"]
    assert changed(notebooks, "0" * 40) == notebooks
    assert "every notebook is run" in capsys.readouterr().out
    assert at("0" * 40)(notebooks[0]) == b""


# -- many runs: `make processors` and `make sweep`


@pytest.mark.parametrize(
    ("flags", "lower"),
    [
        ("sse4_1 avx avx2 avx512f avx512bw", ["SSE41", "AVX", "AVX2"]),
        ("sse4_1 avx avx2", ["SSE41", "AVX"]),
        ("", []),
    ],
)
def test_a_machine_plays_the_instruction_sets_below_its_own(flags, lower):
    assert instruction_sets(set(flags.split())) == lower


def test_a_condition_sets_its_variables(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    condition = Condition("SSE41:1:Nehalem", seed=2, dataset="mnist")
    names = ("ONEDNN_MAX_CPU_ISA", "TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS",
             "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "COMPANION_SEED",
             "COMPANION_DATASET")  # fmt: skip
    assert [condition.environment()[name] for name in names] == [
        "SSE41", "1", "1", "1", "Nehalem", "2", "mnist",
    ]  # fmt: skip
    assert "OPENBLAS_CORETYPE" not in Condition("own:1").environment()
    assert not condition.compared
    assert Condition("own:1").compared


def number(fresh):
    return {"error": {"fresh": fresh, "stored": 130, "margin": 2}}


def cell(fresh, outcome="passed", why=""):
    return {"cell": 4, "outcome": outcome, "why": why, "numbers": number(fresh)}


def test_a_run_is_told_by_what_failed_or_by_the_margin_that_it_used_most():
    assert verdict([cell(131.5), cell(130)]) == ("passed", "75 % of its margin: error")
    assert verdict([cell(131.5)], compared=False) == ("passed", "")
    assert verdict([cell(130), cell(133, "failed", "'error' is 133")]) == (
        "1 FAILED",
        "cell 4: 'error' is 133",
    )


def test_the_largest_deviation_counts_runs_that_are_compared_and_no_others():
    runs = {
        (Path("07.ipynb"), Condition("own:1")): [cell(131)],
        (Path("07.ipynb"), Condition("own:2")): [cell(128.5)],
        (Path("07.ipynb"), Condition("own:1", seed=1)): [cell(150)],
    }
    assert deviations(runs) == {("07", 4, "error"): (1.5, 130, 2)}
