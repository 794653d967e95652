"""How a digit is written: the slant, the ink and the width of its strokes (chapter 13)."""

from typing import NamedTuple

import numpy as np

from companion.checks import check_images


class Strokes(NamedTuple):
    """What the ink of pictures tells of the hand that wrote them, each `(n,)`."""

    slant: np.ndarray  #: pixels to the right for each pixel up
    ink: np.ndarray  #: pixels' worth of full ink
    width: np.ndarray  #: standard deviation of the ink's places from left to right, pixels


def strokes(images):
    """Measure pictures by the moments of their ink.

        ink   = sum over the pixels of x_i
        width = sqrt(C_xx),   slant = -C_xy / C_yy,

    where C is the covariance of the places (x to the right, y down), each weighted by its
    pixel's share of the ink. Sheared by s pixels to the right for each pixel up, a picture
    gains s of slant. Chapter 11 builds slant and width by hand.

    Args:
        images: pictures with values in [0, 1], `(n, h, w)` or `(n, h, w, 1)`, none of them
            blank, and none with all of its ink in one row.

    Returns:
        `Strokes`, a named tuple of float64 arrays `(n,)`.

    Raises:
        TypeError: the pictures are no numbers.
        ValueError: another shape or range, or pictures without a slant.
    """
    images = check_images(images, name="images")
    if images.ndim not in (3, 4) or images.shape[3:] not in ((), (1,)):
        raise ValueError(
            f"`images` must have shape (n, h, w) or (n, h, w, 1). Received: shape={images.shape}"
        )
    x = images.reshape(images.shape[:3]).astype("float64")
    ink = x.sum(axis=(1, 2))
    share = x / np.where(ink, ink, 1)[:, None, None]
    places = np.mgrid[: x.shape[1], : x.shape[2]]
    down, right = (p - (share * p).sum(axis=(1, 2))[:, None, None] for p in places)
    c_yy, c_xx, c_xy = ((share * p).sum(axis=(1, 2)) for p in (down**2, right**2, down * right))
    flat = c_yy < 1e-9
    if flat.any():
        raise ValueError(
            "`images` must have ink in two rows or more, else they have no slant. "
            f"Received: {flat.sum()} of {len(x)} without"
        )
    return Strokes(-c_xy / c_yy, ink, np.sqrt(c_xx))
