"""Is a loss made of its two terms, and is its KL the true one?"""

import numpy as np

from companion.doctor.regression import regress
from companion.doctor.report import Finding
from companion.doctor.weights import NLL, SQUARES, TWICE

# What is taken for KL by mistake: half the sum of it, of means m and log-variances v.
MISTAKES = {
    "e^(v/2) in the place of e^v, with v the log-variance": (
        lambda m, v: m**2 + np.exp(v / 2) - 1 - v
    ),
    "e^(2v) - 2v in the place of e^v - v: a log-variance read as log-sigma": (
        lambda m, v: m**2 + np.exp(2 * v) - 1 - 2 * v
    ),
    "the means alone, and no variance": lambda m, v: m**2,
    "no logarithm of the variance": lambda m, v: m**2 + np.exp(v) - 1,
}


def together(batches, apart, fit, copies):
    """Ask whether pictures cost together what they cost one by one, on average or in sum.

    What is averaged over the batch before it is squared or exponentiated is not the same both
    ways, and a batch of one picture, many times over, does not show it.

    Args:
        batches: the loss of one batch of pictures, each time it is asked for: `(times,)`.
        apart: the loss of as many copies of each of these pictures, `(pictures,)`.
        fit, copies: as for `remainder`.

    Returns:
        A `Finding` that complains, its value the ratio of both; or None.
    """
    drawn = batches.var(ddof=1) / len(batches)
    by_copies = fit.a**2 * copies.var(axis=1).mean() / len(apart)
    if drawn < by_copies / 1000:  # no draw, or always the same, up to its rounding
        drawn = by_copies
    error = np.sqrt(drawn + fit.rest / len(apart))
    off = abs(batches.mean() - apart.mean())
    if not off > 5 * error + 1e-3 * np.abs(apart).mean():
        return None
    words = (
        f"{len(apart)} pictures cost {batches.mean():.4g} together, and one by one "
        f"{apart.mean():.4g}: something is averaged over the batch too early"
    )
    return Finding("fit", False, words, float(batches.mean() / apart.mean()))


def remainder(name, fit, loss, copies, posterior, beta):
    """Look at what both terms leave of a loss; `value`: its scatter, where draws leave 1.

    Args:
        name: of the price of a reconstruction.
        fit: a `Fit` by that price.
        loss: of each picture, in nats, or NaN if its unit is not known: `(pictures,)`.
        copies: the price of each of a picture's copies, `(pictures, copies)`.
        posterior: means and log-variances, each `(pictures, latent_dim)`.
        beta: what KL is meant to weigh.
    """
    if not fit.noise:  # nothing varies, so that there is nothing to explain
        return Finding("fit", False, "the loss is the same for all pictures", np.nan)
    scatter = float(np.sqrt(fit.rest / fit.noise))
    words = f"both terms leave {scatter:.2g} times the scatter that draws leave"
    mistake = _mistake(loss, copies, posterior, beta) if name not in (SQUARES, TWICE) else None
    if mistake:
        return Finding("fit", False, f"the KL of this loss has {mistake}", scatter)
    if fit.holds:
        return Finding("fit", True, words, scatter)
    if name == NLL:
        return Finding("fit", False, words + ": the loss has something else in it", scatter)
    return Finding("fit", None, words + ": give the model's own price, as `nll`", scatter)


def _mistake(loss, copies, posterior, beta):
    """Name the mistake with which both terms are the whole loss, where they are not without it."""
    m, v = (part.astype("float64") for part in posterior)
    left = loss - copies.mean(axis=1)  # for KL
    true = (m**2 + np.exp(v) - 1 - v).sum(axis=1) / 2
    if np.isnan(left).any() or _adds_up(left - beta * true):
        return None
    for name, terms in MISTAKES.items():
        kl = terms(m, v).sum(axis=1) / 2
        fit = regress(loss, copies, kl)
        weighs_beta = abs(fit.b / fit.a - beta) < 0.3 * beta
        if weighs_beta and fit.holds and _adds_up(left - beta * kl):
            return name
    return None


def _adds_up(rest):
    """Say whether what is left of each picture's loss is 0 on average: to 3 errors, or 0.05 nats.

    The terms of a narrow cloud hardly differ from picture to picture, but they come to nats.
    """
    return bool(abs(rest.mean()) < max(3 * rest.std() / np.sqrt(len(rest)), 0.05))
