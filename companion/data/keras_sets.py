"""MNIST and Fashion-MNIST: brought by the user, in Keras' cache, or downloaded into it.

The cache is Keras' own, with its names and layout, so that one file serves both.
Keras itself is not imported: that takes seconds. Whatever way a file came, its
arrays must be the official ones, to the byte.
"""

import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.data.array_files import CorruptDataError, read
from companion.data.fetching import fetch
from companion.data.image_data import ImageData
from companion.files import workplace

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


class DataUnavailableError(OSError):
    """A data set is not on this machine and could not be downloaded."""


@dataclass(frozen=True)
class Spec:
    """Say what a data set is, and which files Keras keeps it in.

    Args:
        name: what it is called; a user brings it as `<name>.npz`.
        files: for each path below Keras' folder `datasets`, the arrays in it.
        sha256: for each array, the sha256 of its bytes.
        class_names: what the labels 0, 1, ... stand for.
        licence: the licence of the pictures.
        source: their citation.
        base_url: files are downloaded from here, by their last name.
        train_size: number of pictures to train on.
        test_size: number of pictures to test on.
    """

    name: str
    files: dict
    sha256: dict
    class_names: tuple
    licence: str
    source: str
    base_url: str = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
    train_size: int = 60_000
    test_size: int = 10_000

    def wanted(self, arrays):
        """Return `{name: (shape, sha256)}`, as `array_files.read` takes it."""
        sizes = {"train": self.train_size, "test": self.test_size}
        wanted = {}
        for name in arrays:
            kind, part = name.split("_")  # pictures x or labels y, of train or test
            shape = (sizes[part], 28, 28) if kind == "x" else (sizes[part],)
            wanted[name] = (shape, self.sha256[name])
        return wanted


MNIST = Spec(
    name="mnist",
    files={"mnist.npz": ARRAYS},
    sha256={
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    class_names=tuple("0123456789"),
    licence="CC BY-SA 3.0, says Keras' documentation",
    source="LeCun, Cortes and Burges, The MNIST database of handwritten digits",
)

FASHION_MNIST = Spec(
    name="fashion_mnist",
    files={
        "fashion-mnist/train-images-idx3-ubyte.gz": ("x_train",),
        "fashion-mnist/train-labels-idx1-ubyte.gz": ("y_train",),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": ("x_test",),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": ("y_test",),
    },
    sha256={
        "x_train": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "y_train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "x_test": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "y_test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    },
    class_names=(
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    licence="MIT (Zalando SE)",
    source="Xiao, Rasul and Vollgraf, Fashion-MNIST (2017), arXiv:1708.07747",
)


def load(spec):
    """Load a data set from `$COMPANION_DATA_DIR`, from Keras' cache, or from its URL.

    Args:
        spec: `MNIST` or `FASHION_MNIST`.

    Returns:
        `ImageData`: 60,000 pictures to train on and 10,000 to test on.

    Raises:
        DataUnavailableError: it is in neither place and cannot be downloaded.
        CorruptDataError: the file in `$COMPANION_DATA_DIR` is not the official data.
    """
    tried = []  # a line for each place where it was not
    arrays = _read_brought(spec, tried)
    if arrays is None:
        arrays = {}
        for path, names in spec.files.items():
            arrays |= _read_cached(spec, path, names, tried)
    return ImageData(
        train=_pictures(arrays["x_train"]),
        test=_pictures(arrays["x_test"]),
        train_labels=arrays["y_train"],
        test_labels=arrays["y_test"],
        class_names=spec.class_names,
        name=spec.name,
        licence=spec.licence,
        source=spec.source,
    )


def _pictures(x):
    return x[..., None] / np.float32(255)


def _read_brought(spec, tried):
    """Read the user's own file; None if there is none."""
    folder = os.environ.get("COMPANION_DATA_DIR")
    if not folder:
        tried.append("COMPANION_DATA_DIR: not set")
        return None
    path = _expanded(folder) / f"{spec.name}.npz"
    try:
        return read(path, spec.wanted(ARRAYS))
    except (FileNotFoundError, NotADirectoryError):
        tried.append(f"{path} (COMPANION_DATA_DIR): no such file")
        return None
    except CorruptDataError as error:
        raise CorruptDataError(
            f"{error}. Replace the file, or delete it: then Keras' cache is used."
        ) from error


def _read_cached(spec, path, names, tried):
    """Read one file from Keras' cache, where it is downloaded to if need be."""
    cached, url = _keras_home() / "datasets" / path, spec.base_url + Path(path).name
    wanted = spec.wanted(names)
    try:
        return read(cached, wanted)
    except FileNotFoundError:
        tried.append(f"{cached}: no such file")
    except (CorruptDataError, OSError) as error:  # such as a download of Keras' that was stopped
        warnings.warn(f"{error}. Downloading it again from {url}", stacklevel=4)
        tried.append(f"{error}")
    try:
        return _download(url, cached, wanted)
    except (CorruptDataError, OSError) as error:  # every network error is an OSError
        tried.append(f"{url}: {type(error).__name__}: {error}")
        raise DataUnavailableError(_unavailable(spec.name, tried)) from None


def _keras_home():
    """Return the folder that Keras takes: ~/.keras unless it is told or cannot write."""
    if "KERAS_HOME" in os.environ:
        return _expanded(os.environ["KERAS_HOME"])
    home = _expanded("~")
    return (home if os.access(home, os.W_OK) else Path(tempfile.gettempdir())) / ".keras"


def _expanded(path):
    """Put the home folder in the place of ~; where there is none it stays, as in Keras."""
    return Path(os.path.expanduser(path))


def _download(url, path, wanted):
    """Download a file, and only when it is whole and right give it its name."""
    with workplace(path.parent) as place:
        part = place / path.name
        fetch(url, part)
        arrays = read(part, wanted, called=url)
        part.replace(path)
    return arrays


def _unavailable(name, tried):
    places = "\n".join(f"  - {line}" for line in tried)
    return (
        f"`{name}` is not on this machine and could not be downloaded. Tried:\n{places}\n"
        f"Bring {name}.npz (uint8 arrays {', '.join(ARRAYS)}) and set the environment variable "
        "COMPANION_DATA_DIR to its folder. The data set `digits` needs no network."
    )
