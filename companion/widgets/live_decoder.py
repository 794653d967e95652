"""A decoder as it is now: what it decodes a code to, and the matrices that a page needs for it."""

import numpy as np

from companion.page.keras_models import last_activation, page_layers
from companion.page.page_layers import forward
from companion.pictures import decode_pixels, side_by_side

IN_A_ROW = 5  # pictures of one code, where there is one for each condition
GAP = 4  # pixels of paper between two of them


class LiveDecoder:
    """Decode codes to pixels by the weights that a decoder has at that time.

    A decoder that reads a condition draws a code once under each of several, side by side
    in one picture.

    Args:
        decoder: Keras model, `(batch, latent_dim)` to `(batch, h, w)` or `(batch, h, w, 1)`; or
            from that and `(batch, k)`.
        activation: "sigmoid" if it gives logits, None if it gives pixels.
        z: `(latent_dim,)`, a code on which to see what it gives.
        condition: `(m, k)`, or None if it reads none.

    Raises:
        ValueError: the decoder gives no pictures, or ends in what `activation` would repeat.
    """

    def __init__(self, decoder, activation, z, condition=None):
        self.network, self.activation = decoder, _check_activation(activation, decoder)
        self.condition = condition
        pixels = decode_pixels(self._decode, self._rows(z[None]), self.activation)
        self.of_one = pixels.shape[1:]  # a picture under one condition
        self.shape = self._shown(pixels).shape[1:]
        self._is_dense = _gives(self._layers(), self._rows(z[None]), pixels)

    def layers(self):
        """Read it as dense layers that give pixels; None if it is no chain of dense layers."""
        return self._layers() if self._is_dense else None

    def pixels(self, z):
        """Decode codes, `(n, latent_dim)`, to pixels, `(n, h, w)` in [0, 1]."""
        rows, layers = self._rows(z), self.layers()
        if layers is None:
            return self._shown(decode_pixels(self._decode, rows, self.activation))
        # In numpy a code takes a fifth of the time, though the weights are read anew each time.
        pixels = forward(layers, rows).reshape(-1, *self.of_one)
        return self._shown(decode_pixels(lambda *_, **__: pixels, rows, None))

    def places(self):
        """Give where the picture of each condition begins: [top, left], in pixels."""
        height, width, *_ = self.of_one
        return [
            [GAP // 2 + i // IN_A_ROW * (height + GAP), GAP // 2 + i % IN_A_ROW * (width + GAP)]
            for i in range(len(self.condition))
        ]

    def _rows(self, z):
        """Give what is decoded: each code, with one condition after the other behind it."""
        if self.condition is None:
            return z
        conditions = np.tile(self.condition, (len(z), 1))
        return np.concatenate([z.repeat(len(self.condition), axis=0), conditions], axis=1)

    def _decode(self, rows, training):
        if self.condition is None:
            return self.network(rows, training=training)
        return self.network(np.split(rows, [-self.condition.shape[1]], 1), training=training)

    def _shown(self, pixels):
        """Set the pictures of each code side by side, in rows, on paper."""
        if self.condition is None:
            return pixels
        m = len(self.condition)
        rows, columns = -(-m // IN_A_ROW), min(m, IN_A_ROW)
        pixels = pixels.reshape(-1, m, *self.of_one)
        colours = len(self.of_one) == 3
        missing = [(0, 0), (0, rows * columns - m), *[(0, 0) for _ in self.of_one]]
        pixels = np.pad(pixels, missing, constant_values=1 if colours else 0)  # both are paper
        pixels = pixels.reshape(-1, rows, columns, *self.of_one)
        return np.stack([side_by_side(each, GAP) for each in pixels])

    def _layers(self):
        layers = page_layers(self.network)
        if layers and self.activation:
            layers[-1] = layers[-1]._replace(activation=self.activation)
        return layers


def _gives(layers, rows, pixels):
    """Say whether dense layers give what the decoder has given, up to its rounding."""
    if layers is None or layers[0].inputs != rows.shape[1]:
        return False
    flat = pixels.reshape(len(rows), -1)
    return np.allclose(np.clip(forward(layers, rows), 0, 1), flat, atol=1e-2)


def _check_activation(activation, decoder):
    if activation not in ("sigmoid", "linear", None):
        raise ValueError(f"`activation` must be 'sigmoid' or None. Received: {activation=}")
    last = last_activation(decoder)
    if activation == "sigmoid" and last not in ("linear", None):
        raise ValueError(
            f"`activation` must be None for a decoder that ends in {last}. Received: {activation=}"
        )
    return None if activation == "linear" else activation
