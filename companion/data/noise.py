"""Noise for clean examples, so that a network can learn to remove it (chapter 4)."""

import numpy as np
from numpy.typing import ArrayLike

from companion.checks import check_array, check_float, check_images, generator


def gaussian(x: ArrayLike, sigma: float, seed: int, *, clip: bool = True) -> np.ndarray:
    """Add noise of the normal distribution, x + sigma e, to every number of `x`.

    Args:
        x: `(n, ...)`. Pictures in [0, 1], or with `clip=False` any numbers, such as
            signals.
        sigma: standard deviation of the noise in the unit of `x`, 0 or more.
        seed: of `numpy.random.default_rng`.
        clip: bring the sum back into [0, 1], as a camera and paper do: a blank pixel
            cannot become blanker.

    Returns:
        float32 array of the shape of `x`.

    Raises:
        TypeError: `x` does not hold numbers, or `sigma` is no number.
        ValueError: `x` is no picture though `clip` is true, or empty, or not finite, or
            `sigma` is negative or not finite.
    """
    x = check_images(x) if clip else check_array(x)
    check_float("[0, inf)", sigma=sigma)
    noise = generator(seed).standard_normal(x.shape, dtype="float32")
    noisy = x + np.float32(sigma) * noise
    return np.clip(noisy, 0, 1) if clip else noisy


def salt_and_pepper(x: ArrayLike, share: float, seed: int) -> np.ndarray:
    """Replace a share of the pixels by blank or by ink, whatever they were.

    Each pixel is replaced with the chance `share`, independently of the others:
    by 0 or by 1, as often the one as the other.

    Args:
        x: pictures in [0, 1], `(n, ...)`.
        share: chance of a pixel to be replaced, in [0, 1].
        seed: of `numpy.random.default_rng`.

    Returns:
        float32 array of the shape of `x`.

    Raises:
        TypeError: `x` does not hold numbers, or `share` is no number.
        ValueError: `x` is empty, not finite or outside [0, 1], or so is `share`.
    """
    x = check_images(x)
    check_float("[0, 1]", share=share)
    chance = generator(seed).random(x.shape, dtype="float32")
    return np.where(chance < share, np.float32(chance < share / 2), x)
