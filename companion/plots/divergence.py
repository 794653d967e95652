"""Divergences, bounds and posteriors (chapter 8), and what losses weigh them with."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from companion.checks import (
    as_numbers,
    check_float,
    check_has,
    check_named,
    check_numbers,
    check_text,
    received,
)
from companion.plots.images import PAPER
from companion.plots.plot_arguments import axes_of
from companion.plots.style import BLUE, GREEN, GREY, ORANGE, PINK, SYMBOLS, WIDTH

CONTOUR = {"colors": SYMBOLS["kl"][0], "linewidths": 1.2}
# Two clouds over a blue posterior: told apart by all eyes, and by their lines.
CLOUDS = ((ORANGE, "solid"), ("#005a3c", "dashed"))


def price_map(
    means: ArrayLike,
    sigmas: ArrayLike,
    nats: ArrayLike,
    levels: Sequence[float],
    ax: Axes | None = None,
) -> Axes:
    """Draw the price of a cloud over mean and width, and where it pulls (chapter 8).

    Args:
        means, sigmas: increasing values, `(m,)` and `(s,)`; the widths on a logarithmic axis.
        nats: price of each cloud, `(s, m)`.
        levels: prices whose lines are drawn, increasing.
        ax: axes to draw on.

    Returns:
        The axes; arrows point downhill, all of one length.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_numbers(means, shape=(None,), name="means")
    check_numbers(sigmas, shape=(None,), name="sigmas")
    check_numbers(nats, shape=(np.size(sigmas), np.size(means)), name="nats")
    check_numbers(levels, shape=(None,), name="levels")
    means, sigmas, nats = map(np.asarray, (means, sigmas, nats))
    if sigmas.min() <= 0:
        raise ValueError(f"`sigmas` must be above 0. Received: {sigmas.min():.3g}")
    ax = axes_of(ax, 4)
    lines = ax.contour(means, sigmas, nats, levels=levels, **CONTOUR)
    ax.clabel(lines, fmt="%g", fontsize=10)
    ax.set_yscale("log")
    down_sigma, down_mean = (-g for g in np.gradient(nats, np.log(sigmas), means))
    # An even number of columns, so that none hits the labels in the middle.
    rows, columns = (np.linspace(0, n - 1, k).astype(int)[1:-1]
                     for n, k in zip(nats.shape, (9, 10), strict=True))  # fmt: skip
    some = np.ix_(rows, columns)
    # The quiver's angles are those of a step in (mean, sigma): d sigma = sigma d log sigma.
    x, y = down_mean[some], sigmas[rows, None] * down_sigma[some]
    length = np.maximum(np.hypot(x, y), 1e-12)
    ax.quiver(means[columns], sigmas[rows], x / length, y / length, color=ORANGE, scale=22,
              width=0.005, pivot="mid", angles="xy")  # fmt: skip
    ax.plot(0, 1, "*", color="black", ms=12)
    ax.set_xlabel(r"mean $\mu$ of the cloud", color=SYMBOLS["mu"][0])
    ax.set_ylabel(r"its width $\sigma$", color=SYMBOLS["sigma"][0])
    ax.set_yticks(ticks := [t for t in (0.1, 0.2, 0.5, 1, 2, 5) if sigmas[0] <= t <= sigmas[-1]],
                  [f"{t:g}" for t in ticks])  # fmt: skip
    ax.minorticks_off()
    return ax


