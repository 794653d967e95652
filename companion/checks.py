"""Checks at the door: what a data set or a model accepts."""

from numbers import Integral

import numpy as np


def is_count(value, least=1):
    """Say whether `value` is an integer of `least` or more."""
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= least


def check_count(least=1, **counts):
    """Raise ValueError unless each of `counts` is an integer of `least` or more."""
    for name, count in counts.items():
        if not is_count(count, least):
            wanted = "a positive integer" if least == 1 else f"an integer of {least} or more"
            raise ValueError(f"`{name}` must be {wanted}. Received: {name}={count!r}")


def check_array(x, *, shape=None, name="x"):
    """Return `x` as float32, or say what is wrong with it.

    Args:
        x: array-like, `(n, ...)`, finite numbers.
        shape: the shape of one example, if it is known beforehand; None in it
            stands for any size.
        name: what the caller calls this array, for the error message.

    Returns:
        float32 array of the shape of `x`; `x` itself if it was one already.

    Raises:
        TypeError: `x` does not hold numbers.
        ValueError: `x` is empty, of another shape, or has NaN or infinite values.
    """
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        hint = " A stream of data goes to `fit`, `evaluate` or `predict`." if x.ndim == 0 else ""
        raise TypeError(f"`{name}` must hold numbers. Received: dtype={x.dtype}.{hint}")
    if shape is not None and not _fits(x.shape[1:], shape):
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        hint = " Add the channel axis: x[..., None]." if _fits((*x.shape[1:], 1), shape) else ""
        raise ValueError(
            f"`{name}` must have shape (n, {wanted}). Received: shape={x.shape}.{hint}"
        )
    if x.ndim < 2 or x.size == 0:
        raise ValueError(
            f"`{name}` must hold one example or more, as (n, ...). Received: shape={x.shape}"
        )
    x = x.astype("float32", copy=False)
    if not np.isfinite([x.min(), x.max()]).all():  # NaN if any value is NaN
        bad = int((~np.isfinite(x)).sum())
        raise ValueError(f"`{name}` must be finite. Received: {bad} NaN or infinite values")
    return x


def check_images(x, *, shape=None, name="x"):
    """Return pictures `x` as float32 in [0, 1], or say what is wrong with them.

    Args, returns and errors are those of `check_array`; pixels outside [0, 1]
    are a ValueError too.
    """
    x = check_array(x, shape=shape, name=name)
    low, high = float(x.min()), float(x.max())
    if low < 0 or high > 1:
        hint = " Bytes become [0, 1] by x / 255." if low >= 0 and 1 < high <= 255 else ""
        raise ValueError(
            f"`{name}` must lie in [0, 1]. Received: values from {low:.3g} to {high:.3g}.{hint}"
        )
    return x


def _fits(shape, wanted):
    return len(shape) == len(wanted) and all(
        b is None or a == b for a, b in zip(shape, wanted, strict=True)
    )
