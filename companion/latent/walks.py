"""Walks from one code to another."""

from itertools import pairwise

import numpy as np

from companion.checks import check_count
from companion.latent.code_arrays import _codes, _two_codes


def straight(start, end, steps):
    """Walk from one code to another in a straight line, at even steps.

        z(t) = (1 - t) start + t end

    Args:
        start, end: codes, `(latent_dim,)`.
        steps: how many codes, both ends included; 2 or more.

    Returns:
        float32 `(steps, latent_dim)`.

    Raises:
        ValueError: the two are not codes of one size, or not finite; fewer
            than two steps.
    """
    start, end = _two_codes(start, end)
    check_count(steps=steps, least=2)
    return np.linspace(start, end, steps, dtype="float32")


def spherical(start, end, steps):
    """Walk from one code to another round the origin, turning evenly.

    With p and q for the directions of start and end, and theta for the angle
    between them, the direction moves along the great circle,

        d(t) = [ sin((1 - t) theta) p + sin(t theta) q ] / sin(theta),

    and the length goes evenly from the one to the other,

        z(t) = [ (1 - t) |start| + t |end| ] d(t),

    so that a walk between codes of one length keeps that length.

    Args:
        start, end: codes, `(latent_dim,)`, none of them the origin.
        steps: how many codes, both ends included; 2 or more.

    Returns:
        float32 `(steps, latent_dim)`; the straight walk if both codes lie in
        one direction.

    Raises:
        ValueError: as `straight` does; a code is the origin, which has no
            direction; the codes are opposite, and more than one great circle
            joins them.

    Source:
        K. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    a, b = _two_codes(start, end)
    lengths = np.linalg.norm([a, b], axis=1)
    if not lengths.all():
        raise ValueError("A code at the origin has no direction. Received: a code of length 0")
    p, q = a / lengths[0], b / lengths[1]
    theta = 2 * np.arctan2(np.linalg.norm(p - q), np.linalg.norm(p + q))  # exact at 0 and pi too
    if theta == 0:
        return straight(start, end, steps)
    if np.pi - theta < 1e-6:
        raise ValueError(
            "`start` and `end` must not be opposite: the great circle between them is not "
            f"unique. Received: an angle of {np.degrees(theta):.4f} degrees"
        )
    check_count(steps=steps, least=2)
    t = np.linspace(0, 1, steps)[:, None]
    direction = (np.sin((1 - t) * theta) * p + np.sin(t * theta) * q) / np.sin(theta)
    return (((1 - t) * lengths[0] + t * lengths[1]) * direction).astype("float32")


def walk(points, steps):
    """Walk in straight lines through several codes, one after the other.

    Args:
        points: codes, `(n, latent_dim)`, two or more.
        steps: how many codes on each leg, both its ends included; 2 or more.

    Returns:
        float32 `((n - 1) * (steps - 1) + 1, latent_dim)`: a corner, which ends
        one leg and starts the next, is there once.

    Raises:
        ValueError: `points` are no codes, not finite or fewer than two; fewer
            than two steps.
    """
    points = _codes(points, "points", least=2)
    legs = [straight(*ends, steps)[1:] for ends in pairwise(points)]
    return np.concatenate([points[:1], *legs], dtype="float32")
