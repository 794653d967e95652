"""Models as a page runs them: an encoder and a decoder of dense layers, without Keras."""

import hashlib
from typing import NamedTuple

import numpy as np

from companion.widgets.dense import (
    all_weights,
    dense_layers,
    forward,
    pack_exactly,
    side_by_side,
    sizes,
)

LOG_VAR_LIMIT = 30.0  # as models.VAE holds it, so that exp stays finite
PARTS = ("encoder", "decoder")


class PageModel(NamedTuple):
    """An encoder and a decoder of dense layers.

    The encoder writes a code, or, if it has twice as many outputs as a code has
    numbers, the mean and the log-variance of a Gaussian over codes, side by side.
    """

    shape: tuple  #: `(h, w)` of a picture
    encoder: list  #: of DenseLayer: picture, row by row, to code
    decoder: list  #: of DenseLayer: code to pixels in [0, 1], row by row

    @property
    def latent_dim(self):
        """How many numbers a code has."""
        return len(self.decoder[0].kernel)

    @property
    def gaussian(self):
        """Whether the encoder writes a Gaussian over codes."""
        return len(self.encoder[-1].bias) == 2 * self.latent_dim

    def encode(self, x):
        """Give the codes of pictures, `(n, h, w)` or alike: the means, if they are Gaussians.

        Returns:
            `(z_mean, sigma)`, each float32 `(n, latent_dim)`; sigma is None for a code.
        """
        outputs = forward(self.encoder, np.reshape(x, (len(x), -1)))
        if not self.gaussian:
            return outputs, None
        z_mean, z_log_var = np.split(outputs, 2, axis=1)
        return z_mean, np.exp(np.clip(z_log_var, -LOG_VAR_LIMIT, LOG_VAR_LIMIT) / 2)

    def decode(self, z):
        """Give the pictures of codes, `(n, latent_dim)`: float32 `(n, h, w)` in [0, 1]."""
        return np.clip(forward(self.decoder, z), 0, 1).reshape(-1, *self.shape)


def page_model(name, model):
    """Read a model that a page can run.

    Args:
        name: what the model is called, for the error message.
        model: `VAE`, `Autoencoder`, or any object with built Keras models `encoder` and
            `decoder`; or a `PageModel`, which is returned as it is.

    Raises:
        TypeError: it has no such parts.
        ValueError: a part is not a chain of dense layers, or its shape is not that of
            grey pictures and their codes, or a weight is not finite.
    """
    if not isinstance(model, PageModel):
        model = _read(name, model)
    inputs, outputs = len(model.encoder[0].kernel), len(model.decoder[-1].bias)
    written = len(model.encoder[-1].bias)
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
    return model


def _read(name, model):
    import keras

    for part in PARTS:
        if not isinstance(getattr(model, part, None), keras.Model):
            raise TypeError(
                f"`models[{name!r}]` must have built Keras models `encoder` and `decoder`. "
                f"Received: {model!r}"
            )
    encoder, decoder = model.encoder, model.decoder
    shape = tuple(decoder.output_shape[1:])
    if len(shape) not in (2, 3) or shape[2:] not in ((), (1,)):
        raise ValueError(
            f"`models[{name!r}].decoder` must give pictures, (batch, h, w) or (batch, h, w, 1). "
            f"Received: shape={decoder.output_shape}"
        )
    rng = np.random.default_rng(0)
    read = PageModel(
        shape[:2],
        _checked(name, "encoder", _encoder_layers(encoder), encoder,
                 rng.random((4, *encoder.input_shape[1:]), dtype="float32")),
        _checked(name, "decoder", dense_layers(decoder), decoder,
                 rng.standard_normal((4, *decoder.input_shape[1:]), dtype="float32")),
    )  # fmt: skip
    last = read.decoder[-1]
    return read._replace(
        decoder=[*read.decoder[:-1], last._replace(activation=_pixels(name, model, last))]
    )


def _encoder_layers(encoder):
    """Read an encoder with one output, or with two: z_mean and z_log_var."""
    import keras

    if len(getattr(encoder, "outputs", None) or ()) != 2:
        return dense_layers(encoder)
    heads = [dense_layers(keras.Model(encoder.inputs, output)) for output in encoder.outputs]
    return side_by_side(heads) if all(heads) else None


def _checked(name, part, stack, network, x):
    """Return a stack that computes what the network computes, or say that there is none."""
    if stack is not None:
        from keras import ops

        outputs = network(x, training=False)
        parts = outputs if isinstance(outputs, list | tuple) else [outputs]
        wanted = [ops.convert_to_numpy(each).reshape(len(x), -1) for each in parts]
        given = forward(stack, x.reshape(len(x), -1))
        if np.allclose(given, np.concatenate(wanted, axis=1), rtol=1e-2, atol=1e-3, equal_nan=True):
            return stack
    raise ValueError(
        f"`models[{name!r}].{part}` must be a chain of dense layers, which a page can run "
        "without Keras. `LatentSliders` shows any decoder, from a kernel. "
        f"Received: {network!r}"
    )


def _pixels(name, model, last):
    """Say what makes pixels of the decoder's last sums, from the likelihood if there is one."""
    likelihood = getattr(model, "likelihood", None)
    if likelihood == "gaussian":
        return last.activation
    if likelihood not in ("bernoulli", None):
        raise ValueError(
            f"`models[{name!r}]` must have a Bernoulli or a Gaussian likelihood. "
            f"Received: likelihood={likelihood!r}"
        )
    return "sigmoid" if last.activation == "linear" else last.activation


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
