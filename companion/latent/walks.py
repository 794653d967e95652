"""Grids, walks and samplers: ways to choose codes, before a decoder draws them.

- a grid: `gaussian_grid` (chapter 6).
- walks from code to code: `straight`, `spherical`, `walk` (chapters 6 and 10).
- samplers, each from another idea of how codes are distributed: `sample_prior`,
  `sample_moment_matched`, `sample_mixture` (chapter 6).
- arithmetic: `attribute_direction` (chapter 11).

Codes are float32 `(n, latent_dim)` and have no unit. Nothing here needs Keras.
"""

from itertools import pairwise

import numpy as np
from scipy.stats import norm
from sklearn.mixture import GaussianMixture

from companion.checks import check_array, check_count


def gaussian_grid(n):
    """Give `n` values that cut the standard normal into parts of equal chance.

        z_i = Phi^-1((i + 1/2) / n),   i = 0 ... n - 1

    Each stands in the middle, by chance, of one of `n` equally likely parts:
    as the two axes of a map they show a code space as N(0, I) fills it.

    Args:
        n: a positive integer.

    Returns:
        float32 `(n,)`, increasing, symmetric about 0.

    Raises:
        ValueError: `n` is not a positive integer.

    Example:
        >>> from companion import latent
        >>> latent.gaussian_grid(3).round(2)
        array([-0.97,  0.  ,  0.97], dtype=float32)
    """
    check_count(n=n)
    return norm.ppf((np.arange(n) + 0.5) / n).astype("float32")


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


def sample_prior(n, latent_dim, seed):
    """Draw codes from N(0, I), the prior that a model may be declared to have.

    Args:
        n: how many codes.
        latent_dim: numbers in a code.
        seed: of the draw; the same seed gives the same codes.

    Returns:
        float32 `(n, latent_dim)`.

    Raises:
        ValueError: `n` or `latent_dim` is not a positive integer.

    Example:
        >>> from companion import latent
        >>> latent.sample_prior(10, latent_dim=2, seed=0).shape
        (10, 2)
    """
    check_count(n=n)
    check_count(latent_dim=latent_dim)
    return np.random.default_rng(seed).standard_normal((n, latent_dim), dtype="float32")


def sample_moment_matched(codes, n, seed):
    """Draw codes from the Gaussian that has the mean and the covariance of `codes`.

    Args:
        codes: codes of the training pictures, `(m, latent_dim)`, two or more.
        n: how many codes.
        seed: of the draw; the same seed gives the same codes.

    Returns:
        float32 `(n, latent_dim)`.

    Raises:
        ValueError: `codes` are no codes, not finite or fewer than two; `n` is
            not a positive integer.
    """
    codes = _codes(codes, "codes", least=2)
    check_count(n=n)
    covariance = np.cov(codes, rowvar=False).reshape(2 * codes.shape[1:])
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(codes.mean(axis=0), covariance, n).astype("float32")


def sample_mixture(codes, n, seed, components=10):
    """Draw codes from a mixture of Gaussians fitted to `codes`.

    The mixture is scikit-learn's `GaussianMixture`, fitted by expectation
    maximisation, each Gaussian with a covariance of its own.

    Args:
        codes: codes of the training pictures, `(m, latent_dim)`.
        n: how many codes.
        seed: of the fit and of the draw; the same seed gives the same codes.
        components: how many Gaussians, at most `m`.

    Returns:
        float32 `(n, latent_dim)`, in random order.

    Raises:
        ValueError: `codes` are no codes, not finite or fewer than the
            components; `n` or `components` is not a positive integer.
    """
    check_count(n=n)
    check_count(components=components)
    codes = _codes(codes, "codes", least=max(2, components))
    mixture = GaussianMixture(components, max_iter=500, random_state=seed).fit(codes)
    sample, _ = mixture.sample(n)  # one Gaussian after the other
    return np.random.default_rng(seed).permutation(sample).astype("float32")


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
        metric", ICML 2016, section 4.2: "visual attribute vectors".
    """
    codes, present = _codes(codes, "codes", least=2), np.asarray(present)
    if present.dtype != bool:
        raise TypeError(f"`present` must be boolean. Received: dtype={present.dtype}")
    if present.shape != codes.shape[:1]:
        raise ValueError(
            f"`present` must have shape ({len(codes)},). Received: shape={present.shape}"
        )
    if present.all() or not present.any():
        raise ValueError("`present` must hold both True and False. Received: one of them alone")
    return (codes[present].mean(axis=0) - codes[~present].mean(axis=0)).astype("float32")


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
