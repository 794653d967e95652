"""Run the notebooks as other processors would, or with other seeds or data, and print a table.

    python tests/sweep.py                             the list of processors: make processors
    python tests/sweep.py --chapters "02 or 07" --processors "SSE41:1 own:2"
    python tests/sweep.py --seeds "1 2" --data mnist  asserts alone: make sweep

On seed 0 and digits a notebook is compared with its stored outputs; elsewhere its asserts alone are
run. What has been run is kept in _build/sweep, and not run again until the notebook, a module that
it imports or a pin changes: a sweep that was interrupted goes on where it was.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conditions import Condition, the_list
from inputs import changed, stamp

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
FOLDER = ROOT / "_build" / "sweep"


def run(notebook, condition):
    """Run a notebook, unless it has been; give its cells as the root's conftest.py records them."""
    name = re.sub(r"\W+", "-", f"{notebook.stem} {condition}")
    record = FOLDER / f"{name}.{stamp(notebook)}.jsonl"
    if not record.exists():
        unfinished = record.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        mode = "--nbval" if condition.compared else "--nbval-lax"
        command = [
            sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-p", "no:cacheprovider", mode,
            "--nbval-current-env", "--nbval-cell-timeout=600", f"--record={unfinished}", notebook,
        ]  # fmt: skip
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=condition.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1):  # 1: a cell failed
            raise SystemExit(f"{notebook.name} could not be run:\n{done.stdout}{done.stderr}")
        unfinished.rename(record)
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def numbers(cells):
    """Give ((cell, name), number) for each number that the cells hold."""
    return [
        ((cell["cell"], name), number) for cell in cells for name, number in cell["numbers"].items()
    ]


def deviation(number):
    return abs(number["fresh"] - number["stored"])


def verdict(cells, compared=True):
    """Say how a run went: a word, and a line for each failure, or for the margin most used."""
    failed = [
        f"cell {each['cell']}: {each['why']}" for each in cells if each["outcome"] == "failed"
    ]
    if failed:
        return f"{len(failed)} FAILED", "\n".join(failed)
    used = [
        (deviation(number) / number["margin"], name)
        for (_, name), number in numbers(cells)
        if compared and number["margin"]  # 0: an exact count
    ]
    share, name = max(used, default=(0, ""))
    return "passed", f"{100 * share:.0f} % of its margin: {name}" if name else ""


def deviations(runs):
    """Give the largest deviation of each number over the runs that are compared.

    Args:
        runs: dict from (notebook, condition) to its cells.

    Returns:
        Dict from (notebook, cell, name) to (deviation, stored value, margin).
    """
    found = {}
    for (notebook, condition), cells in runs.items():
        for (cell, name), number in numbers(cells) if condition.compared else []:
            key = (notebook.stem, cell, name)
            off = max(deviation(number), found.get(key, (0,))[0])
            found[key] = (off, number["stored"], number["margin"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapters", default="", help='as pytest takes names: "02 or museum"')
    parser.add_argument("--processors", default="", help='arithmetics: "SSE41:1 own:2"')
    parser.add_argument("--seeds", default="", help='"1 2 3": asserts alone')
    parser.add_argument("--data", default="digits", help='"digits mnist": asserts alone')
    parser.add_argument("--since", default="", help="a commit: run what has other inputs now")
    arguments = parser.parse_args()

    parts = [part.strip() for part in arguments.chapters.split(" or ")]
    notebooks = [
        path for path in sorted(BOOK.glob("*.ipynb")) if any(part in path.stem for part in parts)
    ]
    if not notebooks:
        sys.exit(f"No notebook of book/ has {arguments.chapters!r} in its name.")
    if arguments.since:
        notebooks = changed(notebooks, arguments.since)
    conditions = [
        Condition(arithmetic, int(seed), dataset)
        for dataset in arguments.data.split()
        for seed in (arguments.seeds or "0").split()
        for arithmetic in (arguments.processors or "own:1").split()
    ]
    if not (arguments.seeds or arguments.processors):
        conditions = the_list()
    runs = sweep([(notebook, condition) for condition in conditions for notebook in notebooks])
    sys.exit(summary(runs) > 0)


def sweep(jobs):
    """Run each notebook under its condition, a few at a time; print a line for each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"==> {len(jobs)} runs, kept in {FOLDER.relative_to(ROOT)}", flush=True)
    names = max((len(notebook.stem) for notebook, _ in jobs), default=0)
    conditions = max((len(str(condition)) for _, condition in jobs), default=0)
    runs, began = {}, time.monotonic()
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for job, cells in zip(jobs, pool.map(lambda job: run(*job), jobs), strict=True):
            runs[job] = cells
            word, detail = verdict(cells, job[1].compared)
            minutes = (time.monotonic() - began) / 60
            head = f"{len(runs):3} of {len(jobs)}, {minutes:3.0f} min  "
            head += f"{job[0].stem:{names}}  {job[1]!s:{conditions}}  {word:9} "
            print(head + detail.replace("\n", "\n" + " " * len(head)), flush=True)
    return runs


def summary(runs):
    """Print what failed and which margins are too narrow; give the number of failed runs."""
    failed = sum(verdict(cells)[0] != "passed" for cells in runs.values())
    print(f"\n{len(runs) - failed} of {len(runs)} runs passed.")
    found = sorted(deviations(runs).items())
    narrow = [(key, each) for key, each in found if 2 * each[0] > each[2]]
    if narrow:
        print("Narrower than twice the largest deviation:")
    for (notebook, cell, name), (off, stored, margin) in narrow:
        print(f"  {notebook}, cell {cell}: {name} {stored:g} ± {margin:g}, off by {off:.3g}")
    return failed


if __name__ == "__main__":
    main()
