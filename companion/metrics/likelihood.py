"""How likely a picture is under a variational autoencoder: by draws, or added up on a grid."""

from typing import NamedTuple

import numpy as np
from keras import ops
from scipy.special import logsumexp
from scipy.stats import norm

from companion.checks import check_count, check_float, check_has, check_images, generator
from companion.networks.batches import in_batches


class LogJoint(NamedTuple):
    """log p(x | z) + log p(z) on a grid of codes of two numbers (chapter 16)."""

    axis: np.ndarray  #: `(m,)`, the values of both numbers, evenly spaced
    values: np.ndarray  #: `(n, m, m)`, nats; the second number varies along the rows

    @property
    def log_likelihood(self):
        """The sum over the grid, log p(x) of each picture: nats, `(n,)`."""
        mesh = self.axis[1] - self.axis[0]
        return logsumexp(self.values, axis=(1, 2)) + 2 * np.log(mesh)

    @property
    def posterior(self):
        """The density p(z | x) on the grid, `(n, m, m)`."""
        return np.exp(self.values - self.log_likelihood[:, None, None])


def grid_log_joint(vae, x, mesh=0.06, reach=4.5):
    """Compute log p(x, z) on a grid of codes of two numbers, and so log p(x).

        log p(x) = log sum over the grid of  p(x | z) p(z) mesh^2

    It draws nothing, and is exact up to the mesh: halve it, and look whether the sum moves. With
    more than a few numbers a grid has too many points; then there is `log_likelihood`.

    Args:
        vae: models.VAE with codes of two numbers, the Bernoulli likelihood and no condition.
        x: pictures, `(n, *image_shape)`. They are probabilities only where pixels are 0 or 1.
        mesh: the distance of neighbours, above 0.
        reach: the grid runs from -reach to reach, above 0.

    Returns:
        `LogJoint`, with `axis`, `values`, `log_likelihood` and `posterior`.

    Raises:
        TypeError, ValueError: the model is of another kind, or an argument out of its range.
    """
    check_float("(0, inf)", mesh=mesh)
    check_float("(0, inf)", reach=reach)
    check_has("a models.VAE", "decoder", "elbo", vae=vae)
    kind = vae.latent_dim, vae.likelihood, vae.condition_shape
    if kind != (2, "bernoulli", None):
        raise ValueError(
            "`vae` must have codes of two numbers, the Bernoulli likelihood and no condition. "
            f"Received: latent_dim={kind[0]}, {kind[1]!r}, condition_shape={kind[2]}"
        )
    x = check_images(x, shape=vae.encoder.inputs[0].shape[1:]).reshape(len(x), -1)
    half = round(reach / mesh)
    axis = mesh * np.arange(-half, half + 1)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype("float32")

    # log p(x | z) = sum over pixels of  x l - log(1 + e^l),  with the decoder's logits l
    def of_codes(z, training):
        logits = ops.reshape(vae.decoder(z, training=training), (len(z), -1))
        blank = ops.sum(ops.softplus(logits), axis=1)
        return ops.matmul(logits, x.T) - blank[:, None]  # (codes, n)

    log_prior = norm.logpdf(grid.astype("float64")).sum(axis=1)
    values = in_batches(of_codes, grid).astype("float64") + log_prior[:, None]
    return LogJoint(axis, values.T.reshape(len(x), len(axis), len(axis)))


def log_weights(vae, x, draws=500, *, wider=1.0, from_prior=0.0, seed=0, condition=None):
    """Draw codes for each picture, and weigh them.

        log w_k = log p(x | z_k) + log p(z_k) - log r(z_k | x),   z_k ~ r(z | x)
        r(z | x) = (1 - from_prior) N(z_mean, (wider sigma)^2) + from_prior N(0, I)

    On average w is p(x), whatever r is, and log w lies below log p(x). As it stands, with draws
    from the encoder's own cloud, the mean of log w is the ELBO, and the logarithm of the mean
    of k weights is the importance-weighted bound of k draws.

    Args:
        vae, x, draws, wider, from_prior, seed, condition: as for `log_likelihood`, whose
            defaults are others.

    Returns:
        Nats, an array `(draws, n)`.

    Raises:
        TypeError, ValueError: as `log_likelihood` does.

    Source:
        Y. Burda et al., "Importance Weighted Autoencoders" (2015), equation 8.
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
    log_w = np.empty((draws, len(z_mean)))
    for k in range(draws):
        noise = rng.standard_normal(z_mean.shape, dtype="float32")
        prior = rng.random((len(z_mean), 1)) < from_prior
        z = np.where(prior, noise, z_mean + sigma * noise)  # (n, latent_dim)
        log_q = norm.logpdf(z, z_mean, sigma).sum(axis=1)
        log_prior = norm.logpdf(z).sum(axis=1)
        with np.errstate(divide="ignore"):  # log 0, where nothing is drawn from the prior
            log_r = np.logaddexp(np.log1p(-from_prior) + log_q, np.log(from_prior) + log_prior)
        log_w[k] = -vae.nll(x, z, condition) + log_prior - log_r
    return log_w


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
    log_w = log_weights(
        vae, x, draws, wider=wider, from_prior=from_prior, seed=seed, condition=condition
    )
    return logsumexp(log_w, axis=0) - np.log(draws)
