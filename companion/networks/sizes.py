"""Checks of the sizes that a network is built with."""

from numbers import Integral


def check_sizes(latent_dim, **shapes):
    """Raise ValueError unless `latent_dim` and all entries of `shapes` are positive integers."""
    if not _is_size(latent_dim):
        raise ValueError(f"`latent_dim` must be a positive integer. Received: {latent_dim=}")
    for name, shape in shapes.items():
        if not isinstance(shape, tuple | list) or not all(map(_is_size, shape)):
            raise ValueError(
                f"`{name}` must be a tuple of positive integers. Received: {name}={shape!r}"
            )


def _is_size(value):
    return isinstance(value, Integral) and not isinstance(value, bool) and value > 0
