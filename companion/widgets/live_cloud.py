"""A Gaussian cloud that the reader moves."""

import numpy as np
from numpy.typing import ArrayLike

from companion.checks import check_count, check_numbers, check_seed, check_text
from companion.page import cloud_twin


class LiveCloud:
    """Show draws from a Gaussian of the plane, whose mean and widths are moved by hand (chapter 7).

    The noise of each draw is held fast, so that a dot glides where its cloud goes,

        z = z_mean + exp(z_log_var / 2) * noise.

    A script in the output does all of it, with or without a kernel: the mean and the widths are
    dragged, or moved by four sliders. Without scripts, and in print, it is a still picture.

    Args:
        z_mean: mean of the two numbers at first, `(2,)`, from -3 to 3.
        z_log_var: logarithm of their variances at first, `(2,)`, from -2.4 to 1.4.
        draws: how many dots.
        seed: of their noise.
        label: what it shows, in words, for a reader who cannot see it.

    Raises:
        TypeError: `z_mean` or `z_log_var` does not hold numbers.
        ValueError: an argument has another shape or range.
    """

    def __init__(
        self,
        z_mean: ArrayLike = (0, 0),
        z_log_var: ArrayLike = (0, 0),
        *,
        draws: int = 150,
        seed: int = 0,
        label: str = "cloud",
    ) -> None:
        self.z_mean = _between("z_mean", z_mean, -3, 3)
        self.z_log_var = _between("z_log_var", z_log_var, *cloud_twin.LOG_VARS)
        check_count(draws=draws)
        check_seed(seed)
        self.noise = np.random.default_rng(seed).standard_normal((draws, 2))
        check_text(label=label)
        self.label = label

    def still(self) -> str:
        """Draw the cloud as it is at first: a file of SVG, as text."""
        return cloud_twin.cloud_svg(self)

    def alt_text(self) -> str:
        """Describe the picture to a reader who cannot see it."""
        return cloud_twin.alt_text(self)

    def to_html(self) -> str:
        """Write it as HTML that works without a kernel and without a network."""
        return cloud_twin.cloud_html(self)

    def __repr__(self):
        return f"LiveCloud({len(self.noise)} draws)"

    def _repr_html_(self):
        return self.to_html()


def _between(name, values, low, high):
    check_numbers(values, shape=(2,), name=name)
    values = np.asarray(values, "float64")
    if not ((low <= values) & (values <= high)).all():
        raise ValueError(
            f"`{name}` must lie between {low:g} and {high:g}. Received: {values.tolist()}"
        )
    return values
