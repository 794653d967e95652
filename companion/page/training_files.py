"""What a page needs to train in: the compiled kernel, and pictures as scripts."""

import json
import zlib
from importlib.resources import files

import numpy as np

from companion.data import faces
from companion.data.digits import ink_counts
from companion.page.packing import base64_text

FACES = (480, 100)  # of companion.data.faces: to train on, and held out
TONES = 15  # the darkest; 0 is paper


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
    return _script(digits)


def faces_script():
    """Write drawn faces as a script: the first of `companion.data.faces`, in sixteen tones.

    Two pixels share a byte, and all is deflated; training_faces.mjs reads it.

    Returns:
        bytes.
    """
    attributes = [
        faces.sample_attributes(n, seed=seed)[:some]
        for n, seed, some in zip((4000, 1200), (0, 1), FACES, strict=True)
    ]
    tones = np.rint(TONES * np.concatenate([faces.draw(each) for each in attributes]))
    tones = tones.astype("uint8").reshape(-1, 2)
    labels = np.concatenate([each.moustache for each in attributes]).astype(int)
    drawn = {
        "packed": base64_text(zlib.compress((tones[:, 0] << 4 | tones[:, 1]).tobytes(), 9)),
        "labels": "".join(map(str, labels)),
        "train": FACES[0],
        "classNames": faces.CLASS_NAMES,
    }
    return _script(drawn)


def _script(pictures):
    return f"latentTrainingPictures({json.dumps(pictures)});\n".encode()
