from typing import Any

import keras

def conv_decoder(
    latent_dim: int,
    *,
    filters: tuple[int, ...] = (32, 16),
    image_shape: tuple[int, ...] = (28, 28, 1),
) -> keras.Sequential: ...
def conv_encoder(
    latent_dim: int,
    *,
    filters: tuple[int, ...] = (16, 32),
    image_shape: tuple[int, ...] = (28, 28, 1),
    gaussian: bool = False,
) -> keras.Model: ...
def dense_decoder(
    latent_dim: int,
    *,
    hidden: tuple[int, ...] = (64, 256),
    image_shape: tuple[int, ...] = (28, 28, 1),
    dropout: float = 0.0,
    max_norm: float | None = None,
    wide_start: bool = False,
    condition_shape: tuple[int, ...] | None = None,
) -> keras.Model: ...
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
) -> keras.Model: ...
def recurrent_decoder(
    latent_dim: int, *, units: int = 64, sequence_shape: tuple[int, int], chunk: int = 1
) -> keras.Sequential: ...
def recurrent_encoder(
    latent_dim: int,
    *,
    units: int = 64,
    sequence_shape: tuple[int, int],
    chunk: int = 1,
    gaussian: bool = False,
) -> keras.Model: ...
