"""Notebook tests: a glued number may move within its margin, all else is exact.

nbval compares outputs to the letter. A number that training gives moves in its
last digits from one machine to the next, so `companion.glue` and
`companion.table` store a margin with it, and this file compares such numbers by
that margin. It stands at the
root because pytest must load it before it collects `book/`.
"""

import os

from nbval.plugin import IPyNbCell

compare_exactly = IPyNbCell.compare_outputs


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
            complaints.append(f"glued number {name!r} is only in {where}")
            continue
        (new, new_margin), (old, margin) = fresh[name], stored[name]
        if new_margin != margin:
            complaints.append(f"glued number {name!r} has margin {new_margin}; stored: {margin}")
        if not abs(new - old) <= margin:
            complaints.append(f"glued number {name!r} is {new:g}; stored: {old:g} ± {margin:g}")
    return complaints


def compare_outputs(self, test, ref, skip_compare=None):
    """Compare glued numbers by their margins, then everything else as nbval does."""
    complaints = margin_complaints(glued_numbers(test), glued_numbers(ref))
    test, ref = (
        [output for output in outputs if not glued_numbers([output])] for outputs in (test, ref)
    )
    same = compare_exactly(self, test, ref, skip_compare)
    self.comparison_traceback += complaints
    return same and not complaints


IPyNbCell.compare_outputs = compare_outputs


def pytest_configure(config):
    """Compare stored outputs with the run that made them: seed 0, on digits."""
    if getattr(config.option, "nbval", False):
        os.environ.pop("COMPANION_SEED", None)
        os.environ.pop("COMPANION_DATASET", None)
