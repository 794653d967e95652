"""Mosaics of pictures: ink on paper, so 0 is white and 1 is black."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from companion.checks import check_count, check_has, check_numbers
from companion.pictures import side_by_side
from companion.plots.style import GREEN, ORANGE, SIGNED, WIDTH, new_axes

GAP = 2  # white pixels between two pictures
PAPER = {"cmap": "gray_r", "vmin": 0, "vmax": 1, "interpolation": "nearest"}


def image_rows(rows, marks=None, ax=None):
    """Draw rows of pictures under each other, each with its name (chapter 1).

    Args:
        rows: dict from a row's name to its pictures, `(n, h, w)` or
            `(n, h, w, 1)`, in [0, 1]; the same `h` and `w` throughout.
        marks: dict from a row's name to a short text for each of its pictures,
            written into their upper left corners (chapter 6).
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: no row, rows of different lengths, or pictures that are not grey.
    """
    pictures = _equally_many(rows, "rows")
    _, h, w = pictures[0].shape
    ax = ax or new_axes(0.1 + WIDTH * len(rows) * h / (len(pictures[0]) * w))
    ax.imshow(side_by_side(np.stack(pictures), GAP), **PAPER)
    ax.set_xticks([])
    ax.set_yticks([(i + 0.5) * (h + GAP) for i in range(len(rows))], list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for i, name in enumerate(rows):
        for j, mark in enumerate((marks or {}).get(name, ())):
            ax.annotate(mark, (j * (w + GAP), i * (h + GAP)), va="top", color=ORANGE,
                        size=9, weight="bold")  # fmt: skip
    return ax


def picture_sums(columns, signs, ax=None):
    """Draw sums of pictures under each other, as one writes them: A + B - C = D (chapter 11).

    Args:
        columns: dict from a column's name to its pictures, `(n, h, w)` or
            `(n, h, w, 1)`, one for each sum; the same `h` and `w` throughout.
        signs: what stands between two columns, one fewer than there are columns.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: no column, columns of different lengths, another count of signs,
            or pictures that are not grey.
    """
    pictures = _equally_many(columns, "columns")
    if len(signs) != len(columns) - 1:
        raise ValueError(f"`signs` must hold {len(columns) - 1} signs. Received: {signs}")
    n, h, w = pictures[0].shape
    room = w // 2  # for a sign, before each column but the first
    step = room + w + GAP
    lines = np.pad(np.stack(pictures, axis=1), [(0, 0), (0, 0), (0, 0), (room, 0)])
    picture = side_by_side(lines, GAP)[:, room:]
    ax = ax or new_axes(0.3 + WIDTH * picture.shape[0] / picture.shape[1])
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


def picture_map(decode, z1, z2, ax=None):
    """Draw what a 2-D decoder makes of each point of a grid of codes (chapter 1).

    Args:
        decode: function from codes `(n, 2)` to pictures `(n, h, w, 1)` in [0, 1].
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
    images = _ink(decode(grid.reshape(-1, 2)))
    h, w = images.shape[1:]
    ax = ax or new_axes(WIDTH * len(z2) * h / (len(z1) * w))
    ax.imshow(side_by_side(images.reshape(*grid.shape[:2], h, w), GAP), **PAPER)
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


def dictionaries(atoms, columns=12, ax=None):
    """Draw the atoms of several dictionaries, a block of small pictures each (chapter 3).

    Args:
        atoms: dict from a dictionary's name to its atoms, weights `(n, h, w)` or
            `(n, h, w, 1)`, as many in each, `n` a multiple of `columns`;
            `signed_as_grey` draws them.
        columns: atoms in a row.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_has("a dict of names to atoms", "values", atoms=atoms)
    columns = check_count(columns=columns)
    blocks = [signed_as_grey(_two_dimensional(weights)) for weights in atoms.values()]
    n, h, w = blocks[0].shape
    mosaics = [side_by_side(b.reshape(n // columns, columns, h, w), GAP) for b in blocks]
    height, width = mosaics[0].shape
    space = np.zeros((4 * GAP, width))
    ax = ax or new_axes(0.1 + WIDTH * len(blocks) * (height + 4 * GAP) / (1.15 * width))
    picture = np.concatenate([part for mosaic in mosaics for part in (mosaic, space)][:-1])
    ax.imshow(picture, **PAPER)
    middles = [height / 2 + i * (height + 4 * GAP) for i in range(len(blocks))]
    ax.set_yticks(middles, list(atoms), rotation=90, va="center")
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def signed_as_grey(weights):
    """Give signed pictures as greys: 1/2 for weight 0, more for ink added, less for ink taken.

        1/2 + w / (2 max |w|),   the maximum over each picture

    Args:
        weights: `(n, h, w)`, none of them zero throughout.

    Returns:
        Array in [0, 1] of the same shape.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_numbers(weights, shape=(None,) * 3, name="weights")
    return 0.5 + 0.5 * weights / np.abs(weights).max(axis=(1, 2), keepdims=True)


