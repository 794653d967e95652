"""Codes as a distribution has them: a grid of the prior, and draws from three."""

import numpy as np
from scipy.stats import norm
from sklearn.mixture import GaussianMixture

from companion.checks import check_count, check_seed, generator
from companion.latent.code_arrays import _codes


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
    check_count(n=n, latent_dim=latent_dim)
    return generator(seed).standard_normal((n, latent_dim), dtype="float32")


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
    drawn = generator(seed).multivariate_normal(codes.mean(axis=0), covariance, n)
    return drawn.astype("float32")


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
    n, components = check_count(n=n, components=components)
    seed = check_seed(seed)
    codes = _codes(codes, "codes", least=max(2, components))
    mixture = GaussianMixture(components, max_iter=500, random_state=seed).fit(codes)
    sample, _ = mixture.sample(n)  # one Gaussian after the other
    return np.random.default_rng(seed).permutation(sample).astype("float32")
