"""Continuity at the scale of the codes: what a small step costs (chapter 6).

A decoder is a continuous function, so every one passes if the step may be as
small as one likes. Here the step is a share of the spread of the codes.
"""

import numpy as np

from companion.checks import (
    check_array,
    check_count,
    check_float,
    check_has,
    check_several,
    generator,
)


def code_noise_cost(model, images, codes, share=0.1, seed=0, draws=10):
    """Give what noise on the codes costs: continuity at the scale of the codes.

        mean over x of  -log p(x | z + e) + log p(x | z),
        z = code of x,   e ~ N(0, (share s)^2),
        s = standard deviation of the codes, axis by axis

    Lower is smoother: a code so near still stands for nearly the same picture.
    It may fall below 0 where a decoder draws better from other codes.

    Args:
        model: `models.Autoencoder` or `models.VAE`; its `nll` is asked. It stays as it is.
        images: pictures as `model` takes them, `(n, *image_shape)`, two or more.
        codes: their codes, `(n, latent_dim)`: what an autoencoder's `encode` gives,
            or the means that a VAE's gives.
        share: length of the noise on each axis, in standard deviations of the
            codes; 0 or more.
        seed: of the noise; the same seed gives the same number.
        draws: how often each code is moved; the mean of all is given.

    Returns:
        Nats per image, a float.

    Raises:
        TypeError: `model` has no `nll`.
        ValueError: `images` are no pictures for `model`, or fewer than two; `codes`
            are not one for each; `share` is negative or not finite; `draws` is not positive.
    """
    check_has("a model with `nll`", "nll", model=model)
    check_float("[0, inf)", share=share)
    draws = check_count(draws=draws)
    images = check_array(images, least=2, name="images")  # two have a spread
    z = check_array(codes, shape=(getattr(model, "latent_dim", None),), name="codes")
    if len(z) != len(images):
        raise ValueError(
            f"`codes` must hold one for each picture. Received: {len(z)} for {len(images)}"
        )
    noise = generator(seed).standard_normal((draws, *z.shape), dtype="float32")
    moved = [model.nll(images, z + share * z.std(axis=0) * e) for e in noise]
    return float(np.mean(moved, dtype="float64") - model.nll(images, z).mean(dtype="float64"))


def jump_ratio(pictures):
    """Give the largest step of a walk in units of its mean step.

        max_i d_i / mean_i d_i,   d_i = | x_(i+1) - x_i |

    Args:
        pictures: the pictures along a walk, in order, `(steps, ...)`.

    Returns:
        1 if the picture changes evenly; steps - 1 if it changes in one jump.

    Raises:
        TypeError: the pictures are no numbers.
        ValueError: fewer than two pictures, NaN, or pictures that are all the same.
    """
    pictures = check_array(pictures, least=2, name="pictures").astype("float64")
    check_several(pictures, name="pictures")
    steps = np.linalg.norm(np.diff(pictures, axis=0).reshape(len(pictures) - 1, -1), axis=1)
    if not steps.any():
        raise ValueError("`pictures` must change along the walk. Received: all the same")
    return float(steps.max() / steps.mean())
