"""What a page needs to train in: the compiled kernel, pictures as scripts, scripts as well."""

import json
import zlib
from importlib.resources import files

import numpy as np

from companion.data import faces
from companion.data.digits import ink_counts
from companion.page.explorer_twin import blank_page
from companion.page.packing import base64_text
from companion.page.scripts import bundle, source

FACES = (480, 100)  # of companion.data.faces: to train on, and held out
STYLES = ("latent.css", "explorer.css", "playground.css", "own_pictures.css")
TONES = 15  # the darkest; 0 is paper


def kernel():
    """Read the compiled kernel, `kernel/kernel.wasm`."""
    return files("companion.page").joinpath("kernel/kernel.wasm").read_bytes()


def styles():
    """Read the style sheets of a training, as one."""
    return "".join(map(source, STYLES))


def training_script():
    """Write what trains, for a page and for its worker alike."""
    return f"{bundle('playground.mjs')}\nmountAll();\n"


def trainer_script():
    """Write script, styles and kernel as a script, which training_loader.mjs hands to a figure.

    Returns:
        bytes.
    """
    parts = {"script": training_script(), "styles": styles(), "kernel": base64_text(kernel())}
    return _script(parts, "latentTrainingParts")


def saver_script():
    """Write the page that training_keepsake.mjs fills in as a script.

    Returns:
        bytes.
    """
    return _script(blank_page(), "latentTrainingSaver")


def digits_script():
    """Write the digits as a script, which a page opened from disk may load too.

    Returns:
        bytes.
    """
    return _script(packed_digits())


def packed_digits():
    """Pack the digits: the scans as they are, which training_pictures.mjs enlarges.

    Returns:
        dict of `ink`, a letter for each count, `labels`, a figure for each digit, and `train`, how
        many are to train on.
    """
    train, test, train_labels, test_labels = ink_counts()
    letters = np.concatenate([train, test]).astype("uint8") + ord("a")
    return {
        "ink": letters.tobytes().decode("ascii"),
        "labels": "".join(map(str, [*train_labels, *test_labels])),
        "train": len(train),
    }


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


def _script(given, taker="latentTrainingPictures"):
    return f"{taker}({json.dumps(given)});\n".encode()
