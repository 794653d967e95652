"""Run the notebooks as other processors would, or with other seeds or data, and print a table.

    python tests/sweep.py                          the whole list: make processors
    python tests/sweep.py --chapters "02 or 07" --processors "SSE41:1 own:2"
    python tests/sweep.py --processors own:2 --seeds "1 2 3" --data "digits mnist"

TensorFlow multiplies matrices by a kernel that is chosen by the processor's instruction set, and
divides the work among threads; NumPy's library chooses likewise. Either changes the last bit of a
product, and a training of some hundred steps carries that to the first digits of what is
measured. An instruction set that a processor has can be lowered, so that one machine plays many.

An arithmetic is written INSTRUCTIONS:THREADS or INSTRUCTIONS:THREADS:OPENBLAS. On seed 0 and
digits a notebook is compared with its stored outputs; elsewhere its asserts alone are run. What has
been run is kept in _build/sweep, and not run again until the notebook, the package or the pins
change: a sweep that was interrupted goes on where it was.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
FOLDER = ROOT / "_build" / "sweep"
OWN = "DEFAULT"  # oneDNN's word for the best that the processor has


@dataclass(frozen=True)
class Condition:
    """What a notebook is run under."""

    arithmetic: str
    seed: int = 0
    dataset: str = "digits"

    @property
    def compared(self):
        return self.seed == 0 and self.dataset == "digits"

    def __str__(self):
        other = [] if self.compared else [f"seed {self.seed}", self.dataset]
        return ", ".join([self.arithmetic, *other])

    def environment(self):
        """Give the variables of a run."""
        instructions, threads, *openblas = self.arithmetic.split(":")
        return {
            **{name: text for name, text in os.environ.items() if name != "OPENBLAS_CORETYPE"},
            "ONEDNN_MAX_CPU_ISA": OWN if instructions == "own" else instructions,
            "TF_NUM_INTRAOP_THREADS": threads,
            "COMPANION_SEED": str(self.seed),
            "COMPANION_DATASET": self.dataset,
            **({"OPENBLAS_CORETYPE": openblas[0]} if openblas else {}),
        }


def instruction_sets(flags):
    """Name the instruction sets of oneDNN below the best that a processor has.

    Args:
        flags: set of its features, as Linux names them; empty where they are not known.
    """
    known = {"SSE41": "sse4_1", "AVX": "avx", "AVX2": "avx2", "AVX512_CORE": "avx512bw"}
    return [name for name, flag in known.items() if flag in flags][:-1]


def processors():
    """List the processors that this machine can play."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    sets = [*instruction_sets(set(flags[1].split()) if flags else set()), "own"]
    return [f"{name}:{threads}" for threads in (1, 2) for name in sets] + [f"{sets[0]}:1:Nehalem"]


def the_list():
    """List what every notebook must pass: all processors, and two further seeds under two."""
    every = processors()
    seeds = [Condition(name, seed) for seed in (1, 2) for name in (every[0], "own:2")]
    return [*map(Condition, every), *seeds]


def stamp(notebook):
    """Give a fingerprint of what a run depends on: the notebook, the package, the pins."""
    files = sorted((ROOT / "companion").rglob("*.py"))
    digest = hashlib.sha256()
    for file in [notebook, ROOT / "conftest.py", ROOT / "requirements.txt", *files]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


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


def verdict(cells):
    """Say how a run went: a word, and a line for each failure, or for the margin most used."""
    failed = [
        f"cell {each['cell']}: {each['why']}" for each in cells if each["outcome"] == "failed"
    ]
    if failed:
        return f"{len(failed)} FAILED", "\n".join(failed)
    used = [
        (deviation(number) / number["margin"], name)
        for (_, name), number in numbers(cells)
        if number["margin"]  # 0: an exact count
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
    parser.add_argument("--processors", help="in the place of the list", default="")
    parser.add_argument("--seeds", help="with --processors", default="0")
    parser.add_argument("--data", help="with --processors", default="digits")
    arguments = parser.parse_args()

    parts = [part.strip() for part in arguments.chapters.split(" or ")]
    notebooks = [
        path for path in sorted(BOOK.glob("*.ipynb")) if any(part in path.stem for part in parts)
    ]
    if not notebooks:
        sys.exit(f"No notebook of book/ has {arguments.chapters!r} in its name.")
    conditions = [
        Condition(arithmetic, int(seed), dataset)
        for dataset in arguments.data.split()
        for seed in arguments.seeds.split()
        for arithmetic in arguments.processors.split()
    ] or the_list()
    runs = sweep([(notebook, condition) for condition in conditions for notebook in notebooks])
    sys.exit(summary(runs) > 0)


def sweep(jobs):
    """Run each notebook under its condition, a few at a time; print a line for each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"==> {len(jobs)} runs, kept in {FOLDER.relative_to(ROOT)}", flush=True)
    names = max(len(notebook.stem) for notebook, _ in jobs)
    conditions = max(len(str(condition)) for _, condition in jobs)
    runs, began = {}, time.monotonic()
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for job, cells in zip(jobs, pool.map(lambda job: run(*job), jobs), strict=True):
            runs[job] = cells
            word, detail = verdict(cells)
            minutes = f"{(time.monotonic() - began) / 60:.0f} min"
            head = f"{minutes:>7}  {job[0].stem:{names}}  {job[1]!s:{conditions}}  {word:9} "
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
