"""Codes at the door: what this folder accepts."""

import numpy as np

from companion.checks import check_array


def _codes(codes, name, least=1):
    """Return `codes` as float64 `(n, latent_dim)` with at least `least` rows."""
    codes = check_array(codes, shape=(None,), name=name)
    if len(codes) < least:
        raise ValueError(f"`{name}` must be {least} codes or more. Received: {len(codes)}")
    return codes.astype("float64")  # sums and logarithms of small differences follow


def _two_codes(start, end):
    for name, code in (("start", start), ("end", end)):
        if np.ndim(code) != 1:
            raise ValueError(
                f"`{name}` must be one code, (latent_dim,). Received: shape={np.shape(code)}"
            )
    if len(start) != len(end):
        raise ValueError(
            "`start` and `end` must have the same latent_dim. "
            f"Received: {len(start)} and {len(end)} numbers"
        )
    return _codes([start], "start")[0], _codes([end], "end")[0]
