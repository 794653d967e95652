"""What all models of the package share: two networks, a likelihood, and checks at every door."""

import keras
import numpy as np
from keras import ops
from keras.src.losses.loss import scale_loss_for_distribution

from companion.checks import check_array, check_count
from companion.models.doors import Doors
from companion.models.inputs import Inputs, picture_and_condition
from companion.models.likelihoods import likelihood_of
from companion.models.network_pairs import check_pair, read_by, whole
from companion.models.streams import pictures_in
from companion.networks.batches import fitting, in_batches

LEAST_SIGMA = 1e-3  # below any error of a picture of bytes, so that its logarithm stays finite


class EncoderDecoder(Doors):
    """Hold an encoder and a decoder, and measure what the decoder draws.

    `Autoencoder` and `VAE` are built on it: they say what a code is and what is
    made small. Here is what they share: `fit`, `evaluate` and `predict` as in any
    Keras model, but for pictures that are looked at (`Inputs`); `decode` and `nll`; the
    files that `save` and `export` write.

    A model may be given more than the picture: a condition, such as a label. Its decoder
    then reads `[code, condition]`, and its encoder `[picture, condition]` or the picture alone.

    Args, likelihoods and errors: see `Autoencoder`.
    """

    encoder_outputs = 1

    def __init__(self, encoder, decoder, likelihood="bernoulli", sigma=1.0, **kwargs):
        super().__init__(**kwargs)
        names = likelihood, sigma  # or whatever was given: an array has no one truth
        if all(isinstance(name, str) for name in names) and names == ("gaussian", "optimal"):
            sigma = self.add_weight(
                name="sigma", shape=(), initializer="ones", trainable=False, aggregation="mean"
            )
        self._likelihood = likelihood_of(likelihood, sigma)
        check_pair(encoder, decoder, self.encoder_outputs)
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood
        self._sigma = sigma

    @property
    def sigma(self):
        """The standard deviation of a pixel, of the Gaussian likelihood."""
        return float(ops.convert_to_numpy(self._sigma)) if self._sigma_is_fitted else self._sigma

    @property
    def _sigma_is_fitted(self):
        return isinstance(self._sigma, keras.Variable)

    @property
    def latent_dim(self):
        """How many numbers a code has."""
        return self.decoder.inputs[0].shape[-1]

    @property
    def condition_shape(self):
        """The shape of one condition, without the batch axis; None if the model reads none."""
        return self.decoder.inputs[1].shape[1:] if len(self.decoder.inputs) == 2 else None

    def nll(self, x, z, condition=None, batch_size=None):
        """Give -log p(x | z), the price of pictures `x` drawn from codes `z`.

        Args:
            x: pictures, `(n, *image_shape)`.
            z: codes, `(n, latent_dim)`, one for each picture, or `(1, latent_dim)`.
            condition: one for each picture, `(n, *condition_shape)`, if the model reads them.
            batch_size: as for `decode`.

        Returns:
            Nats per image, an array `(n,)`.

        Raises:
            ValueError: pictures, codes or conditions that are refused, or not equally many.
        """
        x, z = self._inputs.pictures(x), self._check_z(z)
        if len(z) not in (1, len(x)):
            raise ValueError(
                f"`z` must hold a code for each picture. Received: {len(z)} for {len(x)} pictures"
            )
        return self._nll(x, z, self._inputs.condition(condition, len(x)), batch_size)

    def decode(self, z, condition=None, batch_size=None):
        """Give the pictures of codes.

        Args:
            z: codes, `(n, latent_dim)`.
            condition: one for each code, `(n, *condition_shape)`, if the model reads them.
            batch_size: pictures that are in work at a time; None takes 1024 of them, or fewer
                where they are large.

        Returns:
            Pixels, an array `(n, *image_shape)`: the means of p(x | z).

        Raises:
            ValueError: codes or conditions that are refused, or not equally many.
        """
        z = self._check_z(z)
        return self._pixels_of(z, self._inputs.condition(condition, len(z)), batch_size)

    def predict(self, x, *args, **kwargs):
        """Give reconstructions as pixels, not logits: `(n, *image_shape)`."""
        return self._pixels(self._call_keras(super().predict, x, *args, **kwargs))

    def predict_on_batch(self, x):
        """Give reconstructions as pixels, not logits: `(n, *image_shape)`."""
        return self.reconstruct(*picture_and_condition(x))

    def export(self, filepath, *args, **kwargs):
        """Write the whole model as `keras.Model.export` does: it answers as `predict` does."""
        network = whole(self.encoder, self.decoder)
        pixels = self._likelihood.mean(ops.cast(network.outputs[0], self.variable_dtype))
        plain = keras.Model(network.input, pixels, name=self.name)
        plain(plain.input)  # as in `_build_by_shapes`
        plain.export(filepath, *args, **kwargs)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Judge by the metrics of `compile` the pixels whose likelihood is in the loss."""
        outputs = y_pred["outputs"] if isinstance(y_pred, dict) else y_pred
        pixels = self._likelihood.mean(ops.cast(outputs, self.variable_dtype))
        target = picture_and_condition(x)[0] if y is None else y
        return super().compute_metrics(x, target, pixels, sample_weight)

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "likelihood": self.likelihood,
            "sigma": "optimal" if self._sigma_is_fitted else self.sigma,
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

    def _nll_of(self, x, y, outputs, sample_weight, training):
        """Give -log p of the target (`y`, or `x` without it), and the weights, both `(batch,)`."""
        target = ops.cast(picture_and_condition(x)[0] if y is None else y, self.variable_dtype)
        if target.shape[1:] != outputs.shape[1:]:  # or it would be broadcast, into nonsense
            raise ValueError(
                f"The target must have shape (batch, {str(tuple(outputs.shape[1:]))[1:]}. "
                f"Received: {tuple(target.shape)}. Labels are no target: fit(x) needs none."
            )
        outputs = ops.cast(outputs, self.variable_dtype)
        weight = ops.ones(ops.shape(outputs)[:1], outputs.dtype)
        if sample_weight is not None:
            weight = ops.reshape(ops.cast(sample_weight, outputs.dtype), (-1,))
        if training and self._sigma_is_fitted:
            self._fit_sigma(target, outputs, weight)
        return self._likelihood.nll(target, outputs), weight  # (batch,) each

    def _fit_sigma(self, x, mean, weight):
        """Set sigma to the root of the batch's mean squared error: its best value."""
        errors = ops.mean(ops.square(x - mean), axis=tuple(range(1, len(x.shape))))  # (batch,)
        square = ops.sum(weight * errors) / ops.maximum(ops.sum(weight), 1e-12)
        self._sigma.assign(ops.stop_gradient(ops.sqrt(ops.maximum(square, LEAST_SIGMA**2))))

    def _build_by_shapes(self):
        """Let Keras know what is read, so that a saved model is built when it is loaded."""
        inputs = [self.encoder.inputs[0], *self.decoder.inputs[1:]]
        shapes = [tuple(each.shape) for each in inputs]
        self.build(shapes if len(shapes) == 2 else shapes[0])
        for network in (self.encoder, self.decoder):
            read = network.inputs
            network(read_by(network, read[0], read[-1]))  # or Keras would not write it as ONNX

    def _total(self, loss):
        """Add the penalties of the layers. Under a strategy of TensorFlow each replica gives its
        share, because Keras adds them up.
        """
        penalties = sum(ops.cast(penalty, loss.dtype) for penalty in self.losses)
        return scale_loss_for_distribution(loss + penalties)

    def _codes(self, network, x, condition, batch_size):
        """Call a network on pictures, or on those of a stream, with their conditions."""
        stream = pictures_in(x)
        parts = [(x, condition)] if stream is None else map(picture_and_condition, stream)
        answers = []
        for pictures, condition in parts:
            pictures = self._inputs.pictures(pictures)
            condition = self._inputs.condition(condition, len(pictures))
            answers.append(in_batches(network, pictures, condition, batch_size=batch_size))
        return np.concatenate(answers)

    def _nll(self, x, z, condition, batch_size=None):
        """Give -log p(x | z) of what was looked at, or of codes that the encoder made."""
        if condition is not None:
            z = np.broadcast_to(z, (len(x), *z.shape[1:]))
        default = fitting(x.shape[1:])
        batch_size = default if batch_size is None else check_count(batch_size=batch_size)

        def price(x, z, condition, training):
            outputs = in_batches(self._decode, z, condition, batch_size=batch_size)
            return self._likelihood.nll(x, np.broadcast_to(outputs, x.shape))  # of one code, say

        return in_batches(price, x, z, condition, batch_size=4 * batch_size)

    def _pixels_of(self, z, condition, batch_size=None):
        """Give the pixels of codes that were looked at, or that the encoder made."""
        if batch_size is None:
            shapes = [each.shape for each in (z, condition) if each is not None]
            shape = self.decoder.compute_output_shape(shapes if len(shapes) == 2 else shapes[0])
            batch_size = fitting(shape[1:])

        def draw(*part, **mode):
            return self._pixels(self._decode(*part, **mode))

        return in_batches(draw, z, condition, batch_size=batch_size)

    @property
    def _inputs(self):
        image_shape = self.encoder.inputs[0].shape[1:]
        return Inputs(self._likelihood.check, image_shape, self.condition_shape)

    def _check_z(self, z):
        return check_array(z, shape=self.decoder.inputs[0].shape[1:], name="z")

    def _pixels(self, decoder_output):
        outputs = ops.cast(decoder_output, self.variable_dtype)
        return ops.convert_to_numpy(self._likelihood.mean(outputs))
