"""Sums of codes that stand for sums of what the pictures show."""

from companion.checks import as_numbers
from companion.latent.code_arrays import _codes


def attribute_direction(codes, present):
    """Give the step from codes without an attribute to codes with it (chapter 11).

        direction = mean of z with it - mean of z without it

    Added to the code of a picture without the attribute, it should give a code of
    the same picture with it; taken away, the opposite.

    Args:
        codes: codes of training pictures, `(n, latent_dim)`.
        present: whether each picture has the attribute: booleans, `(n,)`.

    Returns:
        float32 `(latent_dim,)`.

    Raises:
        TypeError: `present` is not boolean.
        ValueError: `codes` are no codes or not finite; `present` has another length,
            or all pictures are alike in it.

    Source:
        A. B. L. Larsen et al., "Autoencoding beyond pixels using a learned similarity
        metric", ICML 2016: "visual attribute vectors".
    """
    codes, present = _codes(codes, "codes", least=2), as_numbers(present, "present")
    if present.dtype != bool:
        raise TypeError(f"`present` must be boolean. Received: dtype={present.dtype}")
    if present.shape != codes.shape[:1]:
        raise ValueError(
            f"`present` must have shape ({len(codes)},). Received: shape={present.shape}"
        )
    if present.all() or not present.any():
        raise ValueError("`present` must hold both True and False. Received: one of them alone")
    return (codes[present].mean(axis=0) - codes[~present].mean(axis=0)).astype("float32")
