"""Codes at the door: what this folder accepts."""

from companion.checks import check_array, check_numbers


def _codes(codes, name, least=1):
    """Return `codes` as float64 `(n, latent_dim)` with at least `least` rows."""
    codes = check_array(codes, shape=(None,), least=least, name=name)
    return codes.astype("float64")  # sums and logarithms of small differences follow


def _two_codes(start, end):
    start = check_numbers(start, shape=(None,), name="start")
    end = check_numbers(end, shape=(None,), name="end")
    if len(start) != len(end):
        raise ValueError(
            "`start` and `end` must have the same latent_dim. "
            f"Received: {len(start)} and {len(end)} numbers"
        )
    return start.astype("float64"), end.astype("float64")
