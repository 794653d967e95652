"""What was measured, as curves, and as places on one scale."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes

from companion.checks import check_float, check_named, check_numbers, check_text
from companion.plots.plot_arguments import axes_of, check_groups
from companion.plots.style import BLUE, GREEN, GREY, ORANGE, PINK, colours_of


def loss_curve(
    history: Mapping[str, Sequence[float]], *, baseline: float, floor: float, ax: Axes | None = None
) -> Axes:
    """Draw losses over the epochs, between their baseline and their floor (chapter 1).

    Args:
        history: dict from a curve's name to its values, one an epoch, in nats
            per image.
        baseline, floor: nats per image (`metrics.baseline`, `metrics.floor`).
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named((None,), history=history)
    check_float("(-inf, inf)", baseline=baseline)
    check_float("(-inf, inf)", floor=floor)
    ax = axes_of(ax, 3.4)
    _mark_level(ax, baseline, "baseline: the mean picture, always")
    _mark_level(ax, floor, "floor: a perfect reconstruction")
    colours = colours_of(history)
    for name, values in history.items():
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=colours[name], lw=2, marker="o", markevery=[-1])
        ax.annotate(f"{name}, {values[-1]:.0f}", (epochs[-1], values[-1]), (0, 8), ha="right",
                    textcoords="offset points", color=colours[name], weight="bold")  # fmt: skip
    ax.set(xlabel="epoch", ylabel="nats per image", ylim=(0, None), xlim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def error_scale(
    errors: Mapping[str, float], *, baseline: float, floor: float, ax: Axes | None = None
) -> Axes:
    """Place errors on the one scale that gives them a meaning (chapter 1).

    Args:
        errors: dict from a model's name to its held-out error, nats per image.
        baseline, floor: nats per image; the two ends of the scale.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named(errors=errors)
    check_float("(-inf, inf)", baseline=baseline)
    check_float("(-inf, inf)", floor=floor)
    ax = axes_of(ax, 1.7)
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


def size_curves(
    curves: Mapping[str, Mapping[int, float]],
    *,
    level: float,
    level_name: str,
    ylabel: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw what codes of different lengths reach, against one level (chapter 2).

    Args:
        curves: dict from a curve's name to its values, a dict from the numbers
            in a code to what was measured; two or more of each.
        level: a value to compare all with.
        level_name: what reaches that level.
        ylabel: what was measured, with its unit.
        ax: axes to draw on.

    Returns:
        The axes; the numbers in a code double from tick to tick.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_groups(least=2, curves=curves)
    for name, curve in curves.items():
        check_numbers(list(curve), shape=(None,), name=f"curves[{name!r}]'s sizes")
    check_text(level_name=level_name, ylabel=ylabel)
    ax = axes_of(ax, 3.8)
    top = max(curves, key=lambda name: np.mean(list(curves[name].values())))
    first, *_, last = curves[top].values()
    _mark_level(ax, level, level_name, side="right" if first > last else "left")
    for (name, curve), colour in zip(curves.items(), cycle((BLUE, ORANGE, GREEN, PINK))):
        sizes, values = list(curve), list(curve.values())
        ax.plot(sizes, values, color=colour, lw=2, marker="o")
        # Beside the second point, where no part of the curve can be.
        above, falls = name == top, values[0] > values[-1]
        ax.annotate(name, (sizes[1], values[1]), (8 if above == falls else -8, 8 if above else -8),
                    textcoords="offset points", color=colour, weight="bold",
                    ha="left" if above == falls else "right",
                    va="bottom" if above else "top")  # fmt: skip
    ax.set_xscale("log", base=2)
    ax.set_xticks(sizes, sizes)
    ax.set(xlabel="numbers in the code", ylabel=ylabel, ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def shift_curves(
    curves: Mapping[str, Sequence[float]], *, level: float, level_name: str, ax: Axes | None = None
) -> Axes:
    """Draw how errors grow when pictures are moved, pixel by pixel (chapter 5).

    Args:
        curves: dict from a model's name to its errors at 0, 1, 2 ... pixels, nats per image.
        level: an error to compare all with, nats per image.
        level_name: what costs that much.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named((None,), curves=curves)
    check_text(level_name=level_name)
    ax = axes_of(ax, 3.4)
    _mark_level(ax, level, level_name, side="left")
    for name, colour, marker in zip(curves, cycle((BLUE, ORANGE, GREEN)), cycle("os^")):
        ax.plot(curves[name], color=colour, marker=marker, lw=2, label=name)
    ax.legend(frameon=False)
    ax.set(xlabel="pictures moved to the right by ... pixels", ylabel="nats per image")
    ax.set(ylim=(0, None), xticks=range(max(map(len, curves.values()))))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _mark_level(ax, value, text, side="right"):
    check_float("(-inf, inf)", level=value)
    ax.axhline(value, color=GREY, lw=1, ls="--")
    place = {"left": 0.01, "right": 1}[side], value
    ax.annotate(f"{text}, {value:.0f}", place, (0, 3), color="#444444", ha=side,
                xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
