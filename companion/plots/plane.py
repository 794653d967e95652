"""The plane of codes: where the pictures are, and what is decoded there."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike
from scipy.ndimage import distance_transform_edt

from companion.checks import as_numbers, check_array, check_numbers
from companion.plots.plot_arguments import axes_of, check_classes
from companion.plots.style import NAME, PETROFF


def latent_scatter(
    codes: ArrayLike, labels: ArrayLike, class_names: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Draw codes as points of the plane, coloured and named by their classes (chapter 2).

    A class's name stands at the median of its points, so that the picture can be
    read without its colours: Petroff's ten (2021), told apart by colour-blind
    eyes too. Names that would lie on each other are moved apart. All points are
    drawn in the order given, so no class lies on top.

    Args:
        codes: numbers, `(n, 2)`.
        labels: integers, `(n,)`: indices into `class_names`.
        class_names: names of the classes; one without points is left out.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: codes are not points of a plane, or labels do not fit them.
    """
    check_array(codes, shape=(2,), name="codes")
    codes = np.asarray(codes)
    labels, class_names = check_classes(class_names, codes.shape[:1], labels=labels)
    ax = axes_of(ax, 5)
    colours = np.array([colour for _, colour in zip(class_names, cycle(PETROFF))])
    size = np.clip(5000 / max(len(codes), 1), 3, 18)  # smaller points where there are many
    ax.scatter(*codes.T, s=size, c=colours[labels], alpha=0.7, linewidths=0, rasterized=True)
    present = np.unique(labels)
    middles = [np.median(codes[labels == label], axis=0) for label in present]
    names = [class_names[label] for label in present]
    for name, middle, shift in zip(names, middles, _apart(ax, middles, names), strict=True):
        ax.annotate(name, middle, shift, textcoords="offset points", **NAME)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _apart(ax, places, names, height=15, letter=9):
    """Give shifts in typographic points, by which names at these places keep off each other.

    Between a pair of names lie at least `height` points upwards, or half of both widths
    across, or as much in a slanting direction: no other name in an ellipse of that size.
    """
    ax.autoscale_view()
    start = ax.transData.transform(np.reshape(places, (-1, 2))) * 72 / ax.figure.dpi
    widths = np.array([letter * len(name) for name in names])
    across = np.maximum((widths[:, None] + widths) / 2, height)  # (n, n)
    ellipse = np.stack([across, np.full_like(across, height)], axis=-1)  # (n, n, 2)
    moved = start + 1e-3 * np.arange(len(start))[:, None]  # so that no two are at one place
    for _ in range(100):
        between = (moved[:, None] - moved) / ellipse
        distance = np.linalg.norm(between, axis=-1, keepdims=True)
        push = np.clip(1 - distance, 0, None) / 2 * between / np.maximum(distance, 1e-9)
        moved = moved + (push * ellipse).sum(axis=1)
    return np.where(np.abs(moved - start) < 0.1, 0, moved - start)


def territories(
    classes: ArrayLike,
    z1: ArrayLike,
    z2: ArrayLike,
    class_names: Sequence[str],
    empty: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the plane of codes as a map of countries, each named by its class (chapter 6).

    Args:
        classes: integers, `(len(z2), len(z1))`: the class of what is decoded at
            (z1[j], z2[i]), an index into `class_names`.
        z1, z2: increasing values of the first and the second number of the code.
        class_names: names of the classes; each stands in the widest part of its country.
        empty: booleans of the shape of `classes`; True stays white.
        ax: axes to draw on.

    Returns:
        The axes, in the coordinates of the codes.

    Raises:
        ValueError: `classes` or `empty` does not fit the grid.
    """
    for name, values in {"z1": z1, "z2": z2}.items():
        check_numbers(values, shape=(None,), name=name)
    z1, z2 = np.asarray(z1), np.asarray(z2)
    shape = len(z2), len(z1)
    classes, class_names = check_classes(class_names, shape, classes=classes)
    empty = np.zeros(shape, bool) if empty is None else as_numbers(empty, "empty")
    if empty.shape != shape or not np.isin(empty, (0, 1)).all():
        raise ValueError(
            f"`empty` must be booleans of shape {shape}. Received: shape={empty.shape}"
        )
    empty = empty.astype(bool)
    ax = axes_of(ax, 5)
    colours = np.array([to_rgb(colour) for _, colour in zip(class_names, cycle(PETROFF))])
    picture = 1 - 0.65 * (1 - colours[classes])  # paler, so that names and codes can be read
    picture[empty] = 1
    steps = [(values[-1] - values[0]) / (len(values) - 1) / 2 for values in (z1, z2)]
    ends = [(v[0] - step, v[-1] + step) for v, step in zip((z1, z2), steps, strict=True)]
    ax.imshow(picture, origin="lower", extent=(*ends[0], *ends[1]), aspect="auto",
              interpolation="nearest")  # fmt: skip
    for label in np.unique(classes[~empty]):
        inside = np.pad((classes == label) & ~empty, 1)
        i, j = np.unravel_index(distance_transform_edt(inside).argmax(), inside.shape)
        ax.annotate(class_names[label], (z1[j - 1], z2[i - 1]), **NAME)
    ax.set(xlabel="first number of the code, $z_1$", ylabel="second number, $z_2$")
    return ax
