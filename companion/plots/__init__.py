"""The figures of the book: ink on white, safe for colour-blind eyes.

- `images`: rows, maps and sums of pictures (chapter 1).
- `curves`: errors as curves, and on one scale (chapter 1).
- `bars`: what was measured, as bars (chapter 3).
- `plane`: the plane of codes (chapter 2).
- `clouds`: Gaussian clouds of codes (chapter 7).
- `divergence`: divergences, bounds and posteriors (chapter 8).
- `priors`: a prior, and all posteriors together (chapter 9).
- `sequences`: signals and texts (chapter 4).
- `atoms`: atoms and kernels (chapter 3).
- `style`: the colours and the width of all of them.

Each function draws on `ax`, or on a new figure without it, and returns the
axes. None calls `plt.show()`.
"""

from companion.plots.atoms import dictionaries, kernel_at_work, signed_as_grey
from companion.plots.bars import bars, gain_bars, unit_shares
from companion.plots.clouds import (
    estimate_bands,
    gaussian_cloud,
    posterior_ellipses,
)
from companion.plots.curves import error_scale, loss_curve, shift_curves, size_curves
from companion.plots.divergence import beta_scale, bound_curves, posterior_panels, price_map
from companion.plots.images import image_rows, picture_map, picture_sums
from companion.plots.plane import latent_scatter, territories
from companion.plots.priors import aggregate_posterior
from companion.plots.sequences import signal_rows, text_columns
from companion.plots.style import BLUE, GREEN, GREY, ORANGE, PINK

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "PINK",
    "aggregate_posterior",
    "bars",
    "beta_scale",
    "bound_curves",
    "dictionaries",
    "error_scale",
    "estimate_bands",
    "gain_bars",
    "gaussian_cloud",
    "image_rows",
    "kernel_at_work",
    "latent_scatter",
    "loss_curve",
    "picture_map",
    "picture_sums",
    "posterior_ellipses",
    "posterior_panels",
    "price_map",
    "shift_curves",
    "signal_rows",
    "signed_as_grey",
    "size_curves",
    "territories",
    "text_columns",
    "unit_shares",
]
