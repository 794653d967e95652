"""What a network has learnt, as pictures: the atoms of a dictionary, and a kernel at work."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_count, check_has, check_numbers
from companion.pictures import side_by_side
from companion.plots.images import GAP, PAPER, without_channel
from companion.plots.plot_arguments import axes_of
from companion.plots.style import GREEN, SIGNED, WIDTH


def dictionaries(atoms: Mapping[str, ArrayLike], columns: int = 12, ax: Axes | None = None) -> Axes:
    """Draw the atoms of several dictionaries, a block of small pictures each (chapter 3).

    Args:
        atoms: dict from a dictionary's name to its atoms, weights `(n, h, w)`, `(n, h, w, 1)`
            or, of pictures in colour, `(n, h, w, 3)`, of one shape in all, `n` a multiple of
            `columns`; `signed_as_grey` draws them.
        columns: atoms in a row.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_has("a dict of names to atoms", "items", atoms=atoms)
    columns = check_count(columns=columns)
    each = {name: without_channel(some, f"atoms[{name!r}]") for name, some in atoms.items()}
    shapes = {name: weights.shape for name, weights in each.items()}
    if len(set(shapes.values())) != 1 or next(iter(shapes.values()))[0] % columns:
        raise ValueError(
            "`atoms` must hold equally many atoms each, of one shape, a multiple of "
            f"{columns=}. Received: {shapes}"
        )
    blocks = [signed_as_grey(weights) for weights in each.values()]
    n, *shape = blocks[0].shape
    mosaics = [side_by_side(b.reshape(n // columns, columns, *shape), GAP) for b in blocks]
    height, width, *colours = mosaics[0].shape
    space = np.full((4 * GAP, width, *colours), 1.0 if colours else 0.0)  # paper
    ax = axes_of(ax, 0.1 + WIDTH * len(blocks) * (height + 4 * GAP) / (1.15 * width))
    picture = np.concatenate([part for mosaic in mosaics for part in (mosaic, space)][:-1])
    ax.imshow(picture, **PAPER)
    middles = [height / 2 + i * (height + 4 * GAP) for i in range(len(blocks))]
    ax.set_yticks(middles, list(atoms), rotation=90, va="center")
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def signed_as_grey(weights: ArrayLike) -> np.ndarray:
    """Give signed pictures as greys: 1/2 for weight 0, more for ink added, less for ink taken.

        1/2 + w / (2 max |w|),   the maximum over each picture

    Of pictures in colour, more is more light.

    Args:
        weights: `(n, h, w)` or, in colour, `(n, h, w, 3)`, none of them zero throughout.

    Returns:
        Array in [0, 1] of the same shape.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    weights = as_numbers(weights, "weights")
    colours = weights.shape[3:] if weights.ndim == 4 else ()
    check_numbers(weights, shape=(None, None, None, *colours), name="weights")
    largest = np.abs(weights).max(axis=tuple(range(1, weights.ndim)), keepdims=True)
    if not largest.all():
        raise ValueError(f"`weights` must not be 0 throughout. Received: {(largest == 0).sum()} so")
    return 0.5 + 0.5 * weights / largest


def kernel_at_work(
    image: ArrayLike, kernel: ArrayLike, response: ArrayLike, ax: Axes | None = None
) -> Axes:
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
    if kernel.shape != (k, k):
        raise ValueError(f"`kernel` must be square, (k, k). Received: shape={kernel.shape}")
    if response.shape != (h - k + 1, w - k + 1):
        raise ValueError(
            f"`response` must have shape {(h - k + 1, w - k + 1)}. Received: {response.shape}"
        )
    ax = axes_of(ax, WIDTH * h / (2.7 * w))
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