def kernel_at_work(image, kernel, response, ax=None):
    """Draw a picture, a kernel with its numbers, and what the one makes of the other (chapter 5).

    A frame shows the window in which the response is largest, and its place in the response.

    Args:
        image: a grey picture in [0, 1], `(h, w)`.
        kernel: numbers, `(k, k)`.
        response: what the kernel answers at each of its places, `(h - k + 1, w - k + 1)`.
        ax: axes to draw on.

    Returns:
        The axes, in pixels of the picture; positive numbers are orange, negative ones blue.

    Raises:
        ValueError: the response is not of the shape that belongs to picture and kernel.
    """
    for name, array in {"image": image, "kernel": kernel, "response": response}.items():
        check_numbers(array, shape=(None, None), name=name)
    image, kernel, response = map(np.asarray, (image, kernel, response))
    (h, w), k = image.shape, len(kernel)
    if response.shape != (h - k + 1, w - k + 1):
        raise ValueError(
            f"`response` must have shape {(h - k + 1, w - k + 1)}. Received: {response.shape}"
        )
    ax = ax or new_axes(WIDTH * h / (2.7 * w))
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, extent=(0, w, h, 0))
    cell = w / 6  # the kernel is enlarged, and stands in the middle
    left, top = 1.1 * w, (h - k * cell) / 2
    box = left, left + k * cell, top + k * cell, top
    limit = 1.6 * np.abs(kernel).max()  # pale enough for its numbers to be read
    ax.imshow(kernel, cmap=SIGNED, vmin=-limit, vmax=limit, extent=box)
    for (i, j), weight in np.ndenumerate(kernel):
        ax.annotate(f"{weight:g}".replace("-", "\N{MINUS SIGN}"), ha="center", va="center",
                    xy=(left + (j + 0.5) * cell, top + (i + 0.5) * cell))  # fmt: skip
    right = left + k * cell + 0.1 * w
    limit = np.abs(response).max()
    box = right, right + w - k + 1, h - (k - 1) / 2, (k - 1) / 2
    ax.imshow(response, cmap=SIGNED, vmin=-limit, vmax=limit, extent=box)
    i, j = np.unravel_index(np.abs(response).argmax(), response.shape)
    for corner, size in (((j, i), k), ((right + j, i + (k - 1) / 2), 1)):
        ax.add_patch(plt.Rectangle(corner, size, size, fill=False, color=GREEN, lw=2))
    for middle, name in ((w / 2, "picture"), (left + k * cell / 2, "kernel"),
                         (right + (w - k + 1) / 2, "response")):  # fmt: skip
        ax.annotate(name, (middle, h), (0, -4), textcoords="offset points", ha="center", va="top")
    ax.set(xlim=(0, right + w - k + 1), ylim=(h + 3, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax


def _equally_many(named, what):
    """Give the pictures of each name, `(n, h, w)`; `n` must be the same for all."""
    check_has("a dict of names to pictures", "values", **{what: named})
    pictures = [_ink(images) for images in named.values()]
    if len({len(images) for images in pictures}) != 1:
        sizes = {name: len(images) for name, images in zip(named, pictures, strict=True)}
        raise ValueError(f"`{what}` must hold equally many pictures each. Received: {sizes}")
    return pictures


def _two_dimensional(images):
    """Drop the channel axis of grey pictures."""
    images = np.asanyarray(images)  # with its mask, if it has one: it is refused
    images = images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"Pictures must be grey, (n, h, w) or (n, h, w, 1). Received: shape={images.shape}"
        )
    check_numbers(images, shape=(None,) * 3, name="pictures")
    return images


def _ink(images):
    """Give grey pictures that can be drawn: what lies beyond [0, 1], as of PCA, is cut off there.

    Ten times beyond it they are no ink, but bytes.
    """
    images = _two_dimensional(images)
    low, high = images.min(), images.max()
    if low < -9 or high > 10:
        found = f"Received: values from {low:.3g} to {high:.3g}. Bytes become [0, 1] by x / 255."
        raise ValueError(f"`pictures` must lie in [0, 1], or near. {found}")
    return images
