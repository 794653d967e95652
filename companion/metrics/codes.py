"""What codes hold: how many of their numbers say something, and whether neighbours are alike."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from companion.checks import check_array, check_count, check_float


def active_units(z_mean, threshold=0.01):
    """Count the numbers of a code whose means differ from picture to picture.

        number of j with  Var over pictures i of z_mean_ij  >  threshold

    Args:
        z_mean: codes, `(n, latent_dim)`; of a VAE the means.
        threshold: a variance.

    Returns:
        int, from 0 to latent_dim.

    Raises:
        TypeError: the codes are no numbers.
        ValueError: they are not `(n, latent_dim)`, or not finite; `threshold` is negative.

    Source:
        Y. Burda et al., "Importance Weighted Autoencoders" (2015), section 5.
    """
    z_mean = check_array(z_mean, shape=(None,), name="z_mean")
    check_float("[0, inf)", threshold=threshold)
    return int((z_mean.var(axis=0) > threshold).sum())


def knn_accuracy(codes, labels, test_codes, test_labels, k=5):
    """Give how often the `k` nearest codes name the class of another one.

    Args:
        codes, labels: among which neighbours are looked for: `(n, latent_dim)` and `(n,)`.
        test_codes, test_labels: which are judged by them: `(m, latent_dim)` and `(m,)`.
        k: how many neighbours vote, from 1 to n.

    Returns:
        A share between 0 and 1, a float.

    Raises:
        TypeError: the codes are no numbers.
        ValueError: other shapes, codes that are not finite, or a `k` out of its range.
    """
    codes = check_array(codes, shape=(None,), name="codes")
    test_codes = check_array(test_codes, shape=codes.shape[1:], name="test_codes")
    for name, given, of in (("labels", labels, codes), ("test_labels", test_labels, test_codes)):
        if np.shape(given) != (len(of),):
            raise ValueError(
                f"`{name}` must have shape ({len(of)},). Received: shape={np.shape(given)}"
            )
    k = check_count(most=len(codes), k=k)
    return float(KNeighborsClassifier(k).fit(codes, labels).score(test_codes, test_labels))
