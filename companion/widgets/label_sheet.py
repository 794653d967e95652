"""A sheet of pictures that the reader labels, and what the labels name."""

from collections.abc import Mapping

import numpy as np
from IPython.display import display
from numpy.typing import ArrayLike

from companion.checks import (
    check_array,
    check_count,
    check_float,
    check_has,
    check_images,
    check_numbers,
    check_text,
)
from companion.page.label_twin import alt_text, sheet_html
from companion.page.packing import base64_text, name_of
from companion.pictures import png, side_by_side

COLUMNS, LARGEST = 10, 65_536  # pictures in a row; places that two bytes can name


class LabelSheet:
    """Let the reader label some of many pictures, and count what the labels name (chapter 15).

    Two methods name new examples. One takes the label of the nearest labelled picture. The other
    is label spreading over the graph of all training examples, each joined to its nearest
    neighbours, in the distances of `z`:

        F <- alpha S F + (1 - alpha) Y,   S = D^(-1/2) W D^(-1/2),   Y one-hot, zeros if unknown

    where W has 1 for a line and D counts the lines of each example. A new example takes the label
    that most has flowed to among its nearest neighbours. Nothing of it needs a kernel: the object
    shows itself as HTML that computes in the page, and in print as the sheet.

    Args:
        pictures: of the sheet, in [0, 1], `(m, h, w)`, where 0 is paper and 1 is ink, m a multiple
            of 10.
        places: which training example each of them is, `m` places in `z`.
        z: codes or pixels of the training examples, `(n, d)`.
        test_z: of new examples, `(t, d)`.
        test_labels: of the new examples, `t` numbers from 0 to 9.
        labels: how many the reader may give.
        neighbours: lines that begin at an example.
        alpha: part of an opinion that comes from the neighbours, in (0, 1).
        rounds: how often labels flow on.
        label: what is labelled, in the plural, for a reader who cannot see it.

    Raises:
        TypeError: an array does not hold numbers, or `alpha` is none.
        ValueError: an argument has another shape, length or range.

    Source:
        D. Zhou et al., "Learning with Local and Global Consistency", NIPS 2003, section 2.
    """

    def __init__(
        self,
        pictures: ArrayLike,
        places: ArrayLike,
        z: ArrayLike,
        test_z: ArrayLike,
        test_labels: ArrayLike,
        *,
        labels: int = 10,
        neighbours: int = 10,
        alpha: float = 0.8,
        rounds: int = 40,
        label: str = "pictures",
    ) -> None:
        self.pictures = check_images(pictures, shape=(None, None), name="pictures")
        m = len(self.pictures)
        if m % COLUMNS:
            raise ValueError(f"`pictures` must hold a multiple of {COLUMNS}. Received: {m}")
        self.z = check_array(z, name="z")
        n, *shape = self.z.shape
        if n > LARGEST:
            raise ValueError(f"`z` must hold {LARGEST} examples or fewer. Received: {n}")
        self.test_z = check_array(test_z, shape=tuple(shape), name="test_z")
        self.places = _whole(places, m, n, "places")
        self.test_labels = _whole(test_labels, len(self.test_z), 10, "test_labels")
        self.labels = check_count(most=m, labels=labels)
        self.neighbours = check_count(most=n - 1, neighbours=neighbours)
        self.alpha = float(check_float("(0, 1)", alpha=alpha))
        check_text(label=label)
        self.rounds, self.label = check_count(rounds=rounds), label
        apart = distances(self.z, self.z)
        np.fill_diagonal(apart, np.inf)  # nobody is a neighbour of itself
        self.lines = np.argsort(apart, axis=1, kind="stable")[:, : self.neighbours]
        asked = distances(self.test_z, self.z)
        self.asks = np.argsort(asked, axis=1, kind="stable")[:, : self.neighbours]
        # Of each new example, the pictures of the sheet from the nearest to the farthest.
        self.order = np.argsort(asked[:, self.places], axis=1, kind="stable")
        self.twin = name_of(self.places.tolist(), self.order.tolist(), self.lines.tolist())

    def named(self, labels: Mapping[int, int]) -> dict[str, float]:
        """Count what given labels name.

        Args:
            labels: dict from the number of a picture on the sheet to its label, 0 to 9.

        Returns:
            dict of `spreading` and `nearest`: shares of the new examples named rightly.

        Raises:
            TypeError: `labels` are no dict.
            ValueError: a number is not of the sheet, or a label not from 0 to 9.
        """
        check_has("a dict of numbers of pictures to labels", "keys", "values", labels=labels)
        numbers = [check_count(0, len(self.places) - 1, number=each) for each in labels]
        given = [check_count(0, 9, label=each) for each in labels.values()]
        if not given:
            return {"spreading": 0.0, "nearest": 0.0}
        rank = np.argsort(self.order, axis=1)[:, numbers]
        nearest = np.asarray(given)[rank.argmin(axis=1)]
        flowed = self._spread(numbers, given)[self.asks].sum(axis=1)  # (t, 10)
        spreading = np.where(flowed.max(axis=1) > 0, flowed.argmax(axis=1), -1)
        return {
            "spreading": float((spreading == self.test_labels).mean()),
            "nearest": float((nearest == self.test_labels).mean()),
        }

    def still(self) -> bytes:
        """Draw the sheet: PNG bytes."""
        return png(side_by_side(self.pictures.reshape(-1, COLUMNS, *self.pictures.shape[1:])))

    def alt_text(self) -> str:
        """Describe the sheet to a reader who cannot see it."""
        return alt_text(self)

    def to_html(self) -> str:
        """Write the sheet as HTML that works without a kernel and without a network."""
        return sheet_html(self)

    def _spread(self, numbers, given):
        """Give F after all rounds, `(n, 10)`."""
        n = len(self.z)
        W = np.zeros((n, n), bool)
        W[np.arange(n)[:, None], self.lines] = True
        W |= W.T
        scale = 1 / np.sqrt(W.sum(axis=1))
        S = W * scale[:, None] * scale
        Y = np.zeros((n, 10))
        Y[self.places[numbers], given] = 1
        F = Y
        for _ in range(self.rounds):
            F = self.alpha * (S @ F) + (1 - self.alpha) * Y
        return F

    def _ipython_display_(self, **kwargs):
        shown = {
            "text/plain": repr(self),
            "text/html": self.to_html(),
            "image/png": base64_text(self.still()),
        }
        display(shown, metadata={"image/png": {"alt": self.alt_text()}}, raw=True)

    def __repr__(self):
        return f"LabelSheet({len(self.pictures)} {self.label})"


def distances(x, y):
    """Give the squared distances of rows of `x` to rows of `y`."""
    x, y = (np.asarray(each, "float64").reshape(len(each), -1) for each in (x, y))
    return np.square(x).sum(1)[:, None] - 2 * x @ y.T + np.square(y).sum(1)


def _whole(values, length, below, name):
    """Return whole numbers from 0 on and below a limit, or say what is wrong with them."""
    values = check_numbers(values, shape=(length,), name=name)
    if (values != np.rint(values)).any() or values.min() < 0 or values.max() >= below:
        raise ValueError(
            f"`{name}` must be whole numbers from 0 to {below - 1}. "
            f"Received: from {values.min():g} to {values.max():g}"
        )
    return values.astype(int)
