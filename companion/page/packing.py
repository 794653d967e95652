"""Numbers on their way into a page: as text, and as bytes; and a name for what they show."""

import base64
import hashlib

import numpy as np

from companion.page.page_layers import all_weights

MOST = 6  # decimals of a number in a page


def short(values):
    """Write numbers for JSON, to six digits: finer than float16, and than a pixel."""
    return [float(f"{value:.6g}") for value in np.asarray(values)]


def readable(value, decimals=2):
    """Write a number to two decimals with a true minus sign, and never as minus zero."""
    return f"{value:z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def readable_together(values):
    """Write increasing numbers with as many decimals as tell each from its neighbours."""
    near = np.diff(values).min() / 100
    off = (np.abs(np.round(values, decimals) - values).max() for decimals in range(MOST))
    decimals = next((n for n, error in enumerate(off) if error < near), MOST)
    return [readable(value, decimals) for value in values]


def name_of(*parts):
    """Name a figure by what it shows: 12 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def base64_text(data):
    """Write bytes as base64."""
    return base64.b64encode(data).decode("ascii")


def pack_float16(stack):
    """Write the weights of layers, rounded to float16, as base64 of little-endian bytes.

    Raises:
        ValueError: a weight is not finite, or too large for float16 (65,504).
    """
    weights = all_weights(stack)
    largest = np.abs(weights).max()
    if not largest <= np.finfo("float16").max:
        raise ValueError(
            f"`decoder` must have weights that float16 can hold. Received: largest weight {largest}"
        )
    return base64_text(weights.astype("<f2").tobytes())


def pack_exactly(values):
    """Write numbers as little-endian bytes, in float16 if each of them is one, else in float32.

    Returns:
        dict of `dtype`, "float16" or "float32", and `data`, bytes.
    """
    values = np.asarray(values, "float32").ravel()
    with np.errstate(over="ignore"):
        halves = values.astype("<f2")
    if np.array_equal(halves, values):
        return {"dtype": "float16", "data": halves.tobytes()}
    return {"dtype": "float32", "data": values.astype("<f4").tobytes()}
