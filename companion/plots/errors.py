"""What was measured, as curves and bars."""

from itertools import cycle

import numpy as np

from companion.plots.style import BLUE, GREEN, GREY, ORANGE, PINK, new_axes


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
    ax = ax or new_axes(3.4)
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
    ax = ax or new_axes(1.7)
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


def size_curves(curves, *, level, level_name, ylabel, ax=None):
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
    """
    ax = ax or new_axes(3.8)
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


def shift_curves(curves, *, level, level_name, ax=None):
    """Draw how errors grow when pictures are moved, pixel by pixel (chapter 5).

    Args:
        curves: dict from a model's name to its errors at 0, 1, 2 ... pixels, nats per image.
        level: an error to compare all with, nats per image.
        level_name: what costs that much.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or new_axes(3.4)
    _mark_level(ax, level, level_name, side="left")
    for name, colour, marker in zip(curves, cycle((BLUE, ORANGE, GREEN)), cycle("os^")):
        ax.plot(curves[name], color=colour, marker=marker, lw=2, label=name)
    ax.legend(frameon=False)
    ax.set(xlabel="pictures moved to the right by ... pixels", ylabel="nats per image")
    ax.set(ylim=(0, None), xticks=range(max(map(len, curves.values()))))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def gain_bars(groups, ax=None):
    """Draw what each method gains over the noisy input, or loses (chapter 4).

    Args:
        groups: dict from what the data is to a dict from a method's name to its
            gain in dB; a method has one colour in all groups.
        ax: axes to draw on.

    Returns:
        The axes, with one bar for each method, the first on top.
    """
    methods = list(dict.fromkeys(name for gains in groups.values() for name in gains))
    colours = dict(zip(methods, cycle((GREY, BLUE, ORANGE, GREEN, PINK))))
    ax = ax or new_axes(0.8 + 0.34 * sum(len(gains) + 1 for gains in groups.values()))
    y, ticks = 0, {}
    for group, gains in groups.items():
        y += 1  # a line for the name of the group
        ax.annotate(group, (0, y), (4, 0), xycoords=("axes fraction", "data"), va="center",
                    textcoords="offset points", weight="bold")  # fmt: skip
        for name, gain in gains.items():
            y += 1
            ticks[y] = name
            ax.barh(y, gain, color=colours[name], height=0.75)
            ax.annotate(f"{gain:+.1f}".replace("-", "\N{MINUS SIGN}"), (gain, y),
                        (4 if gain >= 0 else -4, 0), va="center", textcoords="offset points",
                        ha="left" if gain >= 0 else "right")  # fmt: skip
    ax.axvline(0, color="#444444", lw=1)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set(xlabel="gain over the noisy input, dB", ylim=(y + 0.7, 0.4))
    ax.margins(x=0.15)
    ax.tick_params(axis="y", length=0)
    ax.spines[["left", "top", "right"]].set_visible(False)
    return ax


def bars(values, label, ax=None):
    """Draw named numbers as bars under each other, each with its number (Part I, side by side).

    Args:
        values: dict from a name to a number, 0 or more.
        label: what the numbers are, with their unit.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or new_axes(0.7 + 0.36 * len(values))
    drawn = ax.barh(list(values), list(values.values()), color=BLUE, height=0.7)
    ax.bar_label(drawn, fmt="%.0f", padding=4, weight="bold", color=BLUE)
    ax.invert_yaxis()  # the first on top
    ax.set(xlabel=label, xlim=(0, 1.1 * max(values.values())))
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def unit_shares(shares, ax=None):
    """Draw what the units of some codes do: on for a picture, for others only, or dead (chapter 3).

    Args:
        shares: dict from a code's name to two shares of its units, `(active,
            dead)`: those on for a picture, on average, and those on for none.
        ax: axes to draw on.

    Returns:
        The axes.
    """
    ax = ax or new_axes(1.0 + 0.42 * len(shares))
    active, dead = 100 * np.array(list(shares.values())).T
    style = {"height": 0.62, "edgecolor": "#444444"}
    bars = {
        "on for a picture": (0, active, BLUE),
        "on for others only": (active, 100 - active - dead, "#a9cfe6"),
        "dead": (100 - dead, dead, "white"),
    }
    for label, (left, width, colour) in bars.items():
        ax.barh(list(shares), width, left=left, color=colour, label=label, **style)
    for row, value in enumerate(active):
        inside = {"xytext": (-4, 0), "ha": "right", "color": "white"}
        outside = {"xytext": (4, 0), "ha": "left", "color": "black"}
        ax.annotate(f"{value:.0f} %", (value, row), textcoords="offset points", va="center",
                    weight="bold", **(inside if value > 20 else outside))  # fmt: skip
    ax.set(xlim=(0, 100), xlabel="per cent of the units")
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=3, frameon=False,
              handlelength=1.2, columnspacing=1.2)  # fmt: skip
    return ax


def _mark_level(ax, value, text, side="right"):
    ax.axhline(value, color=GREY, lw=1, ls="--")
    place = {"left": 0.01, "right": 1}[side], value
    ax.annotate(f"{text}, {value:.0f}", place, (0, 3), color="#444444", ha=side,
                xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
