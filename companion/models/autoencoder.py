"""The autoencoder: an encoder, a decoder, and one number to make small."""

import keras
import numpy as np
from keras import ops

from companion.checks import check_array, check_images
from companion.losses import bernoulli_nll, categorical_nll, gaussian_nll
from companion.networks.batches import in_batches


def check_reals(x, *, shape, name):
    """Check what a Gaussian can stand for: any finite numbers, but no bytes by mistake."""
    whole = np.asarray(x).dtype.kind in "iu"
    x = check_array(x, shape=shape, name=name)
    if whole and not np.isin(x, (0, 1)).all():
        raise ValueError(
            f"`{name}` holds whole numbers from {x.min():.3g} to {x.max():.3g}, which look like "
            "bytes. Bytes become [0, 1] by x / 255; other numbers are taken as floats."
        )
    return x


def check_shares(x, *, shape, name):
    """Check what a categorical can stand for: shares of classes, which add up to 1."""
    x = check_images(x, shape=shape, name=name)
    total = x.sum(axis=-1)
    if not np.allclose(total, 1, atol=1e-3):
        raise ValueError(
            f"`{name}` must add up to 1 along its last axis, the classes. "
            f"Received: sums from {total.min():.3g} to {total.max():.3g}"
        )
    return x


# name: (negative log-likelihood of x given the decoder's output, its mean, the check of x)
LIKELIHOODS = {
    "bernoulli": (bernoulli_nll, ops.sigmoid, check_images),
    "gaussian": (gaussian_nll, ops.copy, check_reals),
    "categorical": (categorical_nll, ops.softmax, check_shares),
}


