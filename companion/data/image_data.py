"""One data set of pictures, checked once and then never changed."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_images


@dataclass(frozen=True, eq=False, repr=False)
class ImageData:
    """Hold pictures and labels for training and for testing.

    Every instance is valid: whatever builds one (`load`, `from_arrays`,
    `dataclasses.replace`) passes the checks below. The arrays are read-only.

    Args:
        train: float32 `(n, height, width, channels)` in [0, 1].
        test: float32 `(m, height, width, channels)` in [0, 1].
        train_labels: int64 `(n,)`, indices into `class_names`.
        test_labels: int64 `(m,)`, likewise.
        class_names: tuple of str, what the labels 0, 1, ... are called.
        name: what the data set is called.
        licence: the licence of the pictures.
        source: where they come from, for a caption or a citation.

    Raises:
        TypeError: pictures that are no numbers, labels that are no integers.
        ValueError: wrong or different shapes, empty arrays, NaN, values
            outside [0, 1], labels that do not fit the pictures or the classes.
    """

    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray
    test_labels: np.ndarray
    class_names: tuple[str, ...]
    name: str
    licence: str
    source: str

    def __post_init__(self):
        train = _checked_pictures(self.train, "train")
        test = _checked_pictures(self.test, "test", shape=train.shape[1:])
        classes = tuple(str(name) for name in self.class_names)
        checked = {
            "train": train,
            "test": test,
            "train_labels": _checked_labels(self.train_labels, "train", len(train), classes),
            "test_labels": _checked_labels(self.test_labels, "test", len(test), classes),
        }
        for field, array in checked.items():
            view = array.view()  # the caller's own array stays writeable
            view.flags.writeable = False
            object.__setattr__(self, field, view)
        object.__setattr__(self, "class_names", classes)

    @classmethod
    def from_arrays(
        cls,
        train: ArrayLike,
        test: ArrayLike,
        train_labels: ArrayLike | None = None,
        test_labels: ArrayLike | None = None,
        class_names: tuple[str, ...] | None = None,
        name: str = "yours",
        licence: str = "",
        source: str = "",
    ) -> Self:
        """Make an `ImageData` of your own pictures, of any size.

        Args:
            train: `(n, height, width)` or `(n, height, width, channels)`,
                numbers in [0, 1]; bytes are refused, divide them by 255.
            test: likewise, pictures of the same size.
            train_labels: integers `(n,)`, or None together with `test_labels`
                and `class_names`: then there is one class, "all".
            test_labels: integers `(m,)`, or None.
            class_names: names of the classes; by default "0", "1", ... up to
                the largest label.
            name: what to call the data set.
            licence: the licence of the pictures.
            source: where they come from.

        Returns:
            `ImageData`; float32 pictures are not copied.

        Raises:
            TypeError, ValueError: as `ImageData` does.
        """
        train, test = _with_channels(train, "train"), _with_channels(test, "test")
        if train_labels is None and test_labels is None and class_names is None:
            train_labels, test_labels = np.zeros(len(train), int), np.zeros(len(test), int)
            class_names = ("all",)
        if train_labels is None or test_labels is None:
            raise ValueError(
                "`train_labels` and `test_labels` go together, and `class_names` needs them. "
                f"Received: train_labels={_given(train_labels)}, "
                f"test_labels={_given(test_labels)}, class_names={_given(class_names)}"
            )
        if class_names is None:
            class_names = _numbered_classes(train_labels, test_labels)
        train_labels = _integers(train_labels, "train_labels")
        test_labels = _integers(test_labels, "test_labels")
        return cls(train, test, train_labels, test_labels, class_names, name, licence, source)

    def __repr__(self):
        size = "x".join(map(str, self.train.shape[1:]))
        return (
            f"ImageData({self.name!r}: {len(self.train)} train, {len(self.test)} test, "
            f"{size} in [0, 1], {len(self.class_names)} classes)"
        )


def _checked_pictures(x, name, shape=None):
    x = check_images(x, shape=shape, name=name)
    if x.ndim != 4:
        raise ValueError(
            f"`{name}` must be pictures: (n, height, width, channels). Received: shape={x.shape}"
        )
    return x


def _integers(labels, name):
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"`{name}` must hold integers. Received: dtype={labels.dtype}. "
            "Names become integers by np.unique(labels, return_inverse=True)."
        )
    return labels


def _numbered_classes(train_labels, test_labels):
    top = max(
        _integers(train_labels, "train_labels").max(initial=0),
        _integers(test_labels, "test_labels").max(initial=0),
    )
    if top >= 10_000:  # identifiers rather than classes, and each would get a name
        raise ValueError(
            f"Labels must count the classes from 0, or `class_names` be given. "
            f"Received: labels up to {top}"
        )
    return tuple(str(label) for label in range(top + 1))


def _checked_labels(labels, part, n, classes):
    name = f"{part}_labels"
    labels = _integers(labels, name)
    if labels.shape != (n,):
        raise ValueError(
            f"`{name}` must have one label per picture of `{part}`, shape ({n},). "
            f"Received: shape={labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= len(classes):
        raise ValueError(
            f"`{name}` must lie in 0..{len(classes) - 1}, for the {len(classes)} class names. "
            f"Received: labels from {labels.min()} to {labels.max()}"
        )
    return labels.astype("int64", copy=False)


def _with_channels(x, name):
    x = as_numbers(x, name)
    return x[..., None] if x.ndim == 3 else x


def _given(value):
    return "None" if value is None else "given"
