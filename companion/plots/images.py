"""Mosaics of pictures on paper: grey ones are ink, 0 white and 1 black; colours are light."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_has, check_numbers, check_texts
from companion.pictures import side_by_side, with_paper
from companion.plots.plot_arguments import axes_of
from companion.plots.style import ORANGE, WIDTH

GAP = 2  # white pixels between two pictures
PAPER = {"cmap": "gray_r", "vmin": 0, "vmax": 1, "interpolation": "nearest"}


def image_rows(
    rows: Mapping[str, ArrayLike],
    marks: Mapping[str, Sequence[str]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw rows of pictures under each other, each with its name (chapter 1).

    Args:
        rows: dict from a row's name to its pictures, `(n, h, w)` or `(n, h, w, 1)`, or
            in colour `(n, h, w, 3)`, in [0, 1]; all of one size, and all grey or none.
        marks: dict from a row's name to a short text for each of its pictures,
            written into their upper left corners (chapter 6).
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError: `marks` is no dict.
        ValueError: no row, rows of different lengths, or pictures of different shapes.
    """
    pictures = _equally_many(rows, "rows")
    if marks is not None:
        check_has("a dict of names of rows to texts", "keys", "values", marks=marks)
        if strange := [name for name in marks if name not in rows]:
            raise ValueError(f"`marks` must have names of `rows`. Received: {strange}")
        for name, texts in marks.items():
            texts = check_texts(None, **{f"marks[{name!r}]": texts})
            if len(texts) > len(pictures[0]):
                raise ValueError(
                    f"`marks[{name!r}]` must hold a text for each picture. "
                    f"Received: {len(texts)} for {len(pictures[0])}"
                )
    h, w = pictures[0].shape[1:3]
    ax = axes_of(ax, 0.1 + WIDTH * len(rows) * h / (len(pictures[0]) * w))
    ax.imshow(side_by_side(np.stack(pictures), GAP), **PAPER)
    ax.set_xticks([])
    ax.set_yticks([(i + 0.5) * (h + GAP) for i in range(len(rows))], list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for i, name in enumerate(rows):
        for j, mark in enumerate((marks or {}).get(name, ())):
            ax.annotate(mark, (j * (w + GAP), i * (h + GAP)), va="top", color=ORANGE,
                        size=10, weight="bold")  # fmt: skip
    return ax


def picture_sums(
    columns: Mapping[str, ArrayLike], signs: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Draw sums of pictures under each other, as one writes them: A + B - C = D (chapter 11).

    Args:
        columns: dict from a column's name to its pictures, one for each sum; their shapes
            are those of `image_rows`.
        signs: what stands between two columns, one fewer than there are columns.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: no column, columns of different lengths, another count of signs,
            or pictures of different shapes.
    """
    pictures = _equally_many(columns, "columns")
    signs = check_texts(len(columns) - 1, signs=list(signs) if isinstance(signs, str) else signs)
    n, h, w = pictures[0].shape[:3]
    room = w // 2  # for a sign, before each column but the first
    step = room + w + GAP
    lines = with_paper(np.stack(pictures, axis=1), (0, 0), (room, 0))
    picture = side_by_side(lines, GAP)[:, room:]
    ax = axes_of(ax, 0.3 + WIDTH * picture.shape[0] / picture.shape[1])
    ax.imshow(picture, **PAPER)
    ax.xaxis.tick_top()
    ax.set_xticks([i * step + (w + GAP) / 2 for i in range(len(columns))], list(columns))
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for i, sign in enumerate(signs, start=1):
        for j in range(n):
            ax.annotate(sign, (i * step - room / 2, (j + 0.5) * (h + GAP)), ha="center",
                        va="center", size=16)  # fmt: skip
    return ax


def picture_map(
    decode: Callable[[np.ndarray], np.ndarray], z1: ArrayLike, z2: ArrayLike, ax: Axes | None = None
) -> Axes:
    """Draw what a 2-D decoder makes of each point of a grid of codes (chapter 1).

    Args:
        decode: function from codes `(n, 2)` to pictures in [0, 1], `(n, h, w, 1)` or, in
            colour, `(n, h, w, 3)`.
        z1, z2: increasing values of the first and the second number of the
            code; z1 grows to the right, z2 upwards.
        ax: axes to draw on.

    Returns:
        The axes, whose coordinates are pictures; ticks name a few codes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_has("a function from codes to pictures", "__call__", decode=decode)
    for name, values in {"z1": z1, "z2": z2}.items():
        check_numbers(values, shape=(None,), name=name)
    z1, z2 = np.asarray(z1), np.asarray(z2)
    grid = np.stack(np.meshgrid(z1, z2[::-1]), axis=-1)  # (rows, columns, 2)
    images = _drawable(decode(grid.reshape(-1, 2)), "decode(z)")
    h, w = images.shape[1:3]
    ax = axes_of(ax, WIDTH * len(z2) * h / (len(z1) * w))
    cells = images.reshape(*grid.shape[:2], *images.shape[1:])
    ax.imshow(side_by_side(cells, GAP), **PAPER)
    for axis, values, size in (("x", z1, w), ("y", z2[::-1], h)):
        middles = (np.arange(len(values)) + 0.5) * (size + GAP)
        ticks = MaxNLocator(6).tick_values(values.min(), values.max())
        ticks = ticks[(values.min() <= ticks) & (ticks <= values.max())]
        order = np.argsort(values)
        places = np.interp(ticks, values[order], middles[order])
        labels = [f"{tick:g}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
        ax.set(**{f"{axis}ticks": places, f"{axis}ticklabels": labels})
    ax.set(xlabel="first number of the code, $z_1$", ylabel="second number, $z_2$")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def _equally_many(named, what):
    """Give the pictures of each name; their number and their shape must be the same for all."""
    check_has("a dict of names to pictures", "items", **{what: named})
    pictures = [_drawable(images, f"{what}[{name!r}]") for name, images in named.items()]
    if len({images.shape for images in pictures}) != 1:
        shapes = {name: images.shape for name, images in zip(named, pictures, strict=True)}
        raise ValueError(
            f"`{what}` must hold equally many pictures each, of one shape. Received: {shapes}"
        )
    return pictures


def without_channel(images, name):
    """Drop the channel axis of grey pictures: `(n, h, w)`, and in colour `(n, h, w, 3)`."""
    images = as_numbers(images, name)
    images = images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images
    if images.ndim not in (3, 4) or images.shape[3:] not in ((), (3,)) or len(images) == 0:
        raise ValueError(
            f"`{name}` must be pictures, (n, h, w), (n, h, w, 1) or, in colour, (n, h, w, 3). "
            f"Received: shape={images.shape}"
        )
    check_numbers(images, shape=(None,) * images.ndim, name=name)
    return images


def _drawable(images, name):
    """Give pictures that can be drawn: what lies beyond [0, 1], as of PCA, is cut off there.

    Far beyond it they are bytes, or else nothing to be drawn.
    """
    images = without_channel(images, name)
    low, high = images.min(), images.max()
    if low < -9 or high > 10:
        found = f"Received: values from {low:.3g} to {high:.3g}. Bytes become [0, 1] by x / 255."
        raise ValueError(f"`{name}` must lie in [0, 1], or near. {found}")
    # Of ink the range of the colour map takes care.
    return np.clip(images, 0, 1) if images.ndim == 4 else images
