"""How many units of a code are on, and how many never are (chapter 3)."""

import numpy as np

from companion.checks import check_array, check_float


def active_share(codes, threshold=0.0):
    """Give the share of a code's units that are on, averaged over pictures.

        mean over pictures i and units j of  [h_ij > threshold]

    Args:
        codes: activations, `(n, units)`.
        threshold: above it a unit counts as on. 0 suits ReLU; a sigmoid is
            never 0, and needs another.

    Returns:
        A share between 0 and 1, a float.

    Raises:
        TypeError: the codes are no numbers.
        ValueError: the codes are not `(n, units)` or not finite; `threshold` is NaN.
    """
    codes = _checked(codes, threshold)
    return float(np.mean(codes > threshold))


def dead_share(codes, threshold=0.0):
    """Give the share of a code's units that are on for none of the pictures.

        mean over units j of  [h_ij <= threshold for every picture i]

    The more pictures, the fewer such units: compare numbers only where they are
    of equally many pictures.

    Args:
        codes: activations, `(n, units)`.
        threshold: above it a unit counts as on.

    Returns:
        A share between 0 and 1, a float.

    Raises:
        TypeError, ValueError: as for `active_share`.
    """
    codes = _checked(codes, threshold)
    return float(np.mean(np.all(codes <= threshold, axis=0)))


def _checked(codes, threshold):
    check_float("(-inf, inf)", threshold=threshold)
    return check_array(codes, shape=(None,), name="codes")
