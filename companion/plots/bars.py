"""What was measured, as bars."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes

from companion.checks import check_named, check_text
from companion.plots.plot_arguments import axes_of, check_groups, check_range
from companion.plots.style import BLUE, GREEN, GREY, ORANGE, PINK


def bars(values: Mapping[str, float], label: str, ax: Axes | None = None) -> Axes:
    """Draw named numbers as bars under each other, each with its number (Part I, side by side).

    Args:
        values: dict from a name to a number, 0 or more.
        label: what the numbers are, with their unit.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named(values=values)
    check_range(0, np.inf, values=values)
    check_text(label=label)
    ax = axes_of(ax, 0.7 + 0.36 * len(values))
    drawn = ax.barh(list(values), list(values.values()), color=BLUE, height=0.7)
    ax.bar_label(drawn, fmt="%.0f", padding=4, weight="bold", color=BLUE)
    ax.invert_yaxis()  # the first on top
    ax.set(xlabel=label, xlim=(0, 1.1 * max(values.values())))
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def gain_bars(groups: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes:
    """Draw what each method gains over the noisy input, or loses (chapter 4).

    Args:
        groups: dict from what the data is to a dict from a method's name to its
            gain in dB; a method has one colour in all groups.
        ax: axes to draw on.

    Returns:
        The axes, with one bar for each method, the first on top.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_groups(groups=groups)
    methods = list(dict.fromkeys(name for gains in groups.values() for name in gains))
    colours = dict(zip(methods, cycle((GREY, BLUE, ORANGE, GREEN, PINK))))
    ax = axes_of(ax, 0.8 + 0.34 * sum(len(gains) + 1 for gains in groups.values()))
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


def unit_shares(shares: Mapping[str, tuple[float, float]], ax: Axes | None = None) -> Axes:
    """Draw what the units of some codes do: on for a picture, for others only, or dead (chapter 3).

    Args:
        shares: dict from a code's name to two shares of its units, `(active,
            dead)`: those on for a picture, on average, and those on for none.
        ax: axes to draw on.

    Returns:
        The axes.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named((2,), shares=shares)
    check_range(0, 1, shares=shares)
    ax = axes_of(ax, 1.0 + 0.42 * len(shares))
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
