"""The weights of the two terms in a loss that is known only from outside."""

import numpy as np
from keras.ops import convert_to_numpy
from scipy.special import logit

from companion.doctor.report import Finding
from companion.losses import bernoulli_nll, gaussian_kl, squared_error

COPIES = 64  # of a picture in one batch: as many draws of z
PROBES = 64  # pictures


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
    if parts.sample is None:
        z_mean, z_log_var = (convert_to_numpy(part) for part in parts.encode(batches))
        noise = rng.standard_normal(z_mean.shape, dtype="float32")
        z = z_mean + np.exp(z_log_var / 2) * noise
    else:
        z = convert_to_numpy(parts.sample(batches))  # as the loss draws, rightly or not
    drawn = convert_to_numpy(parts.decode(z.astype("float32"))).astype("float32")
    terms = {
        "entropy": entropy_of(batches, drawn),
        "squared error": convert_to_numpy(squared_error(batches, drawn)),
    }
    loss = np.array([float(parts.loss(batch)) for batch in np.split(batches, PROBES)])
    fits = {
        name: _fit(loss, term.reshape(PROBES, COPIES).astype("float64"), kl)
        for name, term in terms.items()
    }
    term = min(fits, key=lambda name: fits[name][2])  # whichever leaves less unexplained
    (a, b), (_, b_error), _ = fits[term]
    return [
        _reconstruction(term, a, b / parts.beta if parts.beta else 1.0, x[0].size),
        _kl(b, b_error, a if term == "entropy" else 1.0, parts.beta, kl.std()),
    ]


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


def _reconstruction(term, a, b, pixels):
    """Judge the weight of the reconstruction, in nats: `value` is a."""
    mean = ", the mean over its pixels" if abs(a * pixels - 1) < 0.3 else ""
    if term == "entropy":
        name, healthy = "cross-entropy", 0.7 < a < 1.4
        note = ""
    else:  # a |x - mean|^2 + b beta KL is a Gaussian decoder's loss, with sigma^2 = b / 2a
        sigma = np.sqrt(max(b, 0) / (2 * a)) if a > 0 else np.inf
        name, healthy = "squared error", sigma < 1.5
        note = f": with this KL, a Gaussian decoder of sigma {sigma:.2g}"
    words = f"{a:.3g} times the {name} of a picture{mean}{note}"
    return Finding("reconstruction term", healthy, words, float(a))


def _kl(b, error, scale, beta, spread):
    """Judge the weight of KL beside a nat of reconstruction: `value` is that weight."""
    if spread < 1e-3:
        words = "KL is the same for all pictures, so its weight cannot be told; try before training"
        return Finding("KL term", True, words, np.nan)
    if scale <= 0:
        return Finding("KL term", False, "there is no reconstruction to weigh it against", np.nan)
    weight, error = float(b / scale), error / scale
    if error > max(beta, 1) and abs(weight) < 3 * error:
        words = f"its weight cannot be told: {weight:.1g} (± {error:.1g})"
        return Finding("KL term", True, words, np.nan)
    words = f"{weight:.3g} times KL (± {error:.1g}) for a nat of reconstruction; meant: {beta:g}"
    if abs(weight) < max(0.05, 2 * error) and 3 * error < 0.5:
        words = f"no KL term, or next to none: weight {weight:.1g} (± {error:.1g}); meant: {beta:g}"
        return Finding("KL term", abs(weight - beta) < max(0.05, 3 * error), words, weight)
    if weight < 0:
        words += "; its sign is wrong"
    return Finding("KL term", abs(weight - beta) < max(0.3 * beta, 3 * error), words, weight)
