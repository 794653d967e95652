"""Checks of the sizes that a network is built with."""

from companion.checks import check_count, is_count


def check_sizes(latent_dim, **shapes):
    """Return `latent_dim` as an int and `shapes` as tuples of them, or raise ValueError."""
    latent_dim = check_count(latent_dim=latent_dim)
    for name, shape in shapes.items():
        if not isinstance(shape, tuple | list) or not all(map(is_count, shape)):
            raise ValueError(
                f"`{name}` must be a tuple of positive integers. Received: {name}={shape!r}"
            )
    return latent_dim, *(tuple(map(int, shape)) for shape in shapes.values())


def check_condition(condition_shape):
    """Return the shape of a condition as a tuple of ints, or None for none, or raise ValueError."""
    if condition_shape is None:
        return None
    _, condition_shape = check_sizes(1, condition_shape=condition_shape)
    if not condition_shape:
        raise ValueError(
            "`condition_shape` must hold one size or more, as (1,) does for a number. "
            "Received: condition_shape=()"
        )
    return condition_shape
