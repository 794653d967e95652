"""The weights of the two terms in a loss that is known only from outside."""

import numpy as np
from keras.ops import convert_to_numpy
from scipy.special import logit

from companion.doctor.report import Finding
from companion.losses import bernoulli_nll, gaussian_kl, squared_error

COPIES = 64  # of a picture in one batch: as many draws of z
PROBES = 64  # pictures

RECONSTRUCTION = "reconstruction term"
# What a reconstruction may cost.
ENTROPY = "cross-entropy of a picture"
SQUARES = "squared error of a picture"
TWICE = "cross-entropy of a picture, with chances taken for logits: a sigmoid applied twice?"
NLL = "negative log-likelihood of a picture"


def terms_of_the_loss(parts, x, rng):
    """Find the weights a and b in  loss = a reconstruction + b KL + c,  and judge them.

    A batch of one picture, many times over, has a KL and a reconstruction of its own: a
    regression over many pictures tells the weights, whatever code computes the loss. The
    doctor's draws of z are not those of the loss; the noise that this leaves in the
    reconstruction is known from its copies, and corrected for.
    """
    probes = x[rng.choice(len(x), PROBES, replace=False)]
    kl = convert_to_numpy(gaussian_kl(*parts.encode(probes))).astype("float64")
    batches = np.repeat(probes, COPIES, axis=0)  # one picture after the other
    if parts.sample:
        z = parts.sample(batches)  # as the loss draws, rightly or not
    else:
        z_mean, z_log_var = parts.encode(batches)
        noise = rng.standard_normal(z_mean.shape, dtype="float32")
        z = z_mean + np.exp(z_log_var / 2) * noise
    prices = _prices(parts, batches, z)
    loss = np.array([parts.loss(batch) for batch in np.split(batches, PROBES)])
    fits = {
        name: _fit(loss, price.reshape(PROBES, COPIES).astype("float64"), kl)
        for name, price in prices.items()
    }
    name = min(fits, key=lambda name: fits[name][2])  # whichever leaves least unexplained
    (a, b), (_, b_error), _ = fits[name]
    judge = _of_squares if name == SQUARES else _of_chances
    return judge(name, a, b, b_error, parts.beta, kl.std(), x[0].size)


def _prices(parts, x, z):
    """Give what the reconstructions may cost: `{name: (n,)}`, whatever the loss may use."""
    if parts.nll:
        return {NLL: parts.nll(x, z)}
    drawn = parts.decode(z)
    return {
        ENTROPY: entropy_of(x, drawn),
        SQUARES: convert_to_numpy(squared_error(x, drawn)),
        TWICE: convert_to_numpy(bernoulli_nll(x, drawn)),
    }


def entropy_of(x, pictures):
    """Give the cross-entropy of pixels with decoded ones, which count as chances: `(n,)`, nats."""
    return convert_to_numpy(bernoulli_nll(x, logit(np.clip(pictures, 1e-7, 1 - 1e-7))))


def _fit(loss, copies, kl):
    """Regress the loss on both terms: the weights, their standard errors, what is left over.

    Noise in a regressor pulls its weight towards 0. Its variance, known from the copies
    of each picture, is taken off the regressor's own (errors in variables: W. A. Fuller,
    "Measurement Error Models", 1987, section 2.2).
    """
    design = np.stack([copies.mean(axis=1), kl], axis=1)
    design, loss = design - design.mean(axis=0), loss - loss.mean()
    moments = design.T @ design
    moments[0, 0] -= copies.var(axis=1, ddof=1).sum() / copies.shape[1]
    inverse = np.linalg.pinv(moments)
    weights = inverse @ design.T @ loss
    rest = np.square(loss - design @ weights).sum() / (len(loss) - 3)
    return weights, np.sqrt(rest * np.diag(inverse)), rest


def _of_chances(name, a, b, error, beta, spread, pixels):
    """Judge both weights where the reconstruction is a negative log-likelihood, in nats.

    `value`: a; and the weight of KL beside one nat of reconstruction, b / a.
    """
    words = f"{a:.3g} times the {name}{_mean_note(a, pixels)}"
    healthy = bool(name != TWICE and 0.7 < a < 1.4)
    reconstruction = Finding(RECONSTRUCTION, healthy, words, float(a))
    unknown = _cannot_be_told(a, b, error, max(beta, 1) * a, spread)
    if unknown:
        return [reconstruction, unknown]
    weight, error = float(b / a), error / a
    words = f"{weight:.3g} times KL (± {error:.1g}) for a nat of reconstruction; meant: {beta:g}"
    healthy = abs(weight - beta) < max(0.3 * beta, 3 * error)
    if abs(weight) < max(0.05, 2 * error) and 3 * error < 0.5:
        words = f"no KL term, or next to none: weight {weight:.1g} (± {error:.1g}); meant: {beta:g}"
        healthy = abs(weight - beta) < max(0.05, 3 * error)
    words += _sign_note(weight, error)
    return [reconstruction, Finding("KL term", bool(healthy), words, weight)]


def _of_squares(name, a, b, error, beta, spread, pixels):
    """Judge both weights where the reconstruction is a squared error.

    With b = beta, a |x - mean|^2 + b KL is the loss of a Gaussian decoder of variance
    1 / 2a. A common factor moves no minimum, so any a and b > 0 stand for some decoder,
    of variance b / (2 a beta). One wider than the range of a pixel sees nothing.
    `value`: a and b.
    """
    words = f"{a:.3g} times the {name}{_mean_note(a, pixels)}"
    unknown = _cannot_be_told(a, b, error, 2 * a * 0.04**2, spread)
    if unknown:
        return [Finding(RECONSTRUCTION, bool(a > 0), words, float(a)), unknown]
    none = abs(b) < max(3 * error, 2 * a * 0.01**2)
    sigma = 0.0 if none or beta == 0 else np.sqrt(max(b, 0) / (2 * a * beta))
    if sigma:
        words += f": with this KL, a Gaussian decoder of sigma {sigma:.2g}"
    kl_words = f"{b:.3g} times KL (± {error:.1g}) for {a:.3g} times the squared error"
    if none:
        kl_words = f"no KL term, or next to none: weight {b:.1g} (± {error:.1g})"
    kl_words += f"; meant: {beta:g}" if none or beta == 0 else _sign_note(b, error)
    return [
        Finding(RECONSTRUCTION, bool(sigma < 1.5), words, float(a)),
        Finding("KL term", bool(sigma > 0) if beta else bool(none), kl_words, float(b)),
    ]


def _cannot_be_told(a, b, error, unit, spread):
    """Say so where the weight of KL is not to be had: a `Finding`, or None."""
    if spread < 0.02:
        words = "KL is the same for all pictures, so its weight cannot be told; try before training"
        return Finding("KL term", True, words, np.nan)
    if a <= 0:
        return Finding("KL term", False, "there is no reconstruction to weigh it against", np.nan)
    if error > unit and abs(b) < 3 * error:
        words = f"its weight cannot be told: {b / a:.1g} (± {error / a:.1g})"
        return Finding("KL term", True, words, np.nan)
    return None


def _mean_note(a, pixels):
    return ", the mean over its pixels" if abs(a * pixels - 1) < 0.3 else ""


def _sign_note(weight, error):
    return "; its sign is wrong" if weight < -3 * error else ""
