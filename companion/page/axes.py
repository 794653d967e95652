"""The axes of a latent space: where codes lie, steps from end to end, and names."""

import numpy as np


def ranges(codes, percent=1):
    """Find where codes lie, leaving out the outermost `percent` at either end.

    Args:
        codes: `(n, latent_dim)`.

    Returns:
        `(low, high)`, each float32 `(latent_dim,)`, with low < high: a dimension
        in which all codes agree gets 1 to either side.
    """
    low, high = np.percentile(codes, [percent, 100 - percent], axis=0).astype("float32")
    flat = low == high
    return low - flat, high + flat


def through(start, low, high, steps):
    """Lay steps through `start`, so that a slider can stand exactly there.

    Args:
        start, low, high: each `(latent_dim,)`, with low <= start <= high.
        steps: how many steps reach from low to high.

    Returns:
        `(low, high, step)`, each float64 `(latent_dim,)`: the ends go outwards by
        less than a step, until a whole number of steps lies between them and `start`.
    """
    start, low, high = (np.asarray(each, "float64") for each in (start, low, high))
    step = (high - low) / steps
    below = np.ceil((start - low) / step - 1e-6)  # a rounding error is no step
    above = np.ceil((high - start) / step - 1e-6)
    return start - below * step, start + above * step, step


def nearest_step(z, low, high, step):
    """Move codes, `(..., latent_dim)`, to the nearest place where the sliders can stand."""
    steps = np.clip(np.rint((z - low) / step), 0, np.rint((high - low) / step))
    return (low + steps * step).astype("float32")


def nearest_to_median(codes):
    """Return the code closest to the median of all, in units of each dimension's spread."""
    spread = codes.std(axis=0) + 1e-12  # a dimension that never varies has no say
    distance = np.square((codes - np.median(codes, axis=0)) / spread).sum(axis=1)
    return codes[distance.argmin()]


def names_of(latent_dim):
    """Name the dimensions of a latent space as the book writes them: z₁, z₂, ..."""
    subscripts = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return [f"z{i}".translate(subscripts) for i in range(1, latent_dim + 1)]
