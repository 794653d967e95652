"""Checks of the sizes that a network is built with."""

from companion.checks import check_count, is_count


def check_sizes(latent_dim, **shapes):
    """Raise ValueError unless `latent_dim` and all entries of `shapes` are positive integers."""
    check_count(latent_dim=latent_dim)
    for name, shape in shapes.items():
        if not isinstance(shape, tuple | list) or not all(map(is_count, shape)):
            raise ValueError(
                f"`{name}` must be a tuple of positive integers. Received: {name}={shape!r}"
            )
