"""Stacks that read and write a sequence one step at a time (chapter 5)."""

import keras
from keras import layers

from companion.checks import check_count
from companion.networks.heads import encoder_of
from companion.networks.sizes import check_sizes


def recurrent_encoder(
    latent_dim: int,
    *,
    units: int = 64,
    sequence_shape: tuple[int, int],
    chunk: int = 1,
    gaussian: bool = False,
) -> keras.Model:
    """Build a network that reads a sequence from its start to its end (chapter 5).

        h_t = GRU(x_t, h_{t-1}),   h_0 = 0,   z = W h_T + b

    with the gated recurrent unit of Cho et al. (2014). Its weights are the same
    at every step, so their number does not depend on the length.

    Args:
        latent_dim: numbers in a code, a positive integer.
        units: numbers in the state h, a positive integer.
        sequence_shape: `(length, features)` of one sequence.
        chunk: positions that are read at once; the steps are `length / chunk`.
        gaussian: write not a code but `[z_mean, z_log_var]`, the mean and the
            logarithm of the variance of a Gaussian over codes, as `models.VAE`
            needs it (chapter 7).

    Returns:
        keras.Sequential, `(batch, length, features)` -> `(batch, latent_dim)`; with
        `gaussian`, a keras.Model to two of these.

    Raises:
        TypeError: `gaussian` is neither True nor False.
        ValueError: a size is not a positive integer, the shape is not
            `(length, features)`, or `chunk` does not divide the length.
    """
    units, chunk = check_count(units=units, chunk=chunk)
    latent_dim, sequence_shape = check_sizes(latent_dim, sequence_shape=sequence_shape)
    steps = _steps(sequence_shape, chunk)
    trunk = (
        keras.Input(sequence_shape),
        layers.Reshape((steps, chunk * sequence_shape[1])),
        layers.GRU(units, name="reader"),  # its last state, h_T
    )
    return encoder_of(trunk, latent_dim, gaussian)


def recurrent_decoder(
    latent_dim: int, *, units: int = 64, sequence_shape: tuple[int, int], chunk: int = 1
) -> keras.Sequential:
    """Build a network that writes a sequence from its start to its end (chapter 5).

        h_t = GRU(z, h_{t-1}),   h_0 = 0,   output_t = W h_t + b

    The code is given to it again at every step; what it has written so far, it
    has to keep in its state.

    Args:
        latent_dim, units, sequence_shape, chunk: as for `recurrent_encoder`;
            `chunk` positions are written at once.

    Returns:
        keras.Sequential, `(batch, latent_dim)` -> `(batch, length, features)`:
        logits, or means, as the likelihood has it.

    Raises:
        ValueError: as for `recurrent_encoder`.
    """
    units, chunk = check_count(units=units, chunk=chunk)
    latent_dim, sequence_shape = check_sizes(latent_dim, sequence_shape=sequence_shape)
    steps = _steps(sequence_shape, chunk)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.RepeatVector(steps),
            layers.GRU(units, return_sequences=True, name="writer"),
            layers.Dense(chunk * sequence_shape[1], name="logits"),  # the same at every step
            layers.Reshape(sequence_shape),
        ],
        name="decoder",
    )


def _steps(sequence_shape, chunk):
    if len(sequence_shape) != 2 or sequence_shape[0] % chunk:
        raise ValueError(
            "`sequence_shape` must be (length, features), its length divisible by `chunk`. "
            f"Received: {sequence_shape=}, {chunk=}"
        )
    return sequence_shape[0] // chunk
