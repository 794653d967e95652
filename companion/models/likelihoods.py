"""What a decoder's output stands for, and which pictures that can be said of."""

import math
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from companion.checks import check_array, check_float, check_images
from companion.losses import (
    bernoulli_nll,
    categorical_nll,
    continuous_bernoulli_mean,
    continuous_bernoulli_nll,
    gaussian_nll,
)


class Likelihood(NamedTuple):
    """p(x | z), as functions of the decoder's output."""

    nll: Callable  # (x, output) -> nats per image
    mean: Callable  # output -> pixels
    check: Callable  # x -> x as float32, or an error that says what is wrong


def check_reals(x, *, shape, name):
    """Check what a Gaussian can stand for: any finite numbers, but no bytes by mistake."""
    whole = np.asarray(x).dtype.kind in "iu"
    x = check_array(x, shape=shape, name=name)
    if whole and not np.isin(x, (0, 1)).all():
        raise ValueError(
            f"`{name}` holds whole numbers from {x.min():.3g} to {x.max():.3g}, which look like "
            "bytes. Bytes become [0, 1] by x / 255; other numbers are taken as floats."
        )
    return x


def check_shares(x, *, shape, name):
    """Check what a categorical can stand for: shares of classes, which add up to 1."""
    x = check_images(x, shape=shape, name=name)
    total = x.sum(axis=-1)
    if not np.allclose(total, 1, atol=1e-3):
        raise ValueError(
            f"`{name}` must add up to 1 along its last axis, the classes. "
            f"Received: sums from {total.min():.3g} to {total.max():.3g}"
        )
    return x


LIKELIHOODS = {
    "bernoulli": Likelihood(bernoulli_nll, ops.sigmoid, check_images),
    "categorical": Likelihood(categorical_nll, ops.softmax, check_shares),
    "continuous_bernoulli": Likelihood(
        continuous_bernoulli_nll, continuous_bernoulli_mean, check_images
    ),
    "gaussian": Likelihood(gaussian_nll, ops.copy, check_reals),
}


def likelihood_of(name, sigma):
    """Give the `Likelihood` of a name; `sigma` is the Gaussian's, or the weight that holds it.

    Raises:
        TypeError: `sigma` is no number.
        ValueError: the name is unknown, or `sigma` is not positive, or is given
            to a likelihood that has none.
    """
    if not isinstance(name, str) or name not in LIKELIHOODS:
        raise ValueError(f"`likelihood` must be one of {list(LIKELIHOODS)}. Received: {name!r}")
    likelihood = LIKELIHOODS[name]
    if name == "gaussian" and isinstance(sigma, keras.Variable):
        return likelihood._replace(nll=lambda x, mean: _nll_by_weight(x, mean, sigma))
    check_float("(0, inf)", sigma=sigma)
    if name == "gaussian":
        return likelihood._replace(nll=lambda x, mean: gaussian_nll(x, mean, sigma))
    if sigma != 1:
        raise ValueError(
            f"Only the Gaussian likelihood has a `sigma`. Received: {name!r}, {sigma=}"
        )
    return likelihood


def _nll_by_weight(x, mean, sigma):
    """Give `gaussian_nll` for a sigma that is a weight: in its units, and back again."""
    pixels = math.prod(x.shape[1:])
    return gaussian_nll(x / sigma, mean / sigma) + pixels * ops.log(sigma)
