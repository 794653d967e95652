"""Cartoon faces with known attributes, drawn by the package itself.

What every face shows is known exactly, so a chapter on latent arithmetic can
ask for "this face with that moustache", draw the true answer and measure.
The drawing needs no download, and no model of digits has seen anything alike.
"""

from dataclasses import dataclass, fields

import numpy as np

from companion.checks import check_count, check_has, check_numbers, generator
from companion.data.face_drawing import draw_face
from companion.data.image_data import ImageData

__all__ = ["MOUSTACHE", "RANGES", "SWITCHES", "FaceAttributes", "draw", "sample_attributes"]

#: Attributes that are there or not, each with probability 1/2, independently.
SWITCHES = ("moustache", "glasses", "smile", "hair")

#: Attributes with a size, uniform in these ranges. Lengths are in pixels, tones
#: in [0, 1] (0 background, 1 ink), the rest goes from one extreme to the other.
RANGES = {
    "face_width": (8.0, 10.4),  # half the width of the head
    "face_height": (10.0, 11.4),  # half its height
    "skin_tone": (0.16, 0.36),
    "eye_spacing": (3.3, 4.3),  # from the middle of the face to an eye
    "gaze": (-1.0, 1.0),  # looks left ... right
    "hair_tone": (0.55, 1.0),
    "hair_volume": (0.5, 1.5),  # how far it stands off the head
    "parting": (-1.0, 1.0),  # hair parted on the left ... right
    "mouth_width": (3.1, 4.6),  # half of it
    "moustache_width": (4.0, 6.4),  # half of it
    "moustache_height": (0.9, 1.6),  # half of it
    "moustache_curl": (-1.0, 1.0),  # tips hang ... tips curl up
    "moustache_tone": (0.75, 1.0),
    "shift_x": (-0.5, 0.5),
    "shift_y": (-0.4, 0.4),
}

#: All that makes a moustache: a face A with the moustache of B is
#: `dataclasses.replace(a, **{name: getattr(b, name) for name in MOUSTACHE})`.
MOUSTACHE = ("moustache", *(name for name in RANGES if name.startswith("moustache_")))

CLASS_NAMES = ("clean-shaven", "moustache")


@dataclass(frozen=True, eq=False)
class FaceAttributes:
    """Hold what `n` faces look like: one array of shape `(n,)` per attribute.

    `dataclasses.replace` changes some of them for all faces; a single value
    there stands for all faces. `attributes[:10]` takes ten.

    Args:
        moustache, glasses, smile, hair: `SWITCHES`, True where it is there. All others are
            numbers, whose least and greatest values stand in `RANGES`.
        face_width, face_height: half the width and half the height of the head, in pixels.
        skin_tone, hair_tone, moustache_tone: from background, 0, to ink, 1.
        eye_spacing: from the middle of the face to an eye, in pixels.
        gaze, parting: from the left, -1, to the right, 1.
        hair_volume: how far hair stands off the head, 1 in the middle.
        mouth_width, moustache_width, moustache_height: half of each, in pixels.
        moustache_curl: from tips that hang, -1, to tips that curl up, 1.
        shift_x, shift_y: of the whole face, in pixels.

    Raises:
        TypeError: a switch is not boolean, or another attribute is no number.
        ValueError: arrays of different lengths, or a number outside its range.
    """

    moustache: np.ndarray
    glasses: np.ndarray
    smile: np.ndarray
    hair: np.ndarray
    face_width: np.ndarray
    face_height: np.ndarray
    skin_tone: np.ndarray
    eye_spacing: np.ndarray
    gaze: np.ndarray
    hair_tone: np.ndarray
    hair_volume: np.ndarray
    parting: np.ndarray
    mouth_width: np.ndarray
    moustache_width: np.ndarray
    moustache_height: np.ndarray
    moustache_curl: np.ndarray
    moustache_tone: np.ndarray
    shift_x: np.ndarray
    shift_y: np.ndarray

    def __post_init__(self):
        names = [field.name for field in fields(self)]
        given = [np.atleast_1d(getattr(self, name)) for name in names]
        n = max(len(values) for values in given)
        if n < 1 or len(given[0]) < 1:
            raise ValueError("FaceAttributes must hold one face or more. Received: none")
        for name, values in zip(names, given, strict=True):
            if values.shape not in {(n,), (1,)}:
                raise ValueError(f"`{name}` must have shape ({n},). Received: {values.shape}")
            if name in SWITCHES and values.dtype != bool:
                raise TypeError(f"`{name}` must be boolean. Received: dtype={values.dtype}")
            check_numbers(values, shape=(None,), name=name)
            low, high = RANGES.get(name, (0, 1))
            if not np.all((values >= low) & (values <= high)):
                raise ValueError(
                    f"`{name}` must lie in [{low}, {high}]. "
                    f"Received: values from {values.min():.3g} to {values.max():.3g}"
                )
            object.__setattr__(self, name, np.broadcast_to(values, (n,)))

    def __len__(self):
        return len(self.moustache)

    def __getitem__(self, index):
        taken = {field.name: getattr(self, field.name)[index] for field in fields(self)}
        return FaceAttributes(**taken)

    def __repr__(self):
        return f"FaceAttributes({len(self)} faces)"


def sample_attributes(n: int, seed: int) -> FaceAttributes:
    """Draw the attributes of `n` faces, all independent of each other.

    Args:
        n: how many faces.
        seed: of `numpy.random.default_rng`.

    Returns:
        `FaceAttributes` of length `n`.

    Raises:
        ValueError: `n` is no positive integer.
    """
    check_count(n=n)
    rng = generator(seed)
    switches = {name: rng.random(n) < 0.5 for name in SWITCHES}
    numbers = {name: rng.uniform(low, high, n) for name, (low, high) in RANGES.items()}
    return FaceAttributes(**switches, **numbers)


def draw(attributes: FaceAttributes) -> np.ndarray:
    """Draw faces: dark ink on an empty background, which is 0 as in MNIST.

    Args:
        attributes: `FaceAttributes` of length `n`.

    Returns:
        float32 array of shape `(n, 28, 28, 1)` in [0, 1].

    Raises:
        TypeError, ValueError: `attributes` are no `FaceAttributes`.
    """
    check_has("a FaceAttributes", *SWITCHES, *RANGES, attributes=attributes)
    names = [field.name for field in fields(attributes)]
    columns = [getattr(attributes, name).tolist() for name in names]
    rows = zip(*columns, strict=True)
    pictures = [draw_face(**dict(zip(names, row, strict=True))) for row in rows]
    return np.stack(pictures)[..., None] / np.float32(255)


def load():
    """Draw the data set: 4,000 and 1,200 faces, labelled by their moustache.

    Returns:
        `ImageData`; the attributes behind it are `sample_attributes(4000, seed=0)`
        for `train` and `sample_attributes(1200, seed=1)` for `test`.
    """
    train, test = sample_attributes(4000, seed=0), sample_attributes(1200, seed=1)
    return ImageData(
        train=draw(train),
        test=draw(test),
        train_labels=train.moustache.astype(int),
        test_labels=test.moustache.astype(int),
        class_names=CLASS_NAMES,
        name="faces",
        licence="MIT, as the package",
        source="drawn by companion.data.faces",
    )
