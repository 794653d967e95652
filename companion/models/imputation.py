"""Filling in what is hidden of a picture, by codes that explain what is seen."""

import numpy as np
from keras import ops
from scipy.special import logsumexp

from companion.checks import as_numbers, check_array, check_count, check_float, check_has, generator
from companion.models.likelihoods import likelihood_of
from companion.networks.batches import in_batches


def explaining_weights(model, x, mask, codes, temperature=1.0):
    """Give the share with which each of given codes explains the visible pixels of pictures.

        w_k  proportional to  prod over visible i of  p(x_i | z_k)^(1 / temperature)

    At temperature 1, with codes from the prior, these are the weights of importance sampling
    from p(z | what is seen). A decoder takes pixels for independent, given the code, so hundreds
    of neighbours count as so many witnesses, and the weights of one or two codes swallow the
    rest. A higher temperature gives some of this certainty back; it is a correction and no
    theorem, to be chosen on validation pictures (chapter 14).

    Args:
        model: models.VAE or models.Autoencoder, without a condition.
        x: pictures, `(n, *image_shape)`. Hidden pixels hold any number that the model takes.
        mask: True where a pixel is seen, `(n, *image_shape)` or `(1, *image_shape)`.
        codes: `(k, latent_dim)`, such as draws from the training pictures' posteriors.
        temperature: above 0.

    Returns:
        Weights, an array `(n, k)`, each row with the sum 1. Where nothing is seen, all are equal.

    Raises:
        TypeError, ValueError: arguments of other types, shapes or ranges.
    """
    check_has("a models.VAE or a models.Autoencoder", "decoder", "likelihood", model=model)
    if model.condition_shape is not None:
        raise ValueError("`model` must read no condition. Received: one that does")
    if model.likelihood == "categorical":
        raise ValueError("`model` must price each pixel by itself. Received: 'categorical'")
    check_float("(0, inf)", temperature=temperature)
    likelihood, shape = likelihood_of(model.likelihood, model.sigma), model.encoder.inputs[0].shape
    x = likelihood.check(x, shape=shape[1:], name="x")
    mask = check_mask(mask, x)
    codes = check_array(codes, shape=(model.latent_dim,), name="codes")

    # -log p(x_i | z) is a straight line in x_i, up to what no code changes: so it is known
    # from what a blank pixel costs, and what ink adds.
    def price(of_pixel):
        def per_pixel(z, training):
            outputs = ops.reshape(model.decoder(z, training=training), (-1, 1))
            cost = likelihood.nll(ops.full_like(outputs, of_pixel), outputs)
            return ops.reshape(cost, (len(z), -1))

        return in_batches(per_pixel, codes).astype("float64")  # (k, pixels)

    blank, ink = price(0.0), price(1.0)
    seen = mask.reshape(len(mask), -1).astype("float64")
    drawn = (mask * x).reshape(len(x), -1)
    log_weights = -(seen @ blank.T + drawn @ (ink - blank).T) / temperature  # (n, k)
    return np.exp(log_weights - logsumexp(log_weights, axis=1, keepdims=True))


def impute(model, x, mask, codes, draws=1, temperature=1.0, seed=0):
    """Fill in the hidden pixels of pictures, several times.

        k ~ w of `explaining_weights`,   picture = x where it is seen, else decode(z_k)

    Each filling decodes one code, whole, so that its hidden pixels agree with each other; the
    mean of many is the estimate with the least squared error.

    Args:
        model, x, mask, codes, temperature: as for `explaining_weights`.
        draws: how many fillings of each picture.
        seed: of the draws.

    Returns:
        Pixels, an array `(n, draws, *image_shape)`.

    Raises:
        TypeError, ValueError: arguments of other types, shapes or ranges.

    Source:
        P.-A. Mattei and J. Frellsen, "MIWAE: Deep Generative Modelling and Imputation of
        Incomplete Data Sets", ICML 2019, for importance sampling of what is missing.
    """
    check_count(draws=draws)
    rng = generator(seed)
    chances = explaining_weights(model, x, mask, codes, temperature).cumsum(axis=1)
    chosen = [np.searchsorted(row, rng.random(draws) * row[-1], side="right") for row in chances]
    filled = model.decode(np.asarray(codes)[np.concatenate(chosen)])
    filled = filled.reshape(len(chances), draws, *filled.shape[1:])
    x = np.asarray(x, filled.dtype)
    return np.where(check_mask(mask, x)[:, None], x[:, None], filled)


def check_mask(mask, x):
    """Return a mask of the pictures `x` as booleans, or say what is wrong with it."""
    found = as_numbers(mask, "mask")
    if found.shape[1:] != x.shape[1:] or len(found) not in (1, len(x)):
        raise ValueError(
            f"`mask` must have shape {x.shape} or {(1, *x.shape[1:])}. Received: {found.shape}"
        )
    if not np.isin(found, (0, 1)).all():
        raise ValueError("`mask` must hold True and False. Received: other values")
    return found.astype(bool)
