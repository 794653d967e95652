"""A doctor for variational autoencoders: checks that can be pointed at any of them.

Most mistakes in a VAE raise no error: the loss falls, pictures come out, and something
is wrong all the same. `examine` measures what a healthy one must do, from outside, and
says in words what it finds:

    print(doctor.examine(vae, test))

For a model that is no `models.VAE`, say by `Parts` how it encodes, draws, decodes and
what its loss is; four short functions are enough. The bug museum puts it to work.
"""

import numpy as np
from keras.ops import convert_to_numpy

from companion.checks import check_images
from companion.doctor import symptoms
from companion.doctor.parts import Parts, held_to_their_word, parts_of
from companion.doctor.report import Finding, Report
from companion.doctor.terms import PROBES, terms_of_the_loss
from companion.losses import gaussian_kl

__all__ = ["Finding", "Parts", "Report", "examine"]


def examine(model, x, seed=0):
    """Examine a variational autoencoder on held-out pictures.

    Args:
        model: a `models.VAE`, or `Parts` of any other model.
        x: pictures in [0, 1], `(n, *image_shape)`, 64 or more.
        seed: of the doctor's own draws.

    Returns:
        `Report`, a dict from a check's name to its `Finding`:

        - `numbers`: codes, pictures and losses are finite.
        - `pixels`: decoded pixels lie in [0, 1], or near it.
        - `ink`: they reach below 1/2, as blank paper does.
        - `sampling`: z is drawn anew, for each picture by itself, with the sigma that the
          encoder says.
        - `reconstruction term`, `KL term`: the weights of both in the loss, by regression
          over 64 pictures, each with 64 draws.
        - `clouds`: sigma is not negligible beside the spread of the means.
        - `units`: some number of the code has 0.01 nats of KL or more; how many have.
        - `decoder`: another picture's code costs 1 nat or more.
        - `baseline`: reconstructions are better than the mean picture.
        - `prior`: all codes together are about as wide as N(0, I), and about where it is.

        A check that a broken model makes meaningless is left out. Reconstructions are
        judged as chances (Bernoulli) or grey means (Gaussian), and the loss of another
        likelihood by its own `nll`. The weights stay as they are; a `models.VAE`'s running
        metrics are reset, and its noise goes on.

    Raises:
        TypeError: `model` is neither a `models.VAE` nor `Parts`.
        ValueError: `x` are no pictures in [0, 1], or fewer than 64; a function of `Parts`
            gives something else than it should, say an `encode` that gives z as well.
    """
    x = check_images(x, name="x")
    if len(x) < PROBES:
        raise ValueError(f"`x` must hold {PROBES} pictures or more. Received: {len(x)}")
    parts = held_to_their_word(parts_of(model), x.shape[1:])
    rng = np.random.default_rng(seed)
    z_mean, z_log_var = parts.encode(x)
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite is found below
        sigma = np.exp(z_log_var / 2)
        # Each number by itself: (n, latent_dim)
        kl = convert_to_numpy(gaussian_kl(z_mean[..., None], z_log_var[..., None]))
        z = z_mean + sigma * rng.standard_normal(z_mean.shape, dtype="float32")
    pictures = parts.decode(z)
    batches = (x[i : i + PROBES] for i in range(0, len(x), PROBES))
    losses = [parts.loss(batch) for batch in batches] if parts.loss else []

    findings = [symptoms.numbers(means=z_mean, sigmas=sigma, KL=kl, pixels=pictures, losses=losses)]
    if findings[0].healthy:
        findings += [symptoms.pixels(pictures), symptoms.ink(x, pictures)]
        if parts.sample:
            findings.append(symptoms.sampling(parts.sample(x), parts.sample(x), z_mean, sigma))
        if parts.loss:
            findings += terms_of_the_loss(parts, x, rng)
        of_others = parts.decode(np.roll(z, 1, axis=0))
        findings += [
            symptoms.clouds(z_mean, sigma),
            symptoms.units(kl),
            symptoms.decoder(x, pictures, of_others),
            symptoms.baseline(x, pictures),
            symptoms.prior(z_mean, sigma),
        ]
    return Report({finding.check: finding for finding in findings})
