"""A doctor for variational autoencoders: checks that can be pointed at any of them.

Most mistakes in a VAE raise no error: the loss falls, pictures come out, and something
is wrong all the same. `examine` measures what a healthy one must do, from outside, and
says in words what it finds:

    print(doctor.examine(vae, test))

For a model that is no `models.VAE`, say by `Parts` how it encodes, draws, decodes and
what its loss is; four short functions are enough. The bug museum puts it to work, and
`page/doctor.mjs` repeats it for a model that trains in the museum's page.
"""

import numpy as np
from keras.ops import convert_to_numpy
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_array, check_images, generator
from companion.doctor import symptoms
from companion.doctor.parts import Parts, held_to_their_word, parts_of
from companion.doctor.report import Finding, Report
from companion.doctor.terms import PROBES, entropy_of, terms_of_the_loss
from companion.losses import gaussian_kl, squared_error
from companion.models import VAE

__all__ = ["Finding", "Parts", "Report", "examine"]


@np.errstate(all="ignore")  # what is infinite is found, and said in words
def examine(
    model: VAE | Parts, x: ArrayLike, seed: int = 0, condition: ArrayLike | None = None
) -> Report:
    """Examine a variational autoencoder on held-out pictures.

    Args:
        model: a `models.VAE`, or `Parts` of any other model.
        x: pictures in [0, 1], `(n, *image_shape)`, 64 or more. Other finite numbers, where the
            model has a price of its own for them: a Gaussian `VAE`, or `Parts` with `nll`.
        seed: of the doctor's own draws.
        condition: one for each picture, if `model` is a `VAE` that reads them. Codes are then
            decoded with their own picture's condition, and all prices are of p(x | condition).

    Returns:
        `Report`, a dict from a check's name to its `Finding`:

        - `numbers`: codes, pictures, their prices and losses are finite. If they are not,
          nothing else is asked.
        - `pixels`: decoded pixels lie in [0, 1], or near it, if those of x do.
        - `ink`: they reach below 1/2, as blank paper does, and in colour what is dark.
        - `sampling`: z is drawn anew, for each picture and each number of its code by itself,
          around the mean and with the sigma that the encoder says.
        - `reconstruction term`, `KL term`: the weights of both in the loss, by regression
          over 64 pictures, each with 64 draws. They are judged beside each other, as a
          factor of both moves no minimum.
        - `fit`: the loss is made of these two, KL is the true one, and a batch costs what its
          pictures cost one by one.
        - `clouds`: sigma is not negligible beside the spread of the means.
        - `units`: some number of the code has 0.01 nats of KL or more; how many have.
        - `decoder`: another picture's code costs 1 nat or more.
        - `baseline`: reconstructions are better than the mean picture.
        - `prior`: all codes together are about as wide as N(0, I), and about where it is; or
          the loss is known to pull them there.

        A check that a broken model makes meaningless is left out, and where a verdict
        cannot be had, `healthy` is None. Pictures are priced by the model's own `nll`; without
        one, as chances (Bernoulli), and in a loss as chances or as grey means (Gaussian). The
        weights stay as they are; a `models.VAE`'s running metrics are reset, and its noise goes on.
        The loss of an `IWAE`, a `FreeBitsVAE` or a `SemiSupervisedVAE` is no sum of these two
        terms, so that nothing is asked of it.

    Raises:
        TypeError: `model` is neither a `models.VAE` nor `Parts`, or its `beta` is no number.
        ValueError: `x` are no pictures in [0, 1] and have no price of their own, or are fewer
            than 64; a function of `Parts` gives something else than it should, say an `encode`
            that gives z as well; its `beta` is negative or not finite; `condition` is missing,
            or given to a model that reads none.
    """
    rng, whole = generator(seed), as_numbers(x, "x").dtype.kind in "iu"
    x = check_array(x)
    if len(x) < PROBES:
        raise ValueError(f"`x` must hold {PROBES} pictures or more. Received: {len(x)}")
    parts, rows = parts_of(model, x, condition)
    parts = held_to_their_word(parts, x.shape[1:])
    if whole or not parts.nll:
        check_images(x)
    z_mean, z_log_var = parts.encode(rows)
    sigma = np.exp(z_log_var / 2)
    # Each number by itself: (n, latent_dim)
    kl = convert_to_numpy(gaussian_kl(z_mean[..., None], z_log_var[..., None]))
    z = z_mean + sigma * rng.standard_normal(z_mean.shape, dtype="float32")
    measured = {"means": z_mean, "sigmas": sigma, "KL": kl}
    if np.isfinite(z).all():  # no decoder is asked for the picture of NaN
        measured["pixels"] = pictures = parts.decode(z)
        measured["prices"] = ours = parts.nll(rows, z) if parts.nll else entropy_of(x, pictures)
    batches = (rows[i : i + PROBES] for i in range(0, len(x), PROBES))
    measured["losses"] = [parts.loss(batch) for batch in batches] if parts.loss else []

    findings = [symptoms.numbers(**measured)]
    if findings[0].healthy:
        if _in_unit_range(x):
            findings += [symptoms.pixels(pictures), symptoms.ink(x, pictures)]
        if parts.sample:
            findings.append(
                symptoms.sampling(parts.sample(rows), parts.sample(rows), z_mean, sigma)
            )
        terms = terms_of_the_loss(parts, rows, rng) if parts.loss else []
        others = np.roll(z, 1, axis=0)
        of_others = parts.nll(rows, others) if parts.nll else entropy_of(x, parts.decode(others))
        pulled = bool(terms) and parts.beta > 0 and all(finding.healthy for finding in terms)
        findings += [
            *terms,
            symptoms.clouds(z_mean, sigma),
            symptoms.units(kl),
            symptoms.decoder(ours, of_others),
            symptoms.baseline(*_beside_the_mean(x, pictures, ours)),
            symptoms.prior(z_mean, sigma, pulled),
        ]
    return Report({finding.check: finding for finding in findings})


def _in_unit_range(x):
    return bool(x.min() >= 0 and x.max() <= 1)


def _beside_the_mean(x, pictures, ours):
    """Price reconstructions and the mean picture alike: nats where pixels count as chances."""
    mean = np.broadcast_to(x.mean(axis=0), x.shape)
    if _in_unit_range(x) and np.allclose(ours, entropy_of(x, pictures), rtol=1e-3):
        return ours, entropy_of(x, mean), "nats"
    errors = (convert_to_numpy(squared_error(x, drawn)) for drawn in (pictures, mean))
    return *errors, "of squared error"
