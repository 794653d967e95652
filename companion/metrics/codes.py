"""What codes hold: how many of their numbers speak, how much they say, and of what."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import KNeighborsClassifier

from companion.checks import (
    as_numbers,
    check_array,
    check_classes,
    check_count,
    check_float,
    check_has,
    check_same_shape,
    received,
)


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


def code_information(posterior, seed=0):
    """Estimate how much a code says about which of n pictures it came from, in nats.

        I = mean over i of  log q(z_i | x_i) - log 1/n sum_k q(z_i | x_k),   z_i ~ q(z | x_i)

    This is the mutual information of picture and code, for a picture taken at random from
    these n; it cannot exceed log n, and neither can the estimate. What the KL divergence
    has above it is the divergence of all clouds together from the prior (chapter 9).

    Args:
        posterior: of n pictures, as `VAE.encode` gives it.
        seed: of the draws, one for each picture.

    Returns:
        Nats, a number: at most log n, and for few draws also a little below 0.

    Raises:
        TypeError: `posterior` has no `z_mean` and `z_log_var`, or they hold no numbers.
        ValueError: they are not `(n, latent_dim)`, differ in shape, or are not finite.

    Source:
        M. D. Hoffman and M. J. Johnson, "ELBO surgery" (2016).
    """
    check_has("a models.Posterior", "z_mean", "z_log_var", "sample", posterior=posterior)
    check_array(posterior.z_mean, shape=(None,), name="z_mean")
    check_array(posterior.z_log_var, shape=(None,), name="z_log_var")
    check_same_shape(z_mean=posterior.z_mean, z_log_var=posterior.z_log_var)
    z = posterior.sample(seed).astype("float64")  # large terms cancel below
    mean, log_var = posterior.z_mean.astype("float64"), posterior.z_log_var.astype("float64")
    precise = np.exp(-log_var)
    # (z - mean)^2 precise, summed over the numbers, of each code (row) under each cloud
    square = z**2 @ precise.T - 2 * z @ (mean * precise).T + (mean**2 * precise).sum(axis=1)
    log_q = -(square + log_var.sum(axis=1)) / 2  # and a constant, which the difference loses
    return float(np.mean(np.diagonal(log_q) - logsumexp(log_q, axis=1)) + np.log(len(z)))


def mutual_information_gap(codes, factors, bins=20):
    """Give for each factor how far one number of a code leads in telling of it.

        gap_k = [ I(z_(1); v_k) - I(z_(2); v_k) ] / H(v_k)

    with z_(1) and z_(2) for the numbers of the code that say most and second most of the
    factor v_k. The gap is 1 where one number tells the factor and no other number knows of it,
    and 0 where two tell equally much. Numbers of the code are cut into bins of equally many,
    and so is a factor of more values than there are bins.

    Args:
        codes: `(n, latent_dim)`; of a VAE means or draws; two numbers or more.
        factors: what is known of each picture, `(n, k)`: switches, classes or sizes.
        bins: a positive integer, of 2 or more. With few codes a bin, the estimate of what a
            number says is too high.

    Returns:
        Shares, an array `(k,)`.

    Raises:
        TypeError: codes or factors are no numbers.
        ValueError: other shapes, not equally many, not finite, or a factor that is the same
            for all pictures.

    Source:
        R. T. Q. Chen et al., "Isolating Sources of Disentanglement in Variational
        Autoencoders", NeurIPS 2018.
    """
    codes = check_array(codes, shape=(None,), name="codes")
    factors = check_array(factors, shape=(None,), name="factors")
    check_count(least=2, bins=bins)
    if len(codes) != len(factors) or codes.shape[1] < 2:
        raise ValueError(
            "`codes` must be (n, 2 or more numbers), and `factors` (n, k). "
            f"Received: shapes {codes.shape} and {factors.shape}"
        )
    if (np.ptp(factors, axis=0) == 0).any():
        raise ValueError("Each of `factors` must take two values or more. Received: a constant")
    binned = [_binned(number, bins) for number in codes.T]
    gaps = []
    for factor in factors.T:
        classes = _binned(factor, bins)
        second, first = np.sort([mutual_info_score(number, classes) for number in binned])[-2:]
        gaps.append((first - second) / mutual_info_score(classes, classes))  # I(v; v) = H(v)
    return np.array(gaps)


def _binned(values, bins):
    """Give the number of each value's bin, of equally many; few different values stay."""
    known, index = np.unique(values, return_inverse=True)
    if len(known) <= bins:
        return index
    return np.searchsorted(np.quantile(values, np.arange(1, bins) / bins), values)


def perplexity(tokens, codes):
    """Give how many codes are in use, counted by how often each is.

        perplexity = exp( -sum_k p_k log p_k ),   p_k = the share of tokens that are k

    It is 1 if one code stands everywhere, and `codes` if all are equally frequent.

    Args:
        tokens: integers from 0 to codes - 1, of any shape, as `models.VQVAE.tokens` gives them.
        codes: how many codes there are.

    Returns:
        A number from 1 to `codes`, a float.

    Raises:
        TypeError: the tokens are no numbers.
        ValueError: there are none, or they are no integers from 0 to codes - 1.
    """
    codes, tokens = check_count(codes=codes), as_numbers(tokens, "tokens")
    if tokens.size == 0 or not np.isin(tokens, np.arange(codes)).all():
        raise ValueError(
            f"`tokens` must hold integers from 0 to {codes - 1}, one or more. "
            f"{received('tokens', tokens)}"
        )
    return float(np.exp(entropy(np.bincount(tokens.ravel().astype("int64")))))


def knn_accuracy(codes, labels, test_codes, test_labels, k=5):
    """Give how often the `k` nearest codes name the class of another one.

    Args:
        codes, labels: among which neighbours are looked for: `(n, latent_dim)`, and classes
            `(n,)`, whole numbers or texts.
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
    labels = check_classes(labels, len(codes), name="labels")
    test_labels = check_classes(test_labels, len(test_codes), name="test_labels")
    if (labels.dtype.kind == "U") != (test_labels.dtype.kind == "U"):
        raise ValueError(
            "`labels` and `test_labels` must both be numbers or both be texts. "
            f"Received: dtype={labels.dtype} and dtype={test_labels.dtype}"
        )
    k = check_count(most=len(codes), k=k)
    return float(KNeighborsClassifier(k).fit(codes, labels).score(test_codes, test_labels))
