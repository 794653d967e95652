"""Latent codes at the door: what is accepted, and where training codes lie."""

import numpy as np

from companion.checks import check_array


def check_codes(codes, decoder):
    """Return `codes` as float32, `(n, latent_dim)`, or say what is wrong with them."""
    codes = check_array(codes, name="codes")
    if codes.ndim != 2:
        raise ValueError(f"`codes` must have shape (n, latent_dim). Received: shape={codes.shape}")
    expected = getattr(decoder, "input_shape", (None,))[-1]
    if expected not in (None, codes.shape[1]):
        raise ValueError(
            f"`codes` must have the latent_dim of `decoder`, {expected}. "
            f"Received: shape={codes.shape}"
        )
    return codes


def check_code(z, latent_dim):
    """Return one code as float32, `(latent_dim,)`, or say what is wrong with it."""
    try:
        z = np.asarray(z, "float32")
    except (TypeError, ValueError) as error:
        raise TypeError(f"`z` must hold {latent_dim} numbers. Received: z={z!r}") from error
    if z.shape != (latent_dim,):
        raise ValueError(f"`z` must have shape ({latent_dim},). Received: shape={z.shape}")
    if not np.isfinite(z).all():
        raise ValueError(f"`z` must be finite. Received: z={z.tolist()}")
    return z


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


def readable(value):
    """Write a number to two decimals with a true minus sign, and never as minus zero."""
    return f"{value:z.2f}".replace("-", "\N{MINUS SIGN}")
