"""Encoders and decoders: plain Keras models, to be used as they are or copied.

Sizes default to the ones of the book: small enough to train in seconds on a
laptop, and to run inside a web page.
"""

import math
from numbers import Integral

import keras
from keras import layers


def dense_encoder(latent_dim, *, hidden=(256, 64), image_shape=(28, 28, 1)):
    """Build a stack of dense layers from a picture to its code (chapter 1).

    Args:
        latent_dim: numbers in a code, a positive integer.
        hidden: units of each hidden layer, from the picture to the code.
        image_shape: shape of one picture, without the batch axis.

    Returns:
        keras.Sequential, `(batch, *image_shape)` -> `(batch, latent_dim)`. The
        code has no activation: it may be any real number.

    Raises:
        ValueError: a size is not a positive integer.
    """
    _check_sizes(latent_dim=latent_dim, hidden=hidden, image_shape=image_shape)
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Flatten(),
            *[layers.Dense(units, activation="relu") for units in hidden],
            layers.Dense(latent_dim, name="code"),
        ],
        name="encoder",
    )


def dense_decoder(latent_dim, *, hidden=(64, 256), image_shape=(28, 28, 1)):
    """Build a stack of dense layers from a code to a picture (chapter 1).

    Args:
        latent_dim: numbers in a code, a positive integer.
        hidden: units of each hidden layer, from the code to the picture.
        image_shape: shape of one picture, without the batch axis.

    Returns:
        keras.Sequential, `(batch, latent_dim)` -> `(batch, *image_shape)`. Its
        output is logits: `keras.ops.sigmoid` makes pixels of them.

    Raises:
        ValueError: a size is not a positive integer.
    """
    _check_sizes(latent_dim=latent_dim, hidden=hidden, image_shape=image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *[layers.Dense(units, activation="relu") for units in hidden],
            layers.Dense(math.prod(image_shape), name="logits"),
            layers.Reshape(image_shape),
        ],
        name="decoder",
    )


def _check_sizes(latent_dim, **shapes):
    if not _is_size(latent_dim):
        raise ValueError(f"`latent_dim` must be a positive integer. Received: {latent_dim=}")
    for name, shape in shapes.items():
        if not isinstance(shape, tuple | list) or not all(map(_is_size, shape)):
            raise ValueError(
                f"`{name}` must be a tuple of positive integers. Received: {name}={shape!r}"
            )


def _is_size(value):
    return isinstance(value, Integral) and not isinstance(value, bool) and value > 0
