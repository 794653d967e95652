"""A prior, and what all posteriors together make of it."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.stats import norm

from companion.checks import check_count, check_float, check_numbers
from companion.plots.plot_arguments import axes_of
from companion.plots.style import BLUE, ORANGE


def aggregate_posterior(
    z_mean: ArrayLike,
    sigma: ArrayLike,
    shown: int = 30,
    limit: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the bell curves of single pictures, their mean over all, and the prior (chapter 9).

        q(z) = 1/n sum_i N(z; z_mean_i, sigma_i^2),   prior N(0, 1)

    It looks at one number of the code. Of the single bells only some are shown, in
    their order evenly, and each at its share of the chance, 1 / `shown`: so their sum
    is about as high as the mean of all.

    Args:
        z_mean, sigma: mean and standard deviation of the number, of each picture, `(n,)`.
        shown: how many single bells, at most n.
        limit: the axis goes from -limit to limit; by default so far that it holds all bells.
        ax: axes to draw on.

    Returns:
        The axes: filled, the mean of all; thin, single ones; dashed, the prior.

    Raises:
        ValueError: not two lists of one length, or a `sigma` that is not positive.
    """
    check_numbers(z_mean, shape=(None,), name="z_mean")
    check_numbers(sigma, shape=np.shape(z_mean), name="sigma")
    shown = check_count(shown=shown)
    if limit is not None:
        check_float("(0, inf)", limit=limit)
    z_mean, sigma = np.asarray(z_mean), np.asarray(sigma)
    if not (sigma > 0).all():
        raise ValueError(f"`sigma` must be above 0. Received: {sigma.min():.3g}")
    ax = axes_of(ax, 2.6)
    limit = limit or max(3.5, np.abs(z_mean).max() + 3 * sigma.max())
    z = np.linspace(-limit, limit, 1001)
    bells = norm.pdf(z, z_mean[:, None], sigma[:, None])  # (n, 1001)
    ax.fill_between(z, bells.mean(axis=0), color=BLUE, alpha=0.35, lw=0, label="all together")
    some = bells[np.linspace(0, len(bells) - 1, shown).astype(int)] / shown
    names = [f"single pictures, height / {shown}"] + [None] * (shown - 1)
    ax.plot(z, some.T, color=ORANGE, lw=0.8, label=names)
    ax.plot(z, norm.pdf(z), color="black", ls="--", lw=1.8, label="the prior")
    ax.set(xlim=(-limit, limit), ylim=(0, None), yticks=[])
    ax.legend(frameon=False)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax
