"""Stacks of dense layers, which see a picture as a list of numbers (chapter 1)."""

import math
from typing import Any

import keras
from keras import layers

from companion.checks import check_bool, check_float
from companion.networks.heads import beside, encoder_of
from companion.networks.sizes import check_condition, check_sizes


def dense_encoder(
    latent_dim: int,
    *,
    hidden: tuple[int, ...] = (256, 64),
    image_shape: tuple[int, ...] = (28, 28, 1),
    dropout: float = 0.0,
    max_norm: float | None = None,
    code_activation: Any = None,
    activity_regularizer: Any = None,
    gaussian: bool = False,
    wide_start: bool = False,
    condition_shape: tuple[int, ...] | None = None,
) -> keras.Model:
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
        gaussian: write not a code but `[z_mean, z_log_var]`, the mean and the
            logarithm of the variance of a Gaussian over codes, as `models.VAE`
            needs it (chapter 7).
        wide_start: draw the first weights of the hidden layers as widely as ReLU
            needs it (He et al. 2015), and not as Keras does (Glorot).
        condition_shape: shape of a condition that it reads beside the picture, such as
            `(10,)` for a label as ten numbers (chapter 13); None for none.

    Returns:
        keras.Sequential, `(batch, *image_shape)` -> `(batch, latent_dim)`; with
        `gaussian`, a keras.Model to two of these. With `condition_shape`, a keras.Model
        that reads `[picture, condition]`.

    Raises:
        TypeError: `dropout` or `max_norm` is no number, or a switch neither True nor False.
        ValueError: a size is not a positive integer, or `dropout` or `max_norm` out of its
            range; an activation or a penalty is asked for where there is no code.

    Example:
        >>> from companion import networks
        >>> networks.dense_encoder(2).output_shape
        (None, 2)
    """
    latent_dim, hidden, image_shape = check_sizes(
        latent_dim, hidden=hidden, image_shape=image_shape
    )
    condition_shape = check_condition(condition_shape)
    hidden_layers = _hidden_layers(hidden, dropout, max_norm, wide_start)
    trunk = keras.Input(image_shape), layers.Flatten("channels_last"), *hidden_layers
    return encoder_of(
        trunk,
        latent_dim,
        gaussian,
        condition_shape,
        activation=code_activation,
        activity_regularizer=activity_regularizer,
    )


def dense_decoder(
    latent_dim: int,
    *,
    hidden: tuple[int, ...] = (64, 256),
    image_shape: tuple[int, ...] = (28, 28, 1),
    dropout: float = 0.0,
    max_norm: float | None = None,
    wide_start: bool = False,
    condition_shape: tuple[int, ...] | None = None,
) -> keras.Model:
    """Build a stack of dense layers from a code to a picture (chapter 1).

    Args:
        latent_dim: numbers in a code, a positive integer.
        hidden: units of each hidden layer, from the code to the picture.
        image_shape: shape of one picture, without the batch axis.
        dropout, max_norm: of the hidden layers, as for `dense_encoder`.
        wide_start: as for `dense_encoder`; and draw both weights and biases of the
            first hidden layer evenly from +-1 / sqrt(latent_dim), so that its units
            bend at different codes from the start: it trains more quickly (`pipeline`).
        condition_shape: shape of a condition that it reads beside the code, as for
            `dense_encoder`; an encoder need not read it too.

    Returns:
        keras.Sequential, `(batch, latent_dim)` -> `(batch, *image_shape)`; with
        `condition_shape`, a keras.Model that reads `[code, condition]`. Its output is
        logits: `keras.ops.sigmoid` makes pixels of them.

    Raises:
        TypeError, ValueError: as for `dense_encoder`.
    """
    latent_dim, hidden, image_shape = check_sizes(
        latent_dim, hidden=hidden, image_shape=image_shape
    )
    condition_shape = check_condition(condition_shape)
    code = keras.Input((latent_dim,))
    stack = [
        *_hidden_layers(hidden, dropout, max_norm, wide_start, latent_dim),
        layers.Dense(math.prod(image_shape), name="logits"),
        layers.Reshape(image_shape),
    ]
    if condition_shape is None:
        return keras.Sequential([code, *stack], name="decoder")
    condition, h = beside(condition_shape, code)
    for layer in stack:
        h = layer(h)
    return keras.Model([code, condition], h, name="decoder")


def _hidden_layers(hidden, dropout, max_norm, wide_start, latent_dim=None):
    check_float("[0, 1)", dropout=dropout)
    check_bool(wide_start=wide_start)
    constraint = None
    if max_norm is not None:
        constraint = keras.constraints.MaxNorm(check_float("(0, inf)", max_norm=max_norm))
    for i, units in enumerate(hidden):
        start = {"kernel_initializer": "he_normal"} if wide_start else {}
        if wide_start and latent_dim and i == 0:
            end = 1 / math.sqrt(latent_dim)
            start = {  # one each: from one initializer both would get the same numbers
                f"{part}_initializer": keras.initializers.RandomUniform(-end, end)
                for part in ("kernel", "bias")
            }
        yield layers.Dense(units, activation="relu", kernel_constraint=constraint, **start)
        if dropout:
            yield layers.Dropout(dropout)
