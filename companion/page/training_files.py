"""What a page needs to train in: the compiled kernel, and the book's digits as a script."""

import json
from importlib.resources import files

import numpy as np

from companion.data.digits import ink_counts


def kernel():
    """Read the compiled kernel, `kernel/kernel.wasm`."""
    return files("companion.page").joinpath("kernel/kernel.wasm").read_bytes()


def digits_script():
    """Write the digits as a script, which a page opened from disk may load too.

    It holds the scans as they are, a letter for each count of ink; training_pictures.mjs
    enlarges them.

    Returns:
        bytes.
    """
    train, test, train_labels, test_labels = ink_counts()
    letters = np.concatenate([train, test]).astype("uint8") + ord("a")
    digits = {
        "ink": letters.tobytes().decode("ascii"),
        "labels": "".join(map(str, [*train_labels, *test_labels])),
        "train": len(train),
    }
    return f"latentTrainingPictures({json.dumps(digits)});\n".encode()
