"""The autoencoder: an encoder, a decoder, and one number to make small."""

import keras
import numpy as np
from keras import ops

from companion.checks import check_array, check_images
from companion.losses import bernoulli_nll, gaussian_nll

# name: (negative log-likelihood of x given the decoder's output, its mean)
LIKELIHOODS = {
    "bernoulli": (bernoulli_nll, ops.sigmoid),
    "gaussian": (gaussian_nll, ops.copy),
}


@keras.saving.register_keras_serializable(package="companion")
class Autoencoder(keras.Model):
    """Learn to give back a picture that went through a short code.

        z = encoder(x),   loss = mean over the batch of  -log p(x | decoder(z))

    It is a Keras model: `compile(optimizer)`, then `fit(x)`, or `fit(noisy,
    clean)`, then `evaluate`, `predict`, `save`. It brings its own loss, so
    `compile` needs none. `fit` and `evaluate` report, in nats per image,

    - `reconstruction`: the negative log-likelihood of the target,
    - `loss`: the same plus the penalties that the layers add, if any.

    Chapter 1 builds it by hand.

    Args:
        encoder: keras.Model, `(batch, *image_shape)` -> `(batch, latent_dim)`.
        decoder: keras.Model, `(batch, latent_dim)` -> `(batch, *image_shape)`.
        likelihood: what the decoder's output stands for. `"bernoulli"`: logits
            of pixels in [0, 1], scored by `losses.bernoulli_nll`.
            `"gaussian"`: means of pixels, scored by `losses.gaussian_nll` with
            sigma 1, that is by squared error.

    Raises:
        ValueError: the two models do not fit each other, or the likelihood is
            unknown. `fit`, `evaluate`, `predict`, `encode`, `decode` and
            `reconstruct` refuse arrays of the wrong shape, empty ones, NaN, and
            pixels outside [0, 1] before anything is computed; data that comes
            as a stream (a `tf.data.Dataset`, say) is not looked at.
    """

    def __init__(self, encoder, decoder, likelihood="bernoulli", **kwargs):
        super().__init__(**kwargs)
        if likelihood not in LIKELIHOODS:
            raise ValueError(
                f"`likelihood` must be one of {list(LIKELIHOODS)}. Received: {likelihood!r}"
            )
        if encoder.output_shape != decoder.input_shape:
            raise ValueError(
                "`decoder` must read what `encoder` writes. Received: encoder output "
                f"{encoder.output_shape}, decoder input {decoder.input_shape}"
            )
        if decoder.output_shape != encoder.input_shape:
            raise ValueError(
                "`decoder` must write what `encoder` reads. Received: decoder output "
                f"{decoder.output_shape}, encoder input {encoder.input_shape}"
            )
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood
        self._nll, self._mean = LIKELIHOODS[likelihood]
        self._reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self.build(encoder.input_shape)

    def call(self, x, training=None):
        """Give the decoder's raw output for `x`: logits, if the likelihood is Bernoulli."""
        return self.decoder(self.encoder(x, training=training), training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean negative log-likelihood of the target (`y`, or `x` without it)."""
        nll = self._nll(x if y is None else y, y_pred)  # (batch,)
        self._reconstruction_tracker.update_state(nll, sample_weight=sample_weight)
        if sample_weight is not None:
            nll = nll * sample_weight
        return ops.mean(nll) + sum(self.losses)

    def encode(self, x):
        """Give the codes of pictures: `(n, *image_shape)` -> array `(n, latent_dim)`."""
        x = check_images(x, shape=self.encoder.input_shape[1:])
        return in_batches(self.encoder, x)

    def decode(self, z):
        """Give the pictures of codes: `(n, latent_dim)` -> pixels `(n, *image_shape)`."""
        z = check_array(z, shape=self.decoder.input_shape[1:], name="z")
        return self._pixels(in_batches(self.decoder, z))

    def reconstruct(self, x):
        """Give the pictures that the model makes of `x`: pixels `(n, *image_shape)`."""
        return self.decode(self.encode(x))

    def fit(self, x=None, y=None, *args, validation_data=None, **kwargs):
        """Train as `keras.Model.fit` does, on pictures that were looked at first."""
        x, y = self._check(x, "x"), self._check(y, "y")
        if isinstance(validation_data, tuple):
            x_val, *rest = validation_data
            y_val, *weights = rest or [None]
            x_val, y_val = self._check(x_val, "validation x"), self._check(y_val, "validation y")
            validation_data = (x_val, y_val, *weights)
        return super().fit(x, y, *args, validation_data=validation_data, **kwargs)

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """Measure as `keras.Model.evaluate` does, on pictures that were looked at first."""
        return super().evaluate(self._check(x, "x"), self._check(y, "y"), *args, **kwargs)

    def predict(self, x, *args, **kwargs):
        """Give reconstructions as pixels, not logits: `(n, *image_shape)`."""
        return self._pixels(super().predict(self._check(x, "x"), *args, **kwargs))

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "likelihood": self.likelihood,
        }

    @classmethod
    def from_config(cls, config):
        parts = {
            k: keras.saving.deserialize_keras_object(config[k]) for k in ("encoder", "decoder")
        }
        return cls(**{**config, **parts})

    def _check(self, x, name):
        """Check an array of pictures; let None and streams of data through."""
        if not (hasattr(x, "__array__") or isinstance(x, list)):
            return x
        return check_images(x, shape=self.encoder.input_shape[1:], name=name)

    def _pixels(self, decoder_output):
        return ops.convert_to_numpy(self._mean(decoder_output))


def in_batches(network, x, batch_size=1024):
    """Call a network on an array, a part at a time so that memory stays flat.

    For a small network this is much quicker than `predict`, which compiles a
    function for each model first.
    """
    parts = (x[i : i + batch_size] for i in range(0, len(x), batch_size))
    return np.concatenate([ops.convert_to_numpy(network(part, training=False)) for part in parts])
