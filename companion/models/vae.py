"""The variational autoencoder: an encoder that answers with a Gaussian, and a price for it."""

from functools import cache

import keras
import numpy as np
from keras import ops

from companion.checks import check_count, check_float, check_seed
from companion.latent import sample_prior
from companion.layers import Sampling
from companion.losses import gaussian_kl
from companion.models.encoder_decoder import EncoderDecoder
from companion.models.inputs import picture_and_condition
from companion.models.posterior import Posterior

LOG_VAR_LIMIT = 30.0  # sigma between 3e-7 and 3e6: far beyond use, and exp stays finite


@keras.saving.register_keras_serializable(package="companion")
class VAE(EncoderDecoder):
    """Learn to draw pictures from codes that follow N(0, I).

        q(z | x) = N(z_mean(x), diag exp(z_log_var(x))),   z ~ q(z | x)
        loss = mean over the batch of  -log p(x | decoder(z)) + beta KL(q(z | x) || N(0, I))

    With beta = 1 the loss is the negative ELBO, which is on average at least
    -log p(x). It is a Keras model, used as `Autoencoder` is: `compile(optimizer)`
    without a loss, `fit(x)`, `evaluate`, `predict`, `save`. `fit` and `evaluate`
    report, in nats per image, all with one draw of z for each picture,

    - `reconstruction`: the negative log-likelihood of the target,
    - `kl`: the divergence, without beta,
    - `loss`: reconstruction + beta kl + the penalties that the layers add, if any.

    `predict`, `reconstruct` and what `export` writes draw nothing: they decode z_mean.
    `metrics` of `compile` judge the pixels of the one draw, as the loss does. Chapter 9
    builds it by hand.

    With networks that read a condition y as well it is the conditional VAE, whose negative
    ELBO bounds -log p(x | y), with the same prior for every y (chapter 13). `fit` and
    `evaluate` then take `(x, condition)`, and all that takes pictures or codes takes
    `condition=`.

    Args:
        encoder: keras.Model, `(batch, *image_shape)` -> `[z_mean, z_log_var]`, each
            `(batch, latent_dim)`: one of `networks` with `gaussian=True`, or your own. It may
            read `[picture, condition]`, if the decoder reads the condition too.
        decoder: keras.Model, `(batch, latent_dim)` -> `(batch, *image_shape)`, or from
            `[code, condition]`.
        beta: weight of the divergence, 0 or more. It may be set again at any time,
            also while `fit` runs (by a callback). It is one of the weights, so `load_weights`
            and `set_weights` set it too, and `EarlyStopping` with `restore_best_weights` sets
            it back. While beta rises, the losses of two epochs are of two scales: let such a
            callback begin after that, by `start_from_epoch`.
        likelihood, sigma: as for `Autoencoder`.
        seed: of the draws of z, as for `layers.Sampling`.

    Raises:
        TypeError, ValueError: as `Autoencoder` does, and where `encoder` does not
            write two arrays `(batch, latent_dim)`, or `beta` is no number from 0 on.

    Source:
        D. P. Kingma and M. Welling, "Auto-Encoding Variational Bayes" (2013), equation 10;
        I. Higgins et al., "beta-VAE", ICLR 2017, equation 4, for beta;
        K. Sohn et al., "Learning Structured Output Representation using Deep Conditional
        Generative Models", NIPS 2015, for the condition.
    """

    encoder_outputs = 2

    def __init__(
        self, encoder, decoder, beta=1.0, likelihood="bernoulli", sigma=1.0, seed=None, **kwargs
    ):
        super().__init__(encoder, decoder, likelihood, sigma, **kwargs)
        if len(decoder.inputs[0].shape) != 2:
            raise ValueError(
                "The codes of a VAE must have shape (batch, latent_dim). "
                f"Received: {decoder.inputs[0].shape}"
            )
        # In float32 also where the networks compute in float16: exp needs its range.
        self.sampling = Sampling(seed, name="sampling", dtype="float32")
        self._beta = self.add_weight(
            name="beta", shape=(), initializer=keras.initializers.Constant(_checked(beta)),
            trainable=False,
        )  # fmt: skip
        self._reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self._kl_tracker = keras.metrics.Mean(name="kl")
        # Made once, when first needed; Keras does not see into a function, and so saves it once.
        self._of_the_mean = cache(lambda: OfTheMean(self))
        self._build_by_shapes()

    @property
    def beta(self):
        """The weight of the divergence in the loss."""
        return float(ops.convert_to_numpy(self._beta))

    @beta.setter
    def beta(self, value):
        self._beta.assign(_checked(value))

    def call(self, x, training=None):
        """Give the parts of the loss: a dict of `z_mean`, `z_log_var`, and `outputs`, the
        decoder's raw output for one draw of z.
        """
        x, condition = picture_and_condition(x)
        z_mean, z_log_var = (
            ops.cast(part, self.variable_dtype) for part in self._encode(x, condition, training)
        )
        z_log_var = _bounded(z_log_var)
        z = self.sampling([z_mean, z_log_var])
        outputs = self._decode(z, condition, training)
        return {"z_mean": z_mean, "z_log_var": z_log_var, "outputs": outputs}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean of -log p(x | z) + beta KL; with a target `y`, of -log p(y | z)."""
        nll, weight = self._nll_of(x, y, y_pred["outputs"], sample_weight, training)
        # Each number by itself: a Gaussian over a code of one number.
        kl = gaussian_kl(y_pred["z_mean"][..., None], y_pred["z_log_var"][..., None])
        self._reconstruction_tracker.update_state(weight * nll)
        self._kl_tracker.update_state(weight * ops.sum(kl, axis=-1))
        return self._total(ops.mean(weight * (nll + self.price(kl))))

    def price(self, kl):
        """Give what a code costs in the loss: beta times the divergence of all its numbers.

        A subclass that replaces it trains another model: free bits, say, are
        `ops.sum(ops.maximum(kl, floor), axis=-1)`.

        Args:
            kl: KL(q(z_j | x) || N(0, 1)) of each number, nats, a tensor `(batch, latent_dim)`.

        Returns:
            Nats per image, a tensor `(batch,)`.
        """
        return self._beta * ops.sum(kl, axis=-1)

    def encode(self, x, condition=None, batch_size=None):
        """Give q(z | x) of pictures.

        Args:
            x, condition, batch_size: as for `Autoencoder.encode`.

        Returns:
            `Posterior`, with `z_mean` and `z_log_var`, each `(n, latent_dim)`.

        Raises:
            ValueError: pictures or conditions that are refused, or not equally many.
        """
        both = self._codes(
            lambda *part, **k: ops.stack(self._encode(*part, **k), 1), x, condition, batch_size
        )
        return Posterior(both[:, 0], np.clip(both[:, 1], -LOG_VAR_LIMIT, LOG_VAR_LIMIT))

    def reconstruct(self, x, condition=None, batch_size=None):
        """Give the pictures that the model makes of z_mean.

        Args:
            x, condition, batch_size: as for `Autoencoder.reconstruct`.

        Returns:
            Pixels, an array `(n, *image_shape)`.
        """
        z_mean = self.encode(x, condition, batch_size).z_mean
        condition = self._inputs.condition(condition, len(z_mean))
        return self._pixels_of(z_mean, condition, batch_size)

    def predict(self, x, *args, **kwargs):
        """Give the pictures of z_mean as pixels, batch by batch, as `keras.Model.predict` does."""
        return self._pixels(self._call_keras(self._of_the_mean().predict, x, *args, **kwargs))

    def sample(self, n, seed, condition=None):
        """Draw new pictures from the prior, N(0, I).

        Args:
            n: how many.
            seed: of the draws.
            condition: one for each of them, `(n, *condition_shape)`, if the model reads them.

        Returns:
            Pixels, an array `(n, *image_shape)`.
        """
        return self.decode(sample_prior(n, self.latent_dim, seed), condition)

    def elbo(self, x, draws=1, seed=0, condition=None):
        """Estimate the evidence lower bound of each picture, whatever `beta` is.

            ELBO(x) = E[ log p(x | z) ] - KL(q(z | x) || N(0, I)),   z ~ q(z | x)

        Args:
            x: pictures, `(n, *image_shape)`.
            draws: how many codes are drawn for each picture; the mean of all is given.
            seed: of the draws; the same seed gives the same numbers.
            condition: one for each picture, if the model reads them: the bound is then one
                of log p(x | condition).

        Returns:
            Nats per image, an array `(n,)`: estimates of a number that is never above log p(x).

        Raises:
            ValueError: `draws` is no positive integer, or `seed` none; pictures or conditions are
                refused.
        """
        check_count(draws=draws)
        seeds = np.random.SeedSequence(check_seed(seed))  # spawned one at a time: there may be many
        x = self._inputs.pictures(x)
        condition = self._inputs.condition(condition, len(x))
        posterior = self.encode(x, condition)
        z = (posterior.sample(*seeds.spawn(1)) for _ in range(draws))
        nll = sum(self._nll(x, each, condition) for each in z) / draws
        return -nll - posterior.kl.sum(axis=-1)

    def get_config(self):
        return {**super().get_config(), "beta": self.beta, "seed": self.sampling.seed}


class OfTheMean(keras.Model):
    """What a VAE draws of z_mean: the model that its `predict` runs."""

    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def call(self, x):
        x, condition = picture_and_condition(x)
        z_mean, _ = self.vae._encode(x, condition, training=False)
        return self.vae._decode(z_mean, condition, training=False)


def _bounded(z_log_var):
    """Hold a log-variance within its limits; the gradient passes, so that it can come back."""
    bounded = ops.clip(z_log_var, -LOG_VAR_LIMIT, LOG_VAR_LIMIT)
    return ops.stop_gradient(bounded) + (z_log_var - ops.stop_gradient(z_log_var))


def _checked(beta):
    return float(check_float("[0, inf)", beta=beta))
