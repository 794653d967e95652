"""How near a picture comes to the clean one, in decibels (chapter 4)."""

import numpy as np

from companion.checks import check_array


def psnr(clean, pictures):
    r"""Give the peak signal-to-noise ratio, the mean over the pictures of

        10 log10(1 / MSE),   MSE = mean over the pixels of (clean_i - picture_i)^2.

    The peak is 1: full ink, or the height of a signal's unit. More is better: 10 dB
    more is a tenth of the squared error, and 3 dB about half of it; for many pictures,
    of the geometric mean of their errors. The difference of two values, on the same
    clean pictures, does not depend on the peak.

    Args:
        clean: the true pictures or signals, `(n, ...)`.
        pictures: what is compared with them, of the same shape; it is not clipped.

    Returns:
        Decibels (dB), a float; infinity if one of the pictures is an exact copy.

    Raises:
        TypeError: an array does not hold numbers.
        ValueError: an array is empty or not finite, or their shapes differ.
    """
    clean = check_array(clean, name="clean")
    pictures = check_array(pictures, name="pictures", shape=clean.shape[1:])
    if len(pictures) != len(clean):
        raise ValueError(
            "`clean` and `pictures` must be equally many. "
            f"Received: shapes {clean.shape} and {pictures.shape}"
        )
    error = np.square(clean - pictures, dtype="float64")
    mse = error.mean(axis=tuple(range(1, clean.ndim)))  # (n,)
    with np.errstate(divide="ignore"):  # log10(0): an exact copy, said above
        return float(-10 * np.log10(mse).mean())
