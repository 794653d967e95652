"""Models as a page runs them: an encoder and a decoder of plain layers, without Keras."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from companion.checks import check_array
from companion.page.packing import pack_exactly
from companion.page.page_layers import ConvTransposeLayer, DenseLayer, all_weights, forward, sizes

LOG_VAR_LIMIT = 30.0  # as models.VAE holds it, so that exp stays finite
PARTS = ("encoder", "decoder")


class PageModel(NamedTuple):
    """An encoder and a decoder of `DenseLayer`s and `ConvTransposeLayer`s.

    The encoder writes a code, or, if it has twice as many outputs as a code has
    numbers, the mean and the log-variance of a Gaussian over codes, side by side.
    """

    shape: tuple[int, ...]  #: `(h, w)` of a picture
    encoder: Sequence[DenseLayer | ConvTransposeLayer]  #: picture, row by row, to code
    decoder: Sequence[DenseLayer | ConvTransposeLayer]  #: code to pixels in [0, 1], row by row

    @property
    def latent_dim(self) -> int:
        """How many numbers a code has."""
        return self.decoder[0].inputs

    @property
    def gaussian(self) -> bool:
        """Whether the encoder writes a Gaussian over codes."""
        return self.encoder[-1].units == 2 * self.latent_dim

    def encode(self, x: ArrayLike) -> tuple[np.ndarray, np.ndarray | None]:
        """Give the codes of pictures: the means, if they are Gaussians.

        Args:
            x: pictures, `(n, h, w)` or `(n, h, w, 1)`.

        Returns:
            `(z_mean, sigma)`, each float32 `(n, latent_dim)`; sigma is None for a code.

        Raises:
            TypeError: `x` does not hold numbers.
            ValueError: `x` has another shape, or is not finite.
        """
        x = check_array(x)
        x = x.reshape(len(x), -1)
        check_array(x, shape=(self.encoder[0].inputs,))
        outputs = forward(self.encoder, x)
        if not self.gaussian:
            return outputs, None
        z_mean, z_log_var = np.split(outputs, 2, axis=1)
        return z_mean, np.exp(np.clip(z_log_var, -LOG_VAR_LIMIT, LOG_VAR_LIMIT) / 2)

    def decode(self, z: ArrayLike) -> np.ndarray:
        """Give the pictures of codes.

        Args:
            z: codes, `(n, latent_dim)`.

        Returns:
            Pixels in [0, 1], float32 `(n, h, w)`.

        Raises:
            TypeError, ValueError: as for `encode`.
        """
        z = check_array(z, shape=(self.latent_dim,), name="z")
        return np.clip(forward(self.decoder, z), 0, 1).reshape(-1, *self.shape)


def check_page_model(name, model):
    """Raise ValueError, with the `name` of the model, if its parts do not fit, or are not finite.

    They must read and write pictures of its shape, and codes of one size.
    """
    inputs, outputs = model.encoder[0].inputs, model.decoder[-1].units
    written = model.encoder[-1].units
    if not inputs == outputs == np.prod(model.shape):
        raise ValueError(
            f"`models[{name!r}]` must read and write grey pictures of {model.shape} pixels. "
            f"Received: an encoder of {inputs} inputs and a decoder of {outputs} outputs"
        )
    if written not in (model.latent_dim, 2 * model.latent_dim):
        raise ValueError(
            f"`models[{name!r}]` must have an encoder that writes what its decoder reads. "
            f"Received: {written} numbers for {model.latent_dim}"
        )
    for part in PARTS:
        if not np.isfinite(all_weights(getattr(model, part))).all():
            raise ValueError(
                f"`models[{name!r}].{part}` must have finite weights. Received: NaN or infinity"
            )


def packed_part(model, part):
    """Pack the weights of an encoder or a decoder.

    Returns:
        dict of `layers` (their sizes), `dtype`, `digest` (16 hexadecimal digits that tell
        these weights from others) and `data`, bytes.
    """
    stack = getattr(model, part)
    packed = {"layers": sizes(stack), **pack_exactly(all_weights(stack))}
    digest = hashlib.sha256(repr(packed["layers"]).encode() + packed["data"])
    return {**packed, "digest": digest.hexdigest()[:16]}
