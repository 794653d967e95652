"""Notebook tests: a glued number may move within its margin, all else is exact.

nbval compares outputs to the letter. A number that training gives moves in its
first digits from one processor to the next, so `companion.glue` and
`companion.table` store a margin with it, and this file compares such numbers by
that margin. So that every margin is tried at each run, notebooks are compared
under another arithmetic than the one that made their outputs. It stands at the
root because pytest must load it before it collects `book/`.
"""

import json
import os
import re
from unittest.mock import patch

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

# The instruction set of the matrix products, and the number of threads among which they are
# divided, unless the environment names others. Both change the last bit of a product, and
# training carries that on. `make execute` takes what the machine has.
ARITHMETIC = {
    "ONEDNN_MAX_CPU_ISA": "AVX",
    "TF_NUM_INTRAOP_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}

compare_exactly = IPyNbCell.compare_outputs
start_kernel = IPyNbFile.setup


def arithmetic():
    """Give the variables that set the arithmetic of a kernel."""
    return {name: os.environ.get(name, text) for name, text in ARITHMETIC.items()}


def start_kernel_under_another_arithmetic(self):
    """Start the kernel of a notebook that is compared; one that is only run keeps the machine's."""
    with patch.dict(os.environ, arithmetic() if self.compare_outputs else {}):
        os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the user has in keras.json
        start_kernel(self)


def glued_numbers(outputs):
    """Give {name: (value, margin)} of the numbers that a cell's outputs hold."""
    found = {}
    for output in outputs:
        metadata = output.get("metadata", {})
        if "scrapbook" in metadata:
            numbers = {metadata["scrapbook"]["name"]: metadata["companion"]}
        else:
            numbers = metadata.get("companion", {}).get("table", {})
        found |= {name: (number["value"], number["margin"]) for name, number in numbers.items()}
    return found


def margin_complaints(fresh, stored):
    """Say, a line each, which stored numbers a fresh run does not confirm."""
    complaints = []
    for name in sorted(fresh.keys() | stored.keys()):
        if name not in fresh or name not in stored:
            where = "the stored outputs" if name in stored else "the fresh run"
            complaints.append(f"{name!r} is only in {where}")
            continue
        (new, new_margin), (old, margin) = fresh[name], stored[name]
        if new_margin != margin:
            complaints.append(f"{name!r} has margin {new_margin}; stored: {margin}")
        if not abs(new - old) <= margin:
            off = f"{abs(new - old):.3g}"
            complaints.append(f"{name!r} is {new:g}; stored: {old:g} ± {margin:g}, so off by {off}")
    return complaints


def advice(notebook, cell, cell_id):
    """Say where a comparison failed, under which arithmetic, and what to do."""
    chapter, *_ = notebook.split("-")
    return [
        f"{notebook}, cell {cell} ({cell_id}), compared under "
        + " ".join(f"{name}={text}" for name, text in arithmetic().items()),
        "If code or pins have changed, run `make execute`. If only the processor has, then a "
        f'margin is too narrow: `make processors CHAPTERS="{chapter}"` shows by how much.',
    ]


def compare_outputs(self, test, ref, skip_compare=None):
    """Compare glued numbers by their margins, then everything else as nbval does."""
    complaints = margin_complaints(glued_numbers(test), glued_numbers(ref))
    test, ref = (
        [output for output in outputs if not glued_numbers([output])] for outputs in (test, ref)
    )
    same = compare_exactly(self, test, ref, skip_compare) and not complaints
    if not same:
        self.comparison_traceback += complaints
        self.comparison_traceback += advice(self.parent.path.stem, self.cell_num, self.cell.id)
    return same


IPyNbCell.compare_outputs = compare_outputs
IPyNbFile.setup = start_kernel_under_another_arithmetic


def pytest_addoption(parser):
    parser.addoption("--record", metavar="FILE", help="add a line of JSON for each notebook cell")


def pytest_configure(config):
    """Compare stored outputs with the run that made them: seed 0, on digits."""
    if getattr(config.option, "nbval", False):
        os.environ.pop("COMPANION_SEED", None)
        os.environ.pop("COMPANION_DATASET", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Record what a cell gave, beside what is stored, for `make processors`."""
    report = yield
    if call.when == "call" and isinstance(item, IPyNbCell) and item.config.option.record:
        stored = glued_numbers(item.cell.outputs)
        fresh = glued_numbers(getattr(item, "test_outputs", None) or [])
        line = {
            "cell": item.cell_num,
            "outcome": report.outcome,
            "why": why(call.excinfo.value) if report.failed else "",
            "numbers": {
                name: {"fresh": fresh[name][0], "stored": stored[name][0], "margin": fresh[name][1]}
                for name in fresh.keys() & stored.keys()
            },
        }
        with open(item.config.option.record, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return report


def why(error):
    """Give the lines of a failed cell that say what failed: the margins, or the assert."""
    text = re.sub(r"\x1b\[[\d;]*m", "", getattr(error, "inner_traceback", None) or str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    moved = [line for line in lines if "; stored: " in line or " is only in " in line]
    at = re.findall(r"^-+> \d+ +(.*)$", text, re.MULTILINE)
    return "; ".join(moved or [*at[-1:], *lines[-1:]])
