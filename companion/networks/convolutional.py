"""Stacks of convolutions, which see a picture as neighbourhoods (chapter 5)."""

import keras
from keras import layers

from companion.networks.heads import encoder_of
from companion.networks.sizes import check_sizes


def conv_encoder(
    latent_dim: int,
    *,
    filters: tuple[int, ...] = (16, 32),
    image_shape: tuple[int, ...] = (28, 28, 1),
    gaussian: bool = False,
) -> keras.Model:
    """Build a stack of convolutions from a picture to its code (chapter 5).

    Each layer looks at 3 by 3 neighbourhoods, at every second place in each
    direction, so that it halves the picture's sides.

    Args:
        latent_dim: numbers in a code, a positive integer.
        filters: kernels of each layer, from the picture to the code.
        image_shape: `(height, width, channels)`; both sides must be divisible
            by `2 ** len(filters)`.
        gaussian: write not a code but `[z_mean, z_log_var]`, the mean and the
            logarithm of the variance of a Gaussian over codes, as `models.VAE`
            needs it (chapter 7).

    Returns:
        keras.Sequential, `(batch, *image_shape)` -> `(batch, latent_dim)`; with
        `gaussian`, a keras.Model to two of these.

    Raises:
        TypeError: `gaussian` is neither True nor False.
        ValueError: a size is not a positive integer, or a side cannot be halved
            so often.
    """
    latent_dim, filters, image_shape = _check(latent_dim, filters, image_shape)
    halve = {"kernel_size": 3, "strides": 2, "padding": "same", "data_format": "channels_last"}
    convolutions = [layers.Conv2D(n, **halve, activation="relu") for n in filters]
    trunk = keras.Input(image_shape), *convolutions, layers.Flatten("channels_last")
    return encoder_of(trunk, latent_dim, gaussian)


def conv_decoder(
    latent_dim: int,
    *,
    filters: tuple[int, ...] = (32, 16),
    image_shape: tuple[int, ...] = (28, 28, 1),
) -> keras.Sequential:
    """Build a stack of transposed convolutions from a code to a picture (chapter 5).

    The mirror image of `conv_encoder`: each layer paints 3 by 3 patches, at
    every second place of a picture twice as large.

    Args:
        latent_dim: numbers in a code, a positive integer.
        filters: channels before each transposed convolution, from the code to
            the picture.
        image_shape: as for `conv_encoder`.

    Returns:
        keras.Sequential, `(batch, latent_dim)` -> `(batch, *image_shape)`. Its
        output is logits.

    Raises:
        ValueError: as for `conv_encoder`.
    """
    latent_dim, filters, image_shape = _check(latent_dim, filters, image_shape)
    height, width = (side // 2 ** len(filters) for side in image_shape[:2])
    up = {"kernel_size": 3, "strides": 2, "padding": "same", "data_format": "channels_last"}
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(height * width * filters[0], activation="relu"),
            layers.Reshape((height, width, filters[0])),
            *[layers.Conv2DTranspose(n, **up, activation="relu") for n in filters[1:]],
            layers.Conv2DTranspose(image_shape[-1], **up, name="logits"),
        ],
        name="decoder",
    )


def _check(latent_dim, filters, image_shape):
    """Give the sizes as ints, if the sides can be halved so often."""
    sizes = check_sizes(latent_dim, filters=filters, image_shape=image_shape)
    if not filters:
        raise ValueError(f"`filters` must hold one layer's or more. Received: {filters=}")
    factor = 2 ** len(filters)
    if len(image_shape) != 3 or image_shape[0] % factor or image_shape[1] % factor:
        raise ValueError(
            "`image_shape` must be (height, width, channels), both sides divisible by "
            f"2 ** len(filters) = {factor}. Received: {image_shape=}, {filters=}"
        )
    return sizes
