"""How much memory a model takes to answer: for an array, and for a stream of any length.

    python benchmarks/memory.py [--pictures 512 4096]

Pictures of 64 x 64 x 3, 48 KiB each. Every line is a process of its own: it answers once for
one batch, so that all is loaded and traced, and then for so many pictures. Given is by how much
the most memory that it ever held (its peak) grew by the second answer, in MiB. What `encode`
takes for a stream does not depend on its length. The pictures that `predict` gives back are as
large as those that it read, so for them it grows with the length, whatever reads them.
"""

import argparse
import resource
import subprocess
import sys

import companion  # isort: skip  (before keras: it makes TensorFlow's start quiet)
import keras
import numpy as np

from companion import networks

SHAPE, BATCH = (64, 64, 3), 32


class Stream(keras.utils.PyDataset):
    """Batches that are made when they are asked for."""

    def __init__(self, n):
        super().__init__()
        self.n = n

    @property
    def num_batches(self):
        return self.n // BATCH

    def __getitem__(self, i):
        return (pictures(BATCH, i),)


def pictures(n, seed=0):
    return np.random.default_rng(seed).random((n, *SHAPE), dtype="float32")


def peak():
    """Give the most memory that this process ever held, in MiB."""
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / 1024 / (1024 if sys.platform == "darwin" else 1)


def grown(answer, form, n):
    """Give by how much the peak of this process grows when a model answers for n pictures."""
    sizes = {"hidden": (64,), "image_shape": SHAPE}
    model = companion.VAE(
        networks.dense_encoder(8, gaussian=True, **sizes), networks.dense_decoder(8, **sizes)
    )
    ask = {"encode": model.encode, "predict": lambda x: model.predict(x, verbose=0)}[answer]
    given = pictures if form == "array" else Stream
    ask(given(BATCH))
    before = peak()
    ask(given(n))
    return peak() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, nargs="+", default=[512, 4096])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)  # in a process of its own
    arguments = parser.parse_args()
    if arguments.one:
        print(grown(*arguments.one, *arguments.pictures))
        return
    print(f"{'MiB more, for pictures':24}" + "".join(f"{n:>8,}" for n in arguments.pictures))
    for answer in ("encode", "predict"):
        for form in ("array", "stream"):
            print(f"{answer + '(' + form + ')':24}", end="")
            for n in arguments.pictures:
                own = [sys.executable, __file__, "--one", answer, form, "--pictures", str(n)]
                told = subprocess.run(own, capture_output=True, text=True, check=True).stdout
                print(f"{float(told.split()[-1]):8.0f}", end="", flush=True)
            print()


if __name__ == "__main__":
    main()
