"""How far one distribution is from another, in nats."""

from keras import backend, ops

from companion.checks import check_float, check_same_shape, check_tensors, check_terms


def gaussian_kl(z_mean, z_log_var, prior_mean=0.0, prior_log_var=0.0):
    r"""Give the divergence of one Gaussian from another, both with independent numbers.

        KL( N(m, s^2) || N(n, t^2) )
            = 1/2 sum_j [ log(t_j^2 / s_j^2) + (s_j^2 + (m_j - n_j)^2) / t_j^2 - 1 ]

    Without a second Gaussian it is the divergence from N(0, I), the usual prior of
    a variational autoencoder: 1/2 sum_j [ s_j^2 + m_j^2 - 1 - log s_j^2 ]. Chapter 8
    derives it.

    Args:
        z_mean, z_log_var: m and log s^2, `(batch, latent_dim)`.
        prior_mean, prior_log_var: n and log t^2, numbers or arrays that fit `z_mean`.

    Returns:
        Nats per image, `(batch,)`: 0 if the two Gaussians are the same, else more.

    Raises:
        TypeError: `z_mean` or `z_log_var` is no array, or one of the prior's is no number and
            no array.
        ValueError: they differ in shape.

    Source:
        D. P. Kingma and M. Welling, "Auto-Encoding Variational Bayes" (2013), appendix B.
    """
    check_same_shape(z_mean=z_mean, z_log_var=z_log_var)
    check_terms(prior_mean=prior_mean, prior_log_var=prior_log_var)
    m, log_s2, n, log_t2 = _of_one_dtype(z_mean, z_log_var, prior_mean, prior_log_var)
    log_ratio = log_s2 - log_t2  # log(s^2 / t^2)
    precision = ops.exp(ops.zeros_like(log_s2) - log_t2)  # 1 / t^2
    distance = ops.square(m - n) * precision
    return ops.sum(ops.expm1(log_ratio) - log_ratio + distance, axis=-1) / 2


def bernoulli_kl(rate, mean):
    r"""Give the divergence of a coin with chance `mean` from one with chance `rate`.

        KL(rate || mean) = rate log(rate / mean)
                           + (1 - rate) log((1 - rate) / (1 - mean))

    It is zero where the two chances are equal, and grows the further `mean` is
    off. It stands for each number by itself: nothing is summed (chapter 3).

    Args:
        rate: the wanted chance, between 0 and 1, both excluded.
        mean: the chances found, an array of any shape, in [0, 1]. Those nearer
            than about 1e-7 to 0 or 1, where the divergence would be infinite,
            count as that far off.

    Returns:
        Nats, of the shape of `mean`.

    Raises:
        TypeError: `rate` is no number, or `mean` no array.
        ValueError: `rate` is not between 0 and 1.
    """
    check_float("(0, 1)", rate=rate)
    check_tensors(mean=mean)
    mean = ops.clip(mean, 1e-7, 1 - 1e-7)
    return rate * ops.log(rate / mean) + (1 - rate) * ops.log((1 - rate) / (1 - mean))


def _of_one_dtype(*parts):
    """Give arrays and tensors of several dtypes in the widest of them; numbers as they are."""
    dtypes = {backend.standardize_dtype(part.dtype) for part in parts if hasattr(part, "dtype")}
    if len(dtypes) < 2:
        return parts
    widest = backend.result_type(*dtypes)
    return [ops.cast(part, widest) if hasattr(part, "dtype") else part for part in parts]
