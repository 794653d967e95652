"""Is either term of a loss too heavy, too light, or missing?"""

import numpy as np

from companion.doctor.report import Finding

RECONSTRUCTION = "reconstruction term"
KL = "KL term"
# What a reconstruction may cost.
ENTROPY = "cross-entropy of a picture"
SQUARES = "squared error of a picture"
TWICE = "cross-entropy of a picture, with chances taken for logits: a sigmoid applied twice?"
NLL = "negative log-likelihood of a picture"
FLAT = 0.02  # nats: a KL that varies less is the same for all pictures


def weights(name, fit, note, beta, spread, told):
    """Judge the weights a and b of a loss = a reconstruction + b KL + c.

    A common factor moves no minimum, so a and b are judged beside each other.

    Args:
        name: of the price of a reconstruction.
        fit: a `Fit` by that price.
        note: words on a, or none.
        beta: what b should be for a = 1.
        spread: the standard deviation of the pictures' KL, nats.
        told: b / a and its error, by the mean of a loss that has nothing else in it; or NaN.

    Returns:
        A `Finding` of each weight. `value`: a; and b / a, or b beside a squared error.
    """
    a = fit.a
    words = f"{a:.3g} times the {name}{note}"
    if name == SQUARES:
        return _of_squares(words, fit, beta, spread)
    kl = _cannot_be_told(name, fit, max(beta, 1) * a, spread) or _of_chances(name, fit, beta)
    weight, error = told
    by_mean = abs(weight - beta) < max(3 * error, 0.05) < 0.3 * beta
    if kl.healthy is None and spread >= FLAT and by_mean:
        by_sum = f"{weight:.3g} times KL (± {error:.1g}), by the sum of the loss; meant: {beta:g}"
        kl = Finding(KL, True, by_sum, float(weight))
    healthy = name != TWICE
    if not 0.7 < a < 1.4:
        healthy = healthy and kl.healthy
        words += ": a factor of the whole loss, which moves no minimum" if healthy else ""
    return [Finding(RECONSTRUCTION, healthy, words, a), kl]


def _of_chances(name, fit, beta):
    """Judge the weight of KL beside one nat of reconstruction: b / a."""
    weight, error = fit.b / fit.a, fit.error / fit.a
    words = f"{weight:.3g} times KL (± {error:.1g}) for a nat of reconstruction; meant: {beta:g}"
    healthy = abs(weight - beta) < max(0.3 * beta, 3 * error)
    if abs(weight) < max(0.05, 2 * error) and 3 * error < 0.5:
        words = f"no KL term, or next to none: weight {weight:.1g} (± {error:.1g}); meant: {beta:g}"
        healthy = abs(weight - beta) < max(0.05, 3 * error)
    elif healthy and abs(weight) < 2 * error:  # as near to nothing as to what is meant
        return _unknown(name, weight, error)
    return Finding(KL, bool(healthy), words + _sign_note(weight, error), weight)


def _of_squares(words, fit, beta, spread):
    """Judge both weights where the reconstruction is a squared error.

    With b = beta, a |x - mean|^2 + b KL is the loss of a Gaussian decoder of variance
    1 / 2a. So any a and b > 0 stand for some decoder, of variance b / (2 a beta). One wider
    than the range of a pixel sees nothing.
    """
    a, b, error = fit.a, fit.b, fit.error
    unknown = _cannot_be_told(SQUARES, fit, 2 * a * 0.04**2, spread)
    if unknown:
        return [Finding(RECONSTRUCTION, a > 0, words, a), unknown]
    none = abs(b) < max(3 * error, 2 * a * 0.01**2)
    sigma = 0.0 if none or beta == 0 else np.sqrt(max(b, 0) / (2 * a * beta))
    if sigma:
        words += f": with this KL, a Gaussian decoder of sigma {sigma:.2g}"
    kl_words = f"{b:.3g} times KL (± {error:.1g}) for {a:.3g} times the squared error"
    if none:
        kl_words = f"no KL term, or next to none: weight {b:.1g} (± {error:.1g})"
    kl_words += f"; meant: {beta:g}" if none or beta == 0 else _sign_note(b, error)
    return [
        Finding(RECONSTRUCTION, bool(sigma < 1.5), words, a),
        Finding(KL, bool(sigma > 0) if beta else bool(none), kl_words, b),
    ]


def _cannot_be_told(name, fit, unit, spread):
    """Say so where the weight of KL is not to be had: a `Finding`, or None."""
    if spread < FLAT:
        words = "KL is the same for all pictures, so its weight cannot be told; try before training"
        return Finding(KL, None, words, np.nan)
    if fit.a <= 0:
        return Finding(KL, False, "there is no reconstruction to weigh it against", np.nan)
    if fit.error > unit and abs(fit.b) < 3 * fit.error:
        return _unknown(name, fit.b / fit.a, fit.error / fit.a)
    return None


def _unknown(name, weight, error):
    words = f"its weight cannot be told: {weight:.1g} (± {error:.1g})"
    words += "" if name == NLL else "; the model's own price, as `nll`, may tell it"
    return Finding(KL, None, words, np.nan)


def _sign_note(weight, error):
    return "; its sign is wrong" if weight < -3 * error else ""
