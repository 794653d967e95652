"""A decoder as it is now: what it decodes a code to, and the matrices that a page needs for it."""

import numpy as np

from companion.page.keras_models import last_activation, page_layers
from companion.page.page_layers import forward
from companion.pictures import decode_pixels


class LiveDecoder:
    """Decode codes to pixels by the weights that a decoder has at that time.

    Args:
        decoder: Keras model, `(batch, latent_dim)` to `(batch, h, w)` or `(batch, h, w, 1)`.
        activation: "sigmoid" if it gives logits, None if it gives pixels.
        z: `(latent_dim,)`, a code on which to see what it gives.

    Raises:
        ValueError: the decoder gives no pictures, or ends in what `activation` would repeat.
    """

    def __init__(self, decoder, activation, z):
        self.network, self.activation = decoder, _check_activation(activation, decoder)
        pixels = decode_pixels(decoder, z[None], self.activation)
        self.shape = pixels.shape[1:]
        self._is_dense = _gives(self._layers(), z, pixels)

    def layers(self):
        """Read it as dense layers that give pixels; None if it is no chain of dense layers."""
        return self._layers() if self._is_dense else None

    def pixels(self, z):
        """Decode codes, `(n, latent_dim)`, to pixels, `(n, h, w)` in [0, 1]."""
        layers = self.layers()
        if layers is None:
            return decode_pixels(self.network, z, self.activation)
        # In numpy a code takes a fifth of the time, though the weights are read anew each time.
        pixels = forward(layers, z).reshape(-1, *self.shape)
        return decode_pixels(lambda *_, **__: pixels, z, None)

    def _layers(self):
        layers = page_layers(self.network)
        if layers and self.activation:
            layers[-1] = layers[-1]._replace(activation=self.activation)
        return layers


def _gives(layers, z, pixels):
    """Say whether dense layers give what the decoder has given, up to its rounding."""
    if layers is None:
        return False
    return np.allclose(np.clip(forward(layers, z[None]), 0, 1), pixels.reshape(1, -1), atol=1e-2)


def _check_activation(activation, decoder):
    if activation not in ("sigmoid", "linear", None):
        raise ValueError(f"`activation` must be 'sigmoid' or None. Received: {activation=}")
    last = last_activation(decoder)
    if activation == "sigmoid" and last not in ("linear", None):
        raise ValueError(
            f"`activation` must be None for a decoder that ends in {last}. Received: {activation=}"
        )
    return None if activation == "linear" else activation
