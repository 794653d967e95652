"""A generative adversarial network: one net draws, another tells drawn pictures from real ones."""

import keras
from keras import ops

from companion.checks import check_float, check_has, check_images, check_seed
from companion.latent import sample_prior
from companion.models.doors import Doors
from companion.models.inputs import Inputs
from companion.networks.batches import in_batches


@keras.saving.register_keras_serializable(package="companion")
class GAN(Doors):
    """Learn to draw pictures that a second network cannot tell from real ones.

        G(z) = sigmoid(generator(z)),  z ~ N(0, I);   D(x) = sigmoid(discriminator(x))
        the discriminator's loss:  mean of  -log D(x) - log(1 - D(G(z)))
        the generator's loss:      mean of  -log D(G(z))

    Both learn in each step, by one optimizer; the gradient of each loss reaches the network
    that it belongs to. There is no encoder and no likelihood, so no picture has a code or a
    price. `fit` and `evaluate` report both losses, as `loss` and `generator_loss`; a
    `sample_weight` weighs the real pictures.
    If neither can better itself, the first is log 4 = 1.39 and the second log 2 = 0.69.

    Args:
        generator: keras.Model, `(batch, latent_dim)` -> logits `(batch, *image_shape)`: one of
            the decoders of `networks`, say.
        discriminator: keras.Model, `(batch, *image_shape)` -> a logit, `(batch, 1)`: an encoder
            of `networks` with a code of one number, say.
        noise: standard deviation of Gaussian noise on the pixels that the discriminator
            sees, real and drawn alike, 0 or more. It slows the discriminator down.
        seed: of the draws, as for `layers.Sampling`.

    Raises:
        TypeError, ValueError: the networks do not fit each other, `noise` is negative,
            or `seed` none.

    Source:
        I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014, equation 1, and section 3
        for the generator's loss; C. K. Sønderby et al., "Amortised MAP Inference for Image
        Super-resolution", ICLR 2017, for the noise.
    """

    def __init__(self, generator, discriminator, noise=0.0, seed=None, **kwargs):
        nets = {"generator": generator, "discriminator": discriminator}
        check_has("a keras.Model", "inputs", "outputs", **nets)
        check_float("[0, inf)", noise=noise)
        seed = check_seed(seed, none=True)
        super().__init__(**kwargs)
        drawn, read = generator.outputs[0].shape[1:], discriminator.inputs[0].shape[1:]
        if drawn != read:
            raise ValueError(
                "`discriminator` must read what `generator` draws. "
                f"Received: shapes {tuple(read)} and {tuple(drawn)}"
            )
        if discriminator.outputs[0].shape[1:] != (1,):
            raise ValueError(
                "`discriminator` must answer with one logit, (batch, 1). "
                f"Received: {tuple(discriminator.outputs[0].shape)}"
            )
        self.generator, self.discriminator = generator, discriminator
        self.noise, self.seed = float(noise), seed
        self._draws = keras.random.SeedGenerator(seed)
        self._generator_tracker = keras.metrics.Mean(name="generator_loss")
        self.build(tuple(discriminator.inputs[0].shape))

    @property
    def latent_dim(self):
        """How many numbers a picture is drawn from."""
        return self.generator.inputs[0].shape[-1]

    def call(self, x, training=None):
        """Give the discriminator's three logits: of `real` pictures, of `drawn` ones, and of
        `copied` ones, the same drawn pictures with their gradient cut off.
        """
        x = ops.cast(x, self.compute_dtype)
        shape = (ops.shape(x)[0], self.latent_dim)
        z = keras.random.normal(shape, dtype=self.compute_dtype, seed=self._draws)
        drawn = ops.sigmoid(self.generator(z, training=training))
        first, second = (self._noise_like(x) for _ in range(2))
        seen = {
            "real": x + first, "drawn": drawn + second, "copied": ops.stop_gradient(drawn) + second
        }  # fmt: skip
        return {name: self.discriminator(each, training=training) for name, each in seen.items()}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the discriminator's loss, whose gradient for the generator is that of its own."""
        real, drawn, copied = (y_pred[name] for name in ("real", "drawn", "copied"))
        real_loss = ops.softplus(-real)  # (batch, 1)
        if sample_weight is not None:
            real_loss *= ops.reshape(ops.cast(sample_weight, real.dtype), (-1, 1))
        discriminator = ops.mean(real_loss + ops.softplus(copied))
        generator = ops.mean(ops.softplus(-drawn))
        self._generator_tracker.update_state(generator)
        # Their difference is 0, and so is its gradient for the discriminator.
        return discriminator + generator - ops.mean(ops.softplus(-copied))

    def sample(self, n, seed):
        """Draw new pictures.

        Args:
            n: how many.
            seed: of the draws.

        Returns:
            Pixels, an array `(n, *image_shape)`.
        """
        z = sample_prior(n, self.latent_dim, seed)
        return in_batches(lambda part, training: ops.sigmoid(self.generator(part)), z)

    def get_config(self):
        parts = {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
        }
        return {**super().get_config(), **parts, "noise": self.noise, "seed": self.seed}

    @classmethod
    def from_config(cls, config):
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("generator", "discriminator")
        }
        return cls(**{**config, **parts})

    def _noise_like(self, x):
        shape = ops.shape(x)
        return self.noise * keras.random.normal(shape, dtype=x.dtype, seed=self._draws)

    @property
    def _inputs(self):
        image_shape = self.discriminator.inputs[0].shape[1:]
        return Inputs(check_images, image_shape, None, has_target=False)
