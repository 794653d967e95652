"""What all models of the package share: two networks, a likelihood, and checks at every door."""

from contextlib import nullcontext

import keras
import numpy as np
from keras import ops

from companion.checks import check_array
from companion.models.likelihoods import likelihood_of
from companion.models.network_pairs import check_pair, read_by
from companion.networks.batches import in_batches


class EncoderDecoder(keras.Model):
    """Hold an encoder and a decoder, and measure what the decoder draws.

    `Autoencoder` and `VAE` are built on it: they say what a code is and what is
    made small. Here is what they share: `fit`, `evaluate` and `predict` as in any
    Keras model, but for arrays that were looked at first; `decode` and `nll`; the
    file that `save` writes.

    A model may be given more than the picture: a condition, such as a label. Its decoder
    then reads `[code, condition]`, and its encoder `[picture, condition]` or the picture alone.

    Args, likelihoods and errors: see `Autoencoder`.
    """

    encoder_outputs = 1

    def __init__(self, encoder, decoder, likelihood="bernoulli", sigma=1.0, **kwargs):
        super().__init__(**kwargs)
        self._likelihood = likelihood_of(likelihood, sigma)
        check_pair(encoder, decoder, self.encoder_outputs)
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood
        self.sigma = sigma

    @property
    def latent_dim(self):
        """How many numbers a code has."""
        return self.decoder.inputs[0].shape[-1]

    @property
    def condition_shape(self):
        """The shape of one condition, without the batch axis; None if the model reads none."""
        return self.decoder.inputs[1].shape[1:] if len(self.decoder.inputs) == 2 else None

    def nll(self, x, z, condition=None):
        """Give -log p(x | z), the price of pictures `x` drawn from codes `z`.

        Args:
            x: pictures, `(n, *image_shape)`.
            z: codes, `(n, latent_dim)`, one for each picture, or `(1, latent_dim)`.
            condition: one for each picture, `(n, *condition_shape)`, if the model reads them.

        Returns:
            Nats per image, an array `(n,)`.

        Raises:
            ValueError: pictures, codes or conditions that are refused, or not equally many.
        """
        x, z = self._check_x(x, "x"), self._check_z(z)
        if len(z) not in (1, len(x)):
            raise ValueError(
                f"`z` must hold a code for each picture. Received: {len(z)} for {len(x)} pictures"
            )
        condition = self._check_condition(condition, len(x))
        if condition is not None:
            z = np.broadcast_to(z, (len(x), *z.shape[1:]))
        outputs = in_batches(self._decode, z, condition)
        return ops.convert_to_numpy(self._likelihood.nll(x, outputs))

    def decode(self, z, condition=None):
        """Give the pictures of codes.

        Args:
            z: codes, `(n, latent_dim)`.
            condition: one for each code, `(n, *condition_shape)`, if the model reads them.

        Returns:
            Pixels, an array `(n, *image_shape)`: the means of p(x | z).

        Raises:
            ValueError: codes or conditions that are refused, or not equally many.
        """
        z = self._check_z(z)
        condition = self._check_condition(condition, len(z))
        return self._pixels(in_batches(self._decode, z, condition))

    def fit(self, x=None, y=None, *, validation_data=None, **kwargs):
        """Train as `keras.Model.fit` does, on pictures that were looked at first.

        With a condition, `x` is `(pictures, condition)` or a dict of `x` and `condition`.
        """
        if kwargs.get("class_weight") is not None:
            raise ValueError(
                "`class_weight` needs classes, and here are no classes: give `sample_weight`."
            )
        x, y = self._checked(x, y, kwargs.get("sample_weight"))
        if x is not None and not isinstance(x, np.ndarray | tuple):
            kwargs.setdefault("shuffle", False)  # a stream has its own order, and Keras says so
        if isinstance(validation_data, np.ndarray | dict):
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
        return self._pixels(super().predict(self._check_inputs(x, "x"), **kwargs))

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

    def _encode(self, x, condition, training):
        return self.encoder(read_by(self.encoder, x, condition), training=training)

    def _decode(self, z, condition, training):
        return self.decoder(read_by(self.decoder, z, condition), training=training)

    def _nll_of(self, x, y, outputs, sample_weight):
        """Give -log p of the target (`y`, or `x` without it), and the weights, both `(batch,)`."""
        target = ops.cast(picture_and_condition(x)[0] if y is None else y, self.variable_dtype)
        if target.shape[1:] != outputs.shape[1:]:  # or it would be broadcast, into nonsense
            raise ValueError(
                f"The target must have shape (batch, {str(tuple(outputs.shape[1:]))[1:]}. "
                f"Received: {tuple(target.shape)}. Labels are no target: fit(x) needs none."
            )
        nll = self._likelihood.nll(target, ops.cast(outputs, self.variable_dtype))  # (batch,)
        if sample_weight is None:
            return nll, ops.ones_like(nll)
        return nll, ops.reshape(ops.cast(sample_weight, nll.dtype), (-1,))

    def _build_by_shapes(self):
        """Let Keras know what is read, so that a saved model is built when it is loaded."""
        inputs = [self.encoder.inputs[0], *self.decoder.inputs[1:]]
        shapes = [tuple(each.shape) for each in inputs]
        self.build(shapes if len(shapes) == 2 else shapes[0])

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
        x, y = self._check_inputs(x, f"{prefix}x"), self._check_array(y, f"{prefix}y")
        if sample_weight is not None and y is None:
            y = picture_and_condition(x)[0]  # Keras would drop the weights where there is no target
        return x, y

    def _check_inputs(self, x, name):
        """Check pictures, with their condition if there is one; let streams of data through."""
        if self.condition_shape is None or not _is_data(x):
            return self._check_array(x, name)
        if not isinstance(x, tuple | dict) or len(x) != 2:
            raise TypeError(
                f"`{name}` must hold pictures and the condition of each: (x, condition), or a "
                f"dict of both. Received: a {type(x).__name__}"
            )
        if isinstance(x, dict) and x.keys() != {"x", "condition"}:
            raise ValueError(f"`{name}` must have 'x' and 'condition'. Received: {sorted(x)}")
        pictures, condition = picture_and_condition(x)
        pictures = self._check_x(pictures, name)
        return pictures, self._check_condition(condition, len(pictures))

    def _check_array(self, x, name):
        """Check an array of pictures; let None and streams of data through."""
        if isinstance(x, tuple | dict):
            raise TypeError(f"`{name}` must be one array. Received: a {type(x).__name__}")
        return self._check_x(x, name) if _is_data(x) else x

    def _check_condition(self, condition, n):
        """Check that there is a condition for each of `n` examples, if the model reads one."""
        shape = self.condition_shape
        if shape is None or condition is None:
            if (shape is None) != (condition is None):
                wanted = f"an array (n, {', '.join(map(str, shape))})" if shape else "none"
                given = "none" if condition is None else type(condition).__name__
                raise ValueError(f"`condition` must be {wanted} here. Received: {given}")
            return None
        condition = check_array(condition, shape=shape, name="condition")
        if len(condition) != n:
            raise ValueError(
                f"`condition` must hold one for each example. Received: {len(condition)} for {n}"
            )
        return condition

    def _check_x(self, x, name):
        return self._likelihood.check(x, shape=self.encoder.inputs[0].shape[1:], name=name)

    def _check_z(self, z):
        return check_array(z, shape=self.decoder.inputs[0].shape[1:], name="z")

    def _pixels(self, decoder_output):
        outputs = ops.cast(decoder_output, self.variable_dtype)
        return ops.convert_to_numpy(self._likelihood.mean(outputs))


def picture_and_condition(x):
    """Take apart what `fit` was given: pictures, and the condition of each or None."""
    if isinstance(x, dict):
        return x["x"], x["condition"]
    return x if isinstance(x, tuple | list) else (x, None)


def _is_data(x):
    """Tell arrays, alone or together, from None and from streams of data."""
    return hasattr(x, "__array__") or isinstance(x, list | tuple | dict)
