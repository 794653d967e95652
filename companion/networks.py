"""Encoders and decoders: plain Keras models, to be used as they are or copied.

Sizes default to the ones of the book: small enough to train in seconds on a
laptop, and to run inside a web page.
"""

import math

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


def _check_sizes(**sizes):
    for name, value in sizes.items():
        for size in value if isinstance(value, tuple | list) else (value,):
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise ValueError(f"`{name}` must hold positive integers. Received: {name}={value}")
