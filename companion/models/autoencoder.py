"""The autoencoder: an encoder, a decoder, and one number to make small."""

import keras
from keras import ops

from companion.models.encoder_decoder import EncoderDecoder
from companion.models.inputs import picture_and_condition


@keras.saving.register_keras_serializable(package="companion")
class Autoencoder(EncoderDecoder):
    """Learn to give back a picture, or a sequence, that went through a short code.

        z = encoder(x),   loss = mean over the batch of  -log p(x | decoder(z))

    It is a Keras model: `compile(optimizer)`, then `fit(x)`, or `fit(noisy,
    clean)`, then `evaluate`, `predict`, `save`. It brings its own loss, so
    `compile` takes none. `fit` and `evaluate` report, in nats per image,

    - `reconstruction`: the negative log-likelihood of the target, times the
      sample weight if there is one, averaged over the batch,
    - `loss`: the same plus the penalties that the layers add, if any,

    and `metrics` of `compile` judge pixels, as `predict` gives them. `export` writes
    the model from pictures to pixels, for programs without Keras.

    With the Bernoulli likelihood, `metrics.baseline` and `metrics.floor` say
    what that is to be compared with. Chapter 1 builds it by hand.

    Args:
        encoder: keras.Model, `(batch, *image_shape)` -> `(batch, latent_dim)`.
        decoder: keras.Model, `(batch, latent_dim)` -> `(batch, *image_shape)`.
            A condition, such as a label, `(batch, k)`, may be a second input of the decoder, or
            of both: `fit`, `evaluate` and `predict` then take `(x, condition)`, and
            methods `condition=`, one for each picture or code.
        likelihood: what the decoder's output stands for. `"bernoulli"`: logits
            of pixels in [0, 1], scored by `losses.bernoulli_nll`.
            `"gaussian"`: means of any numbers, scored by `losses.gaussian_nll`:
            with sigma 1, by half the squared error and a constant. `"categorical"`: logits of
            classes, which are the last axis, scored by `losses.categorical_nll`.
            `"continuous_bernoulli"`: as the first, but a true density of greys,
            scored by `losses.continuous_bernoulli_nll` (chapter 8).
        sigma: standard deviation of a pixel, of the Gaussian likelihood alone. `"optimal"`
            sets it at each training step to the root of the batch's mean squared error, which
            makes the likelihood greatest (Rybkin et al., ICML 2021); the model
            keeps the last one.

    Raises:
        TypeError: encoder or decoder is no built Keras model with one input, or two.
        ValueError: the two models do not fit each other, or the likelihood is
            unknown. `fit`, `evaluate`, `predict`, `encode`, `decode` and
            `reconstruct` refuse arrays of the wrong shape, empty ones, NaN, and
            what the likelihood cannot stand for before anything is computed:
            Bernoulli, numbers outside [0, 1]; Gaussian, whole numbers other than
            0 and 1, which look like bytes; categorical, shares that do not add
            up to 1. Of a `tf.data.Dataset`, a `keras.utils.PyDataset` and a generator
            each batch is looked at as it comes; other streams, such as a `DataLoader`,
            are not. Where there is a target, the pictures beside it need only be finite.
    """

    def __init__(self, encoder, decoder, likelihood="bernoulli", sigma=1.0, **kwargs):
        super().__init__(encoder, decoder, likelihood, sigma, **kwargs)
        self._reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self._build_by_shapes()

    def call(self, x, training=None):
        """Give the decoder's raw output for `x`: logits, unless the likelihood is Gaussian."""
        x, condition = picture_and_condition(x)
        return self._decode(self._encode(x, condition, training), condition, training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean negative log-likelihood of the target (`y`, or `x` without it)."""
        nll, weight = self._nll_of(x, y, y_pred, sample_weight, training)
        self._reconstruction_tracker.update_state(weight * nll)
        return self._total(ops.mean(weight * nll))

    def encode(self, x, condition=None, batch_size=None):
        """Give the codes of pictures.

        Args:
            x: pictures, `(n, *image_shape)`, or batches of them: a tf.data.Dataset that ends, or
                a PyDataset, with conditions as for `fit`.
            condition: one for each picture, `(n, *condition_shape)`, if the model reads them.
            batch_size: pictures that are in work at a time; None takes 1024 of them, or fewer
                where they are large.

        Returns:
            Codes, an array `(n, latent_dim)`.

        Raises:
            ValueError: pictures or conditions that are refused, or not equally many.
        """
        return self._codes(self._encode, x, condition, batch_size)

    def reconstruct(self, x, condition=None, batch_size=None):
        """Give the pictures that the model makes of `x`.

        Args:
            x, condition, batch_size: as for `encode`; `x` is one array if there is a condition.

        Returns:
            Pixels, an array `(n, *image_shape)`.
        """
        z = self.encode(x, condition, batch_size)
        return self._pixels_of(z, self._inputs.condition(condition, len(z)), batch_size)
