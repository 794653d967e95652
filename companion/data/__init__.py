"""Data sets of small grey pictures, all in one form: `ImageData`.

- `digits` (the default): 1,797 handwritten digits that come with scikit-learn.
- `faces`: 5,200 cartoon faces with known attributes, drawn by this package.
- `mnist`, `fashion_mnist`: 70,000 pictures each, from `$COMPANION_DATA_DIR`, from
  Keras' cache, or downloaded into it.
- yours: `ImageData.from_arrays(train, test)`.

`digits` and `faces` need no network. Beside the sets, `faces` draws the face that
is asked for, `signals` heartbeats and steps in time, `dates` writes dates as text, and
`noise` spoils clean examples. Nothing here imports Keras.
"""

import os
from collections.abc import Callable
from functools import cache, partial

from companion.data import dates, digits, faces, keras_sets, noise, signals
from companion.data.array_files import CorruptDataError
from companion.data.image_data import ImageData
from companion.data.keras_sets import DataUnavailableError

__all__ = [
    "CLASS_NAMES",
    "NAMES",
    "CorruptDataError",
    "DataUnavailableError",
    "ImageData",
    "dates",
    "faces",
    "load",
    "noise",
    "signals",
]

_LOADERS: dict[str, Callable[[], ImageData]] = {
    "digits": cache(digits.load),
    "mnist": partial(keras_sets.load, keras_sets.MNIST),
    "fashion_mnist": partial(keras_sets.load, keras_sets.FASHION_MNIST),
    "faces": cache(faces.load),
}

#: The names that `load` knows.
NAMES = tuple(_LOADERS)

#: What the labels 0, 1, ... of each set stand for, to be had without loading it.
CLASS_NAMES = {
    "digits": digits.CLASS_NAMES,
    "mnist": keras_sets.MNIST.class_names,
    "fashion_mnist": keras_sets.FASHION_MNIST.class_names,
    "faces": faces.CLASS_NAMES,
}


def load(name: str | None = None) -> ImageData:
    """Load one of the data sets, split into training and test pictures.

    Args:
        name: one of `NAMES`; by default what the environment variable
            COMPANION_DATASET names, else "digits".

    Returns:
        `ImageData`: float32 pictures `(n, 28, 28, 1)` in [0, 1], and labels.

    Raises:
        ValueError: there is no data set of that name.
        DataUnavailableError: it is not on this machine and cannot be downloaded.
        CorruptDataError: its file in `$COMPANION_DATA_DIR` is not the official data.

    Example:
        >>> from companion import data
        >>> digits = data.load("digits")
        >>> digits.train.shape, digits.test.shape
        ((1500, 28, 28, 1), (297, 28, 28, 1))
    """
    chosen, origin = name, ""
    if chosen is None:
        chosen = os.environ.get("COMPANION_DATASET") or "digits"
        origin = " (from the environment variable COMPANION_DATASET)"
    if not isinstance(chosen, str) or chosen not in NAMES:
        raise ValueError(
            f"`name` must be one of {', '.join(NAMES)}. Received: name={chosen!r}{origin}"
        )
    return _LOADERS[chosen]()