@keras.saving.register_keras_serializable(package="companion")
class Autoencoder(keras.Model):
    """Learn to give back a picture, or a sequence, that went through a short code.

        z = encoder(x),   loss = mean over the batch of  -log p(x | decoder(z))

    It is a Keras model: `compile(optimizer)`, then `fit(x)`, or `fit(noisy,
    clean)`, then `evaluate`, `predict`, `save`. It brings its own loss, so
    `compile` takes none. `fit` and `evaluate` report, in nats per image,

    - `reconstruction`: the negative log-likelihood of the target, times the
      sample weight if there is one, averaged over the batch,
    - `loss`: the same plus the penalties that the layers add, if any.

    With the Bernoulli likelihood, `metrics.baseline` and `metrics.floor` say
    what that is to be compared with. Chapter 1 builds it by hand.

    Args:
        encoder: keras.Model, `(batch, *image_shape)` -> `(batch, latent_dim)`.
        decoder: keras.Model, `(batch, latent_dim)` -> `(batch, *image_shape)`.
        likelihood: what the decoder's output stands for. `"bernoulli"`: logits
            of pixels in [0, 1], scored by `losses.bernoulli_nll`.
            `"gaussian"`: means of any numbers, scored by `losses.gaussian_nll`
            with sigma 1, that is by squared error. `"categorical"`: logits of
            classes, which are the last axis, scored by `losses.categorical_nll`.

    Raises:
        TypeError: encoder or decoder is no built Keras model with one input.
        ValueError: the two models do not fit each other, or the likelihood is
            unknown. `fit`, `evaluate`, `predict`, `encode`, `decode` and
            `reconstruct` refuse arrays of the wrong shape, empty ones, NaN, and
            what the likelihood cannot stand for before anything is computed:
            Bernoulli, numbers outside [0, 1]; Gaussian, whole numbers other than
            0 and 1, which look like bytes; categorical, shares that do not add
            up to 1. Data that comes as a stream (a `tf.data.Dataset`, say) is
            not looked at.
    """

    def __init__(self, encoder, decoder, likelihood="bernoulli", **kwargs):
        super().__init__(**kwargs)
        if likelihood not in LIKELIHOODS:
            raise ValueError(
                f"`likelihood` must be one of {list(LIKELIHOODS)}. Received: {likelihood!r}"
            )
        picture, code = _shapes(encoder, "encoder")
        code_read, picture_written = _shapes(decoder, "decoder")
        if code != code_read:
            raise ValueError(
                "`decoder` must read what `encoder` writes. Received: encoder output "
                f"{code}, decoder input {code_read}"
            )
        if picture_written != picture:
            raise ValueError(
                "`decoder` must write what `encoder` reads. Received: decoder output "
                f"{picture_written}, encoder input {picture}"
            )
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood
        self._nll, self._mean, self._check_values = LIKELIHOODS[likelihood]
        self._reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self.build(encoder.input_shape)

    def call(self, x, training=None):
        """Give the decoder's raw output for `x`: logits, unless the likelihood is Gaussian."""
        return self.decoder(self.encoder(x, training=training), training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean negative log-likelihood of the target (`y`, or `x` without it)."""
        target = ops.cast(x if y is None else y, self.variable_dtype)
        if target.shape[1:] != y_pred.shape[1:]:  # or it would be broadcast, into nonsense
            raise ValueError(
                f"The target must have shape (batch, {str(tuple(y_pred.shape[1:]))[1:]}. "
                f"Received: {tuple(target.shape)}. Labels are no target: fit(x) needs none."
            )
        nll = self._nll(target, ops.cast(y_pred, self.variable_dtype))  # (batch,)
        if sample_weight is not None:
            nll = nll * ops.reshape(ops.cast(sample_weight, nll.dtype), (-1,))
        self._reconstruction_tracker.update_state(nll)
        return ops.mean(nll) + sum(self.losses)

    def encode(self, x):
        """Give the codes of pictures: `(n, *image_shape)` -> array `(n, latent_dim)`."""
        x = self._check_values(x, shape=self.encoder.input_shape[1:], name="x")
        return in_batches(self.encoder, x)

    def decode(self, z):
        """Give the pictures of codes: `(n, latent_dim)` -> pixels `(n, *image_shape)`."""
        z = check_array(z, shape=self.decoder.input_shape[1:], name="z")
        return self._pixels(in_batches(self.decoder, z))

    def reconstruct(self, x):
        """Give the pictures that the model makes of `x`: pixels `(n, *image_shape)`."""
        return self.decode(self.encode(x))

    def fit(self, x=None, y=None, *, validation_data=None, **kwargs):
        """Train as `keras.Model.fit` does, on pictures that were looked at first."""
        if kwargs.get("class_weight") is not None:
            raise ValueError("An autoencoder has no classes: give `sample_weight` instead.")
        x, y = self._checked(x, y, kwargs.get("sample_weight"))
        if isinstance(validation_data, tuple):
            x_val, *rest = validation_data
            y_val, *weights = rest or [None]
            x_val, y_val = self._checked(x_val, y_val, *weights, prefix="validation ")
            validation_data = (x_val, y_val, *weights)
        return super().fit(x, y, validation_data=validation_data, **kwargs)

    def evaluate(self, x=None, y=None, **kwargs):
        """Measure as `keras.Model.evaluate` does, on pictures that were looked at first."""
        x, y = self._checked(x, y, kwargs.get("sample_weight"))
        return super().evaluate(x, y, **kwargs)

    def predict(self, x, **kwargs):
        """Give reconstructions as pixels, not logits: `(n, *image_shape)`."""
        return self._pixels(super().predict(self._check(x, "x"), **kwargs))

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

    def _checked(self, x, y, sample_weight=None, prefix=""):
        """Check pictures and targets before they are trained on or measured."""
        if self.compiled and self.loss is not None:
            raise ValueError("An autoencoder brings its own loss: compile it without one.")
        x, y = self._check(x, f"{prefix}x"), self._check(y, f"{prefix}y")
        if sample_weight is not None and y is None:
            y = x  # Keras would drop the weights where there is no target
        return x, y

    def _check(self, x, name):
        """Check an array of pictures; let None and streams of data through."""
        if isinstance(x, tuple | dict):
            raise TypeError(f"`{name}` must be one array. Received: a {type(x).__name__}")
        if not (hasattr(x, "__array__") or isinstance(x, list)):
            return x
        return self._check_values(x, shape=self.encoder.input_shape[1:], name=name)

    def _pixels(self, decoder_output):
        return ops.convert_to_numpy(self._mean(decoder_output))


def _shapes(model, name):
    """Give the shapes that a model reads and writes, without the batch axis."""
    if not isinstance(model, keras.Model) or not model.built:
        raise TypeError(f"`{name}` must be a built Keras model. Received: {model!r}")
    if isinstance(model.input_shape, list | dict) or isinstance(model.output_shape, list | dict):
        raise TypeError(f"`{name}` must have one input and one output. Received: {model!r}")
    return model.input_shape[1:], model.output_shape[1:]
