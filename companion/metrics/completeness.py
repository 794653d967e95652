"""Completeness: do drawn pictures stand where the real ones stand (chapter 6)?

Both measures compare two sets of features, points in a space where near means
alike: `metrics.features` makes them of pictures. Both depend on the size of the
sets, so numbers to be compared need sets of one size (1,500 in the book).
"""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from companion.checks import check_array, check_count


def coverage(real, fake, k=5):
    """Give the share of real points that have a fake one in their neighbourhood.

        coverage = 1/n sum_i [ min_j |real_i - fake_j| <= r_i ],
        r_i = distance from real_i to the k-th nearest other real point

    It counts what is missing and forgives what is too much: fakes far from
    all real points cost nothing. It grows with the number of fakes. If both sets
    are drawn from one and the same continuous distribution, its mean is

        1 - (n-1) ... (n-k) / [ (n+m-1) ... (n+m-k) ],

    so with n = m = 1,500 and k = 5 the most to be expected is 0.969, not 1.

    Args:
        real: features of real pictures, `(n, d)`, more than `k`.
        fake: features of drawn pictures, `(m, d)`; the field calls them fake.
        k: which neighbour sets the radius.

    Returns:
        A share, from 0 (nothing is covered) to 1.

    Raises:
        TypeError: the features are no numbers.
        ValueError: the features are not finite or differ in `d`; `k` is not an
            integer from 1 to n - 1.

    Source:
        M. F. Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo, "Reliable fidelity and
        diversity metrics for generative models", ICML 2020, section 3 and lemma 2.
    """
    real, fake = _two_sets(real, fake)
    k = check_count(k=k)
    if k >= len(real):
        raise ValueError(
            f"`k` must be from 1 to {len(real) - 1}, less than the real points. Received: {k=}"
        )
    radius = _nearest(real, k).kneighbors()[0][:, -1]  # without an argument: *other* points
    distance = _nearest(fake, 1).kneighbors(real)[0][:, 0]
    return float((distance <= radius).mean())


def frechet_distance(real, fake):
    """Give the Fréchet distance of two sets, each taken for a Gaussian.

        |mu_1 - mu_2|^2 + tr( S_1 + S_2 - 2 (S_1 S_2)^(1/2) )

    with the means mu and covariances S of the two sets: the squared
    2-Wasserstein distance of the two Gaussians. With the features of an Inception
    network it is known as FID (Heusel et al. 2017); with other features its
    numbers are on another scale. It shrinks, for sets drawn from the same
    distribution, as the sets grow.

    Args:
        real: features of real pictures, `(n, d)`, two or more.
        fake: features of drawn pictures, `(m, d)`, two or more.

    Returns:
        A number from 0 up, in squared units of the features.

    Raises:
        TypeError: the features are no numbers.
        ValueError: the features are not finite, differ in `d`, or are fewer than two.

    Source:
        D. C. Dowson and B. V. Landau, "The Fréchet distance between
        multivariate normal distributions", J. Multivariate Analysis 12, 1982.
    """
    real, fake = _two_sets(real, fake, least=2)
    # With S = R^T R, the eigenvalues of S_1 S_2 are the squares of the singular
    # values of R_1 R_2^T: no root of a matrix is taken, and nothing
    # can turn complex.
    r_1, r_2 = _covariance_root(real), _covariance_root(fake)
    means = np.square(real.mean(axis=0) - fake.mean(axis=0)).sum()
    traces = np.square(r_1).sum() + np.square(r_2).sum()
    trace_of_root = np.linalg.norm(r_1 @ r_2.T, "nuc")
    return float(means + max(traces - 2 * trace_of_root, 0.0))  # rounding may take it below 0


def _covariance_root(points):
    """Give R with R^T R = the covariance of `points`."""
    return np.linalg.qr((points - points.mean(axis=0)) / np.sqrt(len(points) - 1), mode="r")


def _nearest(points, k):
    # A tree subtracts point from point; "brute" would round distances near zero.
    return NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(points)


def _two_sets(real, fake, least=1):
    """Return both as float64 `(n, d)` of the same `d`, at least `least` points each."""
    real = check_array(real, shape=(None,), least=least, name="real")
    fake = check_array(fake, shape=real.shape[1:], least=least, name="fake")
    return real.astype("float64"), fake.astype("float64")
