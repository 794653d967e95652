"""The two terms of a loss that is known only from outside."""

import numpy as np
from keras.ops import convert_to_numpy
from scipy.special import logit

from companion.doctor.regression import regress
from companion.doctor.remainder import remainder, together
from companion.doctor.report import Finding
from companion.doctor.weights import ENTROPY, NLL, RECONSTRUCTION, SQUARES, TWICE, weights
from companion.losses import bernoulli_nll, gaussian_kl, squared_error

COPIES = 64  # of a picture in one batch: as many draws of z
PROBES = 64  # pictures
TIMES = 8  # that all of them are priced in one batch


def terms_of_the_loss(parts, x, rng):
    """Find the weights a and b in  loss = a reconstruction + b KL + c,  and judge them.

    A batch of one picture, many times over, has a KL and a reconstruction of its own: a
    regression over many pictures tells the weights, whatever code computes the loss. The
    doctor's draws of z are not those of the loss; the noise that this leaves in the
    reconstruction is known from its copies, and corrected for. What all the pictures cost in one
    batch is compared with that.
    """
    probes = x[rng.choice(len(x), PROBES, replace=False)]
    posterior = parts.encode(probes)
    kl = convert_to_numpy(gaussian_kl(*posterior)).astype("float64")
    copies = np.repeat(probes, COPIES, axis=0)  # one picture after the other
    if parts.sample:
        z = parts.sample(copies)  # as the loss draws, rightly or not
    else:
        z_mean, z_log_var = parts.encode(copies)
        noise = rng.standard_normal(z_mean.shape, dtype="float32")
        z = z_mean + np.exp(z_log_var / 2) * noise
    prices = _prices(parts, copies, z)
    loss = np.array([parts.loss(batch) for batch in np.split(copies, PROBES)])
    batches = np.array([parts.loss(probes) for _ in range(TIMES)])
    if not (prices and np.isfinite(loss).all() and np.isfinite(batches).all()):
        words = "unknown: prices of these pictures are infinite, or their losses are"
        return [Finding(RECONSTRUCTION, None, words, np.nan)]
    fits = {name: regress(loss, price, kl) for name, price in prices.items()}
    # Whichever leaves least unexplained; a price without a weight is not taken for a mistake.
    name = min(fits, key=lambda name: (name == TWICE and fits[name].a <= 0, fits[name].rest))
    whole = together(batches, loss, fits[name], prices[name])
    factor, note = _factor_near(fits[name].a, x[0].size)
    loss = loss / factor
    told = _by_the_sum(loss - prices[name].mean(axis=1), kl, parts.beta)
    findings = weights(name, fits[name], note, parts.beta, kl.std(), told)
    rest = whole or remainder(name, fits[name], loss, prices[name], posterior, parts.beta)
    if rest.healthy is None:
        words = "cannot be told of such a loss"
        findings = [finding._replace(healthy=None, words=words) for finding in findings]
    return [*findings, rest]


def entropy_of(x, pictures):
    """Give the cross-entropy of pixels with decoded ones, which count as chances: `(n,)`, nats."""
    return convert_to_numpy(bernoulli_nll(x, logit(np.clip(pictures, 1e-7, 1 - 1e-7))))


def _prices(parts, x, z):
    """Give what the reconstructions may cost, whatever the loss may use.

    Returns:
        `{name: float64 (PROBES, COPIES)}`, of finite prices.
    """
    if parts.nll:
        prices = {NLL: parts.nll(x, z)}
    else:
        drawn = parts.decode(z)
        prices = {
            ENTROPY: entropy_of(x, drawn),
            SQUARES: convert_to_numpy(squared_error(x, drawn)),
            TWICE: convert_to_numpy(bernoulli_nll(x, drawn)),
        }
    return {
        name: price.reshape(PROBES, COPIES).astype("float64")
        for name, price in prices.items()
        if np.isfinite(price).all()
    }


def _factor_near(a, pixels):
    """Give a factor of the whole loss, if `a` is near one that has a name, and that name."""
    factors = {"": 1, ", the mean over its pixels": 1 / pixels, ", the sum over the batch": COPIES}
    near = (each for each in factors.items() if abs(a / each[1] - 1) < 0.3)
    note, factor = next(near, ("", np.nan))
    return factor, note


def _by_the_sum(left, kl, beta):
    """Give the weight of KL, and its error, if both terms are the whole loss: its mean tells it."""
    error = (left - beta * kl).std() / np.sqrt(len(kl))
    return np.array([left.mean(), error]) / max(kl.mean(), 1e-9)
