"""Encoders and decoders: plain Keras models, to be used as they are or copied.

- `dense`: stacks of dense layers (chapter 1).
- `convolutional`: stacks of convolutions, for pictures (chapter 5).
- `recurrent`: networks that read and write one step at a time, for sequences (chapter 5).

Sizes default to the ones of the book: small enough to train in seconds on a
laptop.
"""

from companion.networks.convolutional import conv_decoder, conv_encoder
from companion.networks.dense import dense_decoder, dense_encoder
from companion.networks.recurrent import recurrent_decoder, recurrent_encoder

__all__ = [
    "conv_decoder",
    "conv_encoder",
    "dense_decoder",
    "dense_encoder",
    "recurrent_decoder",
    "recurrent_encoder",
]