def bound_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    level: float,
    level_name: str,
    xlabel: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw lower bounds as curves under the level that they bound (chapter 8).

    Args:
        x: what the curves are drawn over, `(n,)`.
        curves: dict from a curve's name to its values, `(n,)`, in nats.
        level: the bounded number, in nats.
        level_name, xlabel: texts.
        ax: axes to draw on.

    Returns:
        The axes; a dot marks the highest point of each curve.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_numbers(x, shape=(None,), name="x")
    x = np.asarray(x)
    check_named((len(x),), curves=curves)
    check_float("(-inf, inf)", level=level)
    check_text(level_name=level_name, xlabel=xlabel)
    ax = axes_of(ax, 3.4)
    ax.axhline(level, color=GREY, lw=1.2, ls="--")
    ax.annotate(level_name, (1, level), (0, 4), xycoords=("axes fraction", "data"), ha="right",
                textcoords="offset points", color="#444444")  # fmt: skip
    for (name, values), colour in zip(curves.items(), cycle((BLUE, ORANGE, GREEN, PINK))):
        values = np.asarray(values)
        top = int(np.argmax(values))
        ax.plot(x, values, color=colour, lw=2, label=name)
        ax.plot(x[top], values[top], "o", color=colour)
    ax.legend(frameon=False, loc="lower center")
    ax.set(xlabel=xlabel, ylabel="nats")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def posterior_panels(
    panels: Mapping[str, tuple[Any, ...]],
    z: ArrayLike,
    limit: float | None = None,
    axes: np.ndarray | None = None,
) -> np.ndarray:
    """Draw true posteriors of pictures, and clouds over them (chapter 8).

    Args:
        panels: dict from a title to `(picture, density, clouds)`: a picture
            `(h, w)` in [0, 1], whose hidden pixels are NaN; the posterior over
            the grid, `(len(z), len(z))`, of any scale; and up to two clouds, `(mean,
            sigma)` with two numbers each or None: the first is a solid line in orange, the
            second a dashed one in dark green.
        z: values of both numbers of the code, evenly spaced.
        limit: the maps reach from -limit to limit; without it each shows the
            surroundings of its posterior and its clouds.
        axes: two rows of axes, one column for each panel.

    Returns:
        The axes, `(2, len(panels))`. Ellipses lie at two standard deviations.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_has("a dict of titles to panels", "items", panels=panels)
    check_numbers(z, shape=(None,), name="z")
    z, n = np.asarray(z), len(panels)
    if not panels:
        raise ValueError("`panels` must hold one panel or more. Received: none")
    for title, panel in panels.items():
        _check_panel(f"panels[{title!r}]", panel, len(z))
    if limit is not None:
        check_float("(0, inf)", limit=limit)
    if axes is not None and np.shape(axes) != (2, n):
        raise ValueError(f"`axes` must have shape (2, {n}). Received: shape={np.shape(axes)}")
    if axes is None:
        size = {"figsize": (WIDTH, 0.6 + 1.6 * WIDTH / n), "height_ratios": (0.6, 1)}
        axes = plt.subplots(2, n, dpi=150, squeeze=False, layout="constrained", **size)[1]
    hidden = plt.get_cmap("gray_r").with_extremes(bad="#c9dcea")
    for (title, (picture, density, clouds)), (above, ax) in zip(
        panels.items(), axes.T, strict=True
    ):
        above.imshow(picture, **{**PAPER, "cmap": hidden})
        above.set(xticks=[], yticks=[], title=title)
        density = np.asarray(density)
        # The root makes small islands visible too.
        ax.contourf(z, z, np.sqrt(density / density.max()), np.linspace(0, 1, 17), cmap="Blues")
        clouds = {line: cloud for line, cloud in zip(CLOUDS, clouds, strict=False) if cloud}
        for (colour, style), (mean, sd) in clouds.items():
            ellipse = Ellipse(mean, *(4 * np.asarray(sd)), fill=False, color=colour, ls=style, lw=2)
            ellipse.set_path_effects([withStroke(linewidth=4, foreground="white")])
            ax.add_patch(ellipse)
        row, column = np.unravel_index(np.argmax(density), density.shape)
        top = [(z[column], z[row])]
        ends = [np.add(mean, k * np.asarray(sd)) for mean, sd in clouds.values() for k in (-2, 2)]
        low, high = (f(top + ends, axis=0) for f in (np.min, np.max))
        middle, half = (low + high) / 2, max(0.5, 0.6 * (high - low).max())
        if limit is not None:
            middle, half = np.zeros(2), limit
        ax.set(aspect="equal", xlim=middle[0] + [-half, half], ylim=middle[1] + [-half, half])
        ax.locator_params(nbins=3)
        above.title.set_fontsize(10)
    return axes


def _check_panel(name, panel, n):
    """Raise unless a panel is `(picture, density, clouds)`."""
    if not isinstance(panel, tuple | list) or len(panel) != 3:
        raise TypeError(f"`{name}` must be (picture, density, clouds). {received(name, panel)}")
    picture, density, clouds = panel
    picture = as_numbers(picture, f"{name}'s picture")
    if picture.ndim != 2:
        raise ValueError(
            f"`{name}'s picture` must have shape (h, w). Received: shape={picture.shape}"
        )
    check_numbers(density, shape=(n, n), name=f"{name}'s density")
    if not isinstance(clouds, tuple | list):
        raise TypeError(f"`{name}'s clouds` must be a list. {received('clouds', clouds)}")
    for cloud in clouds:
        if cloud is not None:
            check_numbers(cloud, shape=(2, 2), name=f"{name}'s cloud")


def beta_scale(betas: Mapping[str, float], ax: Axes | None = None) -> Axes:
    """Place the weights that losses give to the KL term on one logarithmic scale (after chapter 9).

    Args:
        betas: dict from a name to a weight, above 0.
        ax: axes to draw on.

    Returns:
        The axes, the first name on top, with a line at 1.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_named(betas=betas)
    for name, beta in betas.items():
        check_float("(0, inf)", **{f"betas[{name!r}]": beta})
    ax = axes_of(ax, 0.9 + 0.34 * len(betas))
    names, values = list(betas), np.array(list(betas.values()))
    ax.axvline(1, color=GREY, lw=1.2, ls="--")
    ax.hlines(names, np.minimum(values, 1), np.maximum(values, 1), color=BLUE, lw=2, alpha=0.4)
    ax.plot(values, names, "o", color=BLUE, ms=8)
    for name, value in betas.items():
        right = value >= 1
        ax.annotate(f"{value:.3g}", (value, name), (9 if right else -9, 0), va="center",
                    ha="left" if right else "right", textcoords="offset points", color=BLUE,
                    weight="bold")  # fmt: skip
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set(xlabel=r"implied $\beta$", xlim=(values.min() / 12, 6 * values.max()))
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax
