"""The pictures of the book: ink on white, safe for colour-blind eyes.

Each function draws on `ax`, or on a new figure without it, and returns the
axes. None calls `plt.show()`. Pictures are shown as on paper: 0 is white, 1 black.
"""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

# The colours of Okabe and Ito (2008), and a grey.
BLUE, ORANGE, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6e6e6e"


def image_rows(rows, ax=None):
    """Draw rows of pictures under each other, each with its name (chapter 1).

    Args:
        rows: dict from a row's name to its pictures, `(n, h, w)` or
            `(n, h, w, 1)`, in [0, 1]; the same `h` and `w` throughout.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        ValueError: no row, rows of different lengths, or pictures that are not grey.
    """
    pictures = [_two_dimensional(images) for images in rows.values()]
    if len({len(images) for images in pictures}) != 1:
        sizes = {name: len(images) for name, images in zip(rows, pictures, strict=True)}
        raise ValueError(f"`rows` must hold equally many pictures each. Received: {sizes}")
    _, h, w = pictures[0].shape
    ax = ax or _new_axes(0.1 + WIDTH * len(rows) * h / (len(pictures[0]) * w))
    ax.imshow(_tile(np.stack(pictures)), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([h / 2 + i * (h + GAP) for i in range(len(rows))], list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
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
    """
    z1, z2 = np.asarray(z1), np.asarray(z2)
    grid = np.stack(np.meshgrid(z1, z2[::-1]), axis=-1)  # (rows, columns, 2)
    images = _two_dimensional(decode(grid.reshape(-1, 2)))
    h, w = images.shape[1:]
    ax = ax or _new_axes(WIDTH * len(z2) * h / (len(z1) * w))
    mosaic = _tile(images.reshape(*grid.shape[:2], h, w))
    ax.imshow(mosaic, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    for axis, values, size in (("x", z1, w), ("y", z2[::-1], h)):
        middles = np.arange(len(values)) * (size + GAP) + size / 2
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


def loss_curve(history, *, baseline, floor, ax=None):
    """Draw losses over the epochs, between their baseline and their floor (chapter 1).

    Args:
        history: dict from a curve's name to its values, one an epoch, in nats
            per image.
        baseline, floor: nats per image (`metrics.baseline`, `metrics.floor`).
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(3.4)
    _mark_level(ax, baseline, "baseline: the mean picture, always")
    _mark_level(ax, floor, "floor: a perfect reconstruction")
    for (name, values), colour in zip(history.items(), cycle((BLUE, ORANGE, GREEN, PINK))):
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=colour, lw=2, marker="o", markevery=[-1])
        ax.annotate(f"{name}, {values[-1]:.0f}", (epochs[-1], values[-1]), (0, 8), ha="right",
                    textcoords="offset points", color=colour, weight="bold")  # fmt: skip
    ax.set(xlabel="epoch", ylabel="nats per image", ylim=(0, None), xlim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def error_scale(errors, *, baseline, floor, ax=None):
    """Place errors on the one scale that gives them a meaning (chapter 1).

    Args:
        errors: dict from a model's name to its held-out error, nats per image.
        baseline, floor: nats per image; the two ends of the scale.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or _new_axes(1.7)
    ax.plot([floor, baseline], [0, 0], color=GREY, lw=6, solid_capstyle="butt", alpha=0.35)
    for name, value in {"floor": floor, "baseline": baseline}.items():
        ax.plot(value, 0, "|", color=GREY, ms=22, mew=3)
        ax.annotate(f"{name}\n{value:.0f}", (value, 0), (0, -34), ha="center",
                    textcoords="offset points", color="#444444")  # fmt: skip
    for name, value in errors.items():
        ax.plot(value, 0, "o", color=BLUE, ms=10)
        ax.annotate(f"{name}\n{value:.0f}", (value, 0), (0, 10), ha="center",
                    textcoords="offset points", color=BLUE, weight="bold")  # fmt: skip
    ax.set(
        ylim=(-1, 1),
        xlim=(0, 1.08 * max(baseline, *errors.values())),
        yticks=[],
        xlabel="nats per image",
    )
    ax.spines[["left", "top", "right"]].set_visible(False)
    return ax


GAP = 2  # white pixels between two pictures
WIDTH = 6  # of a figure, in inches


def _new_axes(height):
    """Make a figure 6 inches wide: its words can be read where it shrinks to a phone's width."""
    return plt.subplots(figsize=(WIDTH, height), dpi=150, layout="constrained")[1]


def _two_dimensional(images):
    """Drop the channel axis of grey pictures."""
    images = np.asarray(images)
    images = images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"Pictures must be grey, (n, h, w) or (n, h, w, 1). Received: shape={images.shape}"
        )
    return images


def _tile(images):
    """Lay pictures `(rows, columns, h, w)` side by side as one, `GAP` apart."""
    rows, columns, h, w = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (0, GAP), (0, GAP)))
    return padded.swapaxes(1, 2).reshape(rows * (h + GAP), columns * (w + GAP))[:-GAP, :-GAP]


def _mark_level(ax, value, text):
    ax.axhline(value, color=GREY, lw=1, ls="--")
    ax.annotate(f"{text}, {value:.0f}", (1, value), (0, 3), color="#444444", ha="right",
                xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
