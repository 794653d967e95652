"""What a notebook is run under: a processor, as one machine can play many; a seed; a data set.

TensorFlow multiplies matrices by a kernel that is chosen by the processor's instruction set, and
divides the work among threads; NumPy's library chooses likewise. Either changes the last bit of a
product, and a training of some hundred steps carries that to the first digits of what is
measured. An instruction set that a processor has can be lowered.

An arithmetic is written INSTRUCTIONS:THREADS or INSTRUCTIONS:THREADS:OPENBLAS, and the
machine's own instruction set is called `own`.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

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
            "OPENBLAS_NUM_THREADS": threads,  # waiting threads would take the other run's time
            "OMP_NUM_THREADS": threads,
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
