"""How likely a picture is under a variational autoencoder, estimated by draws."""

import numpy as np
from scipy.stats import norm

from companion.checks import check_count, check_float, check_has, generator


def log_likelihood(vae, x, draws=500, *, wider=2.0, from_prior=0.1, seed=0, condition=None):
    """Estimate log p(x) of each picture, by importance sampling.

        log p(x) ~ log mean over k of  p(x | z_k) p(z_k) / r(z_k | x),   z_k ~ r(z | x)
        r(z | x) = (1 - from_prior) N(z_mean, (wider sigma)^2) + from_prior N(0, I)

    On average the estimate lies below log p(x), and rises to it with the draws. Where the true
    posterior reaches beyond the encoder's cloud, draws from that cloud alone (`wider=1,
    from_prior=0`, the bound of importance-weighted autoencoders; with one draw the ELBO)
    can stay short by nats after thousands of draws, and their scatter does not tell. Hence
    the wider cloud, and the share from the prior.

    Args:
        vae: models.VAE.
        x: pictures, `(n, *image_shape)`.
        draws: how many codes are drawn for each picture.
        wider: what the encoder's standard deviations are multiplied by, above 0.
        from_prior: the share of draws from N(0, I), from 0 to below 1.
        seed: of the draws.
        condition: one for each picture, `(n, k)`, if the model reads them: the estimate is
            then of log p(x | condition).

    Returns:
        Nats per image, an array `(n,)`.

    Raises:
        TypeError: `vae` has no `encode` that gives a `Posterior`.
        ValueError: arguments out of their range, or pictures that the model refuses.

    Source:
        Y. Burda et al., "Importance Weighted Autoencoders" (2015), equation 8, for the bound;
        T. Hesterberg, "Weighted Average Importance Sampling and Defensive Mixture
        Distributions" (1995), for the mixture.
    """
    check_count(draws=draws)
    check_float("(0, inf)", wider=wider)
    check_float("[0, 1)", from_prior=from_prior)
    rng = generator(seed)
    check_has("a models.VAE", "encode", "nll", vae=vae)
    posterior = vae.encode(x, condition)
    if not hasattr(posterior, "z_mean"):
        raise TypeError(f"`vae` must be a models.VAE. Received: {type(vae).__name__}")
    z_mean, sigma = posterior.z_mean, wider * posterior.sigma
    log_weights = np.empty((draws, len(z_mean)))
    for k in range(draws):
        noise = rng.standard_normal(z_mean.shape, dtype="float32")
        prior = rng.random((len(z_mean), 1)) < from_prior
        z = np.where(prior, noise, z_mean + sigma * noise)  # (n, latent_dim)
        log_q = norm.logpdf(z, z_mean, sigma).sum(axis=1)
        log_prior = norm.logpdf(z).sum(axis=1)
        with np.errstate(divide="ignore"):  # log 0, where nothing is drawn from the prior
            log_r = np.logaddexp(np.log1p(-from_prior) + log_q, np.log(from_prior) + log_prior)
        log_weights[k] = -vae.nll(x, z, condition) + log_prior - log_r
    return np.logaddexp.reduce(log_weights) - np.log(draws)
