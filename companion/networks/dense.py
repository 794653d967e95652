"""Stacks of dense layers, which see a picture as a list of numbers (chapter 1)."""

import math

import keras
from keras import layers

from companion.networks.sizes import check_sizes


def dense_encoder(
    latent_dim,
    *,
    hidden=(256, 64),
    image_shape=(28, 28, 1),
    dropout=0.0,
    max_norm=None,
    code_activation=None,
    activity_regularizer=None,
):
    """Build a stack of dense layers from a picture to its code (chapter 1).

    Args:
        latent_dim: numbers in a code, a positive integer.
        hidden: units of each hidden layer, from the picture to the code.
        image_shape: shape of one picture, without the batch axis.
        dropout: share of the units of each hidden layer that training switches
            off at random, in [0, 1).
        max_norm: the largest length that the incoming weights of a hidden unit
            may have; None for no limit.
        code_activation: of the code; by default none, so that it may be any
            real number.
        activity_regularizer: a penalty on the code, as Keras' layers take it
            (chapter 3).

    Returns:
        keras.Sequential, `(batch, *image_shape)` -> `(batch, latent_dim)`.

    Raises:
        ValueError: a size is not a positive integer.
    """
    check_sizes(latent_dim=latent_dim, hidden=hidden, image_shape=image_shape)
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Flatten(),
            *_hidden_layers(hidden, dropout, max_norm),
            layers.Dense(
                latent_dim,
                activation=code_activation,
                activity_regularizer=activity_regularizer,
                name="code",
            ),
        ],
        name="encoder",
    )


def dense_decoder(
    latent_dim, *, hidden=(64, 256), image_shape=(28, 28, 1), dropout=0.0, max_norm=None
):
    """Build a stack of dense layers from a code to a picture (chapter 1).

    Args:
        latent_dim: numbers in a code, a positive integer.
        hidden: units of each hidden layer, from the code to the picture.
        image_shape: shape of one picture, without the batch axis.
        dropout, max_norm: of the hidden layers, as for `dense_encoder`.

    Returns:
        keras.Sequential, `(batch, latent_dim)` -> `(batch, *image_shape)`. Its
        output is logits: `keras.ops.sigmoid` makes pixels of them.

    Raises:
        ValueError: a size is not a positive integer.
    """
    check_sizes(latent_dim=latent_dim, hidden=hidden, image_shape=image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *_hidden_layers(hidden, dropout, max_norm),
            layers.Dense(math.prod(image_shape), name="logits"),
            layers.Reshape(image_shape),
        ],
        name="decoder",
    )


def _hidden_layers(hidden, dropout, max_norm):
    constraint = None if max_norm is None else keras.constraints.MaxNorm(max_norm)
    for units in hidden:
        yield layers.Dense(units, activation="relu", kernel_constraint=constraint)
        if dropout:
            yield layers.Dropout(dropout)
