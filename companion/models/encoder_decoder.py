"""What all models of the package share: two networks, a likelihood, and checks at every door."""

from contextlib import nullcontext

import keras
import numpy as np
from keras import ops

from companion.checks import check_array
from companion.models.likelihoods import likelihood_of
from companion.networks.batches import in_batches


class EncoderDecoder(keras.Model):
    """Hold an encoder and a decoder, and measure what the decoder draws.

    `Autoencoder` and `VAE` are built on it: they say what a code is and what is
    made small. Here is what they share: `fit`, `evaluate` and `predict` as in any
    Keras model, but for arrays that were looked at first; `decode` and `nll`; the
    file that `save` writes.

    Args, likelihoods and errors: see `Autoencoder`.
    """

    encoder_outputs = 1

    def __init__(self, encoder, decoder, likelihood="bernoulli", sigma=1.0, **kwargs):
        super().__init__(**kwargs)
        self._likelihood = likelihood_of(likelihood, sigma)
        picture, *codes = _shapes(encoder, "encoder", self.encoder_outputs)
        code_read, picture_written = _shapes(decoder, "decoder")
        if any(code != code_read for code in codes):
            raise ValueError(
                "`decoder` must read what `encoder` writes. Received: encoder output "
                f"{', '.join(map(str, codes))}, decoder input {code_read}"
            )
        if picture_written != picture:
            raise ValueError(
                "`decoder` must write what `encoder` reads. Received: decoder output "
                f"{picture_written}, encoder input {picture}"
            )
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood
        self.sigma = sigma

    @property
    def latent_dim(self):
        """How many numbers a code has."""
        return self.decoder.input_shape[-1]

    def nll(self, x, z):
        """Give -log p(x | z), the price of pictures `x` drawn from codes `z`.

        Args:
            x: pictures, `(n, *image_shape)`.
            z: codes, `(n, latent_dim)`, one for each picture, or `(1, latent_dim)`.

        Returns:
            Nats per image, an array `(n,)`.
        """
        x, z = self._check_x(x, "x"), self._check_z(z)
        if len(z) not in (1, len(x)):
            raise ValueError(
                f"`z` must hold a code for each picture. Received: {len(z)} for {len(x)} pictures"
            )
        outputs = in_batches(self.decoder, z)
        return ops.convert_to_numpy(self._likelihood.nll(x, outputs))

    def decode(self, z):
        """Give the pictures of codes: `(n, latent_dim)` -> pixels `(n, *image_shape)`."""
        return self._pixels(in_batches(self.decoder, self._check_z(z)))

    def fit(self, x=None, y=None, *, validation_data=None, **kwargs):
        """Train as `keras.Model.fit` does, on pictures that were looked at first."""
        if kwargs.get("class_weight") is not None:
            raise ValueError(
                "`class_weight` needs classes, and here are no classes: give `sample_weight`."
            )
        x, y = self._checked(x, y, kwargs.get("sample_weight"))
        if x is not None and not isinstance(x, np.ndarray):
            kwargs.setdefault("shuffle", False)  # a stream has its own order, and Keras says so
        if isinstance(validation_data, np.ndarray):
            validation_data = (validation_data,)
        if isinstance(validation_data, tuple | list):
            x_val, *rest = validation_data
            y_val, *weights = rest or [None]
            x_val, y_val = self._checked(x_val, y_val, *weights, prefix="validation ")
            validation_data = (x_val, y_val, *weights)
        self._build_optimizer()
        return super().fit(x, y, validation_data=validation_data, **kwargs)

    def evaluate(self, x=None, y=None, **kwargs):
        """Measure as `keras.Model.evaluate` does, on pictures that were looked at first."""
        x, y = self._checked(x, y, kwargs.get("sample_weight"))
        return super().evaluate(x, y, **kwargs)

    def predict(self, x, **kwargs):
        """Give reconstructions as pixels, not logits: `(n, *image_shape)`."""
        return self._pixels(super().predict(self._check_array(x, "x"), **kwargs))

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "likelihood": self.likelihood,
            "sigma": self.sigma,
        }

    @classmethod
    def from_config(cls, config):
        parts = {
            k: keras.saving.deserialize_keras_object(config[k]) for k in ("encoder", "decoder")
        }
        return cls(**{**config, **parts})

    def _nll_of(self, x, y, outputs, sample_weight):
        """Give -log p of the target (`y`, or `x` without it), and the weights, both `(batch,)`."""
        target = ops.cast(x if y is None else y, self.variable_dtype)
        if target.shape[1:] != outputs.shape[1:]:  # or it would be broadcast, into nonsense
            raise ValueError(
                f"The target must have shape (batch, {str(tuple(outputs.shape[1:]))[1:]}. "
                f"Received: {tuple(target.shape)}. Labels are no target: fit(x) needs none."
            )
        nll = self._likelihood.nll(target, ops.cast(outputs, self.variable_dtype))  # (batch,)
        if sample_weight is None:
            return nll, ops.ones_like(nll)
        return nll, ops.reshape(ops.cast(sample_weight, nll.dtype), (-1,))

    def _build_optimizer(self):
        """Make the optimizer's variables. Made within the first step, as Keras would, they let
        TensorFlow trace that step twice.
        """
        if not self.compiled or self.optimizer.built:
            return
        strategy = getattr(self, "distribute_strategy", None)  # of TensorFlow's alone
        with strategy.scope() if strategy else nullcontext():
            self.optimizer.build(self.trainable_variables)

    def _checked(self, x, y, sample_weight=None, prefix=""):
        """Check pictures and targets before they are trained on or measured."""
        if self.compiled and self.loss is not None:
            raise ValueError("This model brings its own loss: compile it without one.")
        x, y = self._check_array(x, f"{prefix}x"), self._check_array(y, f"{prefix}y")
        if sample_weight is not None and y is None:
            y = x  # Keras would drop the weights where there is no target
        return x, y

    def _check_array(self, x, name):
        """Check an array of pictures; let None and streams of data through."""
        if isinstance(x, tuple | dict):
            raise TypeError(f"`{name}` must be one array. Received: a {type(x).__name__}")
        if not (hasattr(x, "__array__") or isinstance(x, list)):
            return x
        return self._check_x(x, name)

    def _check_x(self, x, name):
        return self._likelihood.check(x, shape=self.encoder.input_shape[1:], name=name)

    def _check_z(self, z):
        return check_array(z, shape=self.decoder.input_shape[1:], name="z")

    def _pixels(self, decoder_output):
        outputs = ops.cast(decoder_output, self.variable_dtype)
        return ops.convert_to_numpy(self._likelihood.mean(outputs))


def _shapes(model, name, outputs=1):
    """Give the shapes that a model reads and writes, without the batch axis."""
    if not isinstance(model, keras.Model) or not model.built:
        raise TypeError(f"`{name}` must be a built Keras model. Received: {model!r}")
    inputs = model.inputs or ()
    if len(inputs) != 1 or len(model.outputs) != outputs or isinstance(model.output_shape, dict):
        wanted = {1: "one output", 2: "two outputs, z_mean and z_log_var"}[outputs]
        raise TypeError(
            f"`{name}` must have one input and {wanted}. Received: {len(inputs)} inputs and "
            f"{len(model.outputs)} outputs, {model!r}"
        )
    return tuple(tensor.shape[1:] for tensor in (*inputs, *model.outputs))
