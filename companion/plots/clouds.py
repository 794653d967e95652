"""Gaussian clouds: one with its marginals, many on a map; what estimates from draws are worth."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.patches import Ellipse
from numpy.typing import ArrayLike
from scipy.stats import norm

from companion.checks import check_array, check_float, check_numbers
from companion.plots.plane import latent_scatter
from companion.plots.plot_arguments import axes_of, check_groups
from companion.plots.style import BLUE, ORANGE, SYMBOLS


def gaussian_cloud(
    draws: ArrayLike, z_mean: ArrayLike, sigma: ArrayLike, limit: float = 4, ax: Axes | None = None
) -> Axes:
    """Draw points of the plane, the Gaussian they come from, and its marginals (chapter 7).

    The ellipses lie one and two standard deviations round the mean, a cross. Draws, mean and
    width have the colours of z, mu and sigma. Along the top
    and the right edge stands each number by itself: a histogram of the draws, and the
    bell curve N(z_mean_j, sigma_j^2).

    Args:
        draws: numbers, `(n, 2)`.
        z_mean, sigma: mean and standard deviation of each number, `(2,)`.
        limit: the axes reach from -limit to limit.
        ax: axes to draw on; the marginals are set beside them.

    Returns:
        The axes, with the marginals as their `child_axes`, that of the first number first.

    Raises:
        ValueError: the draws are not points of a plane, or no Gaussian of the plane is given.
    """
    check_array(draws, shape=(2,), name="draws")
    check_numbers(z_mean, shape=(2,), name="z_mean")
    check_numbers(sigma, shape=(2,), name="sigma")
    check_float("(0, inf)", limit=limit)
    draws, z_mean, sigma = np.asarray(draws), np.asarray(z_mean), np.asarray(sigma)
    if not (sigma > 0).all():
        raise ValueError(f"`sigma` must be above 0. Received: {sigma.tolist()}")
    ax = axes_of(ax, 5.6)
    colour = {name: light for name, (light, _) in SYMBOLS.items()}
    ax.plot(*draws.T, "o", color=colour["z"], ms=3, mew=0, alpha=0.5)
    ax.plot(*z_mean, "+", color=colour["mu"], ms=14, mew=3)
    for widths in (1, 2):
        ellipse = Ellipse(z_mean, *2 * widths * sigma, fill=False, ec=colour["sigma"], lw=2.4)
        ax.add_patch(ellipse)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.spines[["top", "right"]].set_visible(False)
    line, bins = np.linspace(-limit, limit, 201), np.linspace(-limit, limit, 41)
    for j, box in enumerate(([0, 1.03, 1, 0.22], [1.03, 0, 0.22, 1])):
        side = ax.inset_axes(box)
        bell = norm.pdf(line, z_mean[j], sigma[j])
        upright = j == 0
        side.hist(draws[:, j], bins, density=True, color=colour["z"], alpha=0.4,
                  orientation="vertical" if upright else "horizontal")  # fmt: skip
        side.plot(*((line, bell) if upright else (bell, line)), color=colour["sigma"], lw=2.4)
        side.set(**{"xlim" if upright else "ylim": (-limit, limit)})
        side.axis("off")
    return ax


def posterior_ellipses(
    z_mean: ArrayLike,
    sigma: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str],
    widths: float = 2,
    ax: Axes | None = None,
) -> Axes:
    """Draw the cloud of each picture as an ellipse in the plane of codes (chapter 7).

    Args:
        z_mean, sigma: means and standard deviations, `(n, 2)`.
        labels, class_names: as for `latent_scatter`, which draws the means.
        widths: the ellipses lie so many standard deviations round the means.
        ax: axes to draw on.

    Returns:
        The axes, both of one scale.

    Raises:
        ValueError: as `latent_scatter` does, or `sigma` does not fit `z_mean`.
    """
    check_array(z_mean, shape=(2,), name="z_mean")
    check_float("(0, inf)", widths=widths)
    check_numbers(sigma, shape=np.shape(z_mean), name="sigma")
    z_mean, sigma = np.asarray(z_mean), np.asarray(sigma)
    ax = latent_scatter(z_mean, labels, class_names, ax=axes_of(ax, 5.6))
    ax.update_datalim(np.concatenate([z_mean - widths * sigma, z_mean + widths * sigma]))
    ax.autoscale_view()
    (points,) = ax.collections
    points.set_sizes([4])
    colours = points.get_facecolors()[:, :3]
    ax.add_collection(
        EllipseCollection(*2 * widths * sigma.T, np.zeros(len(sigma)), units="xy",
                          offsets=z_mean, offset_transform=ax.transData, facecolors=colours,
                          alpha=0.22, edgecolors=colours, linewidths=0.6)
    )  # fmt: skip
    ax.set(aspect="equal", xlabel="first number of the code, $z_1$", ylabel="second number, $z_2$")
    return ax


def estimate_bands(
    bands: Mapping[str, Mapping[int, tuple[float, float]]], truth: float, ax: Axes | None = None
) -> Axes:
    """Draw how far estimates from n draws scatter round the truth (chapter 7).

    Args:
        bands: dict from an estimator's name to its bands, a dict from the number
            of draws to `(low, high)`; the widest first.
        truth: the number that is estimated.
        ax: axes to draw on.

    Returns:
        The axes; the number of draws is on a logarithmic scale.

    Raises:
        TypeError, ValueError: an argument is not what it should be, or not finite.
    """
    check_groups((2,), bands=bands)
    for name, band in bands.items():
        check_numbers(list(band), shape=(None,), name=f"bands[{name!r}]'s draws")
    check_float("(-inf, inf)", truth=truth)
    ax = axes_of(ax, 3.6)
    for (name, band), colour in zip(bands.items(), cycle((ORANGE, BLUE))):
        draws, (low, high) = list(band), np.transpose(list(band.values()))
        ax.fill_between(draws, low, high, color=colour, alpha=0.4, lw=0)
        ax.plot(draws, low, color=colour, marker="o", ms=4, label=name)
        ax.plot(draws, high, color=colour, marker="o", ms=4)
    minus = f"{truth:g}".replace("-", "\N{MINUS SIGN}")
    ax.axhline(truth, color="black", ls="--", lw=1, label=f"the truth, {minus}")
    ax.set_xscale("log")
    ax.set_xticks(draws, draws)
    ax.minorticks_off()
    ax.set(xlabel="draws in one estimate", ylabel="estimates of the slope")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax
