"""A diffusion model: draw by taking noise away, a little at a time."""

import itertools
import math

import keras
import numpy as np
from keras import ops

from companion.checks import (
    check_array,
    check_count,
    check_float,
    check_has,
    check_same_shape,
    check_seed,
    generator,
    received,
)
from companion.models.doors import Doors
from companion.models.inputs import Inputs
from companion.networks.batches import in_batches

PART = 256  # drawn at once, so that only so many are kept on all steps of their way


@keras.saving.register_keras_serializable(package="companion")
class Diffusion(Doors):
    """Learn to remove any amount of noise, and draw from pure noise by removing it step by step.

        x_u = signal x + noise eps,   eps ~ N(0, I)
        signal = cos(pi u / 2),   noise = sin(pi u / 2)
        loss = mean over the batch of  |x - network(x_u; signal, noise)|^2,   0 < u < 1 at random

    So the network is a denoiser, as in chapter 4, for all amounts `u` of noise at once. Its best
    answer is the posterior mean E[x | x_u], and this gives the score, the gradient of the
    logarithm of the density of noisy data. A step from u to a smaller v guesses x, reads off
    which noise must have been in x_u, and mixes both anew:

        x_v = cos(pi v / 2) guess + sin(pi v / 2) (x_u - signal guess) / noise

    It draws codes or pictures, whatever it was trained on. The data should have a mean of about
    0 and a variance of about 1, like the noise; chapter 17 subtracts and divides before.
    `fit` and `evaluate` report `loss`, a squared distance per example.

    Args:
        network: keras.Model that reads `[x_u, (signal, noise)]`, shapes `(batch, *shape)` and
            `(batch, 2)`, and answers `(batch, *shape)`: `networks.dense_decoder` with
            `condition_shape=(2,)`, say.
        seed: of the noise in training, as for `layers.Sampling`.

    Raises:
        TypeError, ValueError: the network does not read and answer this, or `seed` is none.

    Source:
        J. Ho, A. Jain and P. Abbeel, "Denoising Diffusion Probabilistic Models", NeurIPS 2020,
        for the training; J. Song, C. Meng and S. Ermon, "Denoising Diffusion Implicit Models",
        ICLR 2021, equation 12 with sigma = 0, for the step; T. Salimans and J. Ho, "Progressive
        Distillation for Fast Sampling of Diffusion Models", ICLR 2022, for the cosine.

    Example:
        >>> from companion import networks
        >>> from companion.models import Diffusion
        >>> net = networks.dense_decoder(2, image_shape=(2,), condition_shape=(2,))
        >>> Diffusion(net).sample(5, seed=0).shape
        (5, 2)
    """

    def __init__(self, network, seed=None, **kwargs):
        check_has("a keras.Model", "inputs", "outputs", network=network)
        super().__init__(**kwargs)
        shapes = [tuple(each.shape[1:]) for each in (*network.inputs, *network.outputs)]
        if len(shapes) != 3 or shapes[1] != (2,) or shapes[0] != shapes[2]:
            raise ValueError(
                "`network` must read noisy data and two numbers, (batch, 2), and answer in the "
                f"shape of the data. {received('shapes', shapes)}"
            )
        self.network, self.seed = network, check_seed(seed, none=True)
        self._draws = keras.random.SeedGenerator(self.seed)
        self.build((None, *shapes[0]))

    def call(self, x, training=None):
        """Spoil each of `x` by another amount of noise, and give what the network makes of it."""
        x = ops.cast(x, self.compute_dtype)
        u = keras.random.uniform((ops.shape(x)[0], 1), dtype=x.dtype, seed=self._draws)
        eps = keras.random.normal(ops.shape(x), dtype=x.dtype, seed=self._draws)
        mix = ops.concatenate(_mix(u), axis=1)  # (batch, 2)
        signal, noise = (ops.reshape(mix[:, i], (-1, *(1 for _ in self._shape))) for i in (0, 1))
        return self.network([signal * x + noise * eps, mix], training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean squared distance from the clean `x` to what the network answered."""
        axes = tuple(range(1, len(x.shape)))
        distance = ops.sum(ops.square(ops.cast(x, y_pred.dtype) - y_pred), axis=axes)
        if sample_weight is not None:
            distance *= ops.reshape(ops.cast(sample_weight, distance.dtype), (-1,))
        return ops.mean(distance)

    def denoise(self, x, u):
        """Guess what was under noise: the network's estimate of E[x | x_u].

        Args:
            x: noisy data, `(n, *shape)`, mixed as `x_u`.
            u: the amount of noise in it, from 0 to 1.

        Returns:
            An array of the shape of `x`.

        Raises:
            TypeError, ValueError: `x` does not fit the network or is not finite, or `u` is no
                number from 0 to 1.
        """
        check_float("[0, 1]", u=u)
        x = check_array(x, shape=self._shape)
        mix = np.array([_mix(float(u))], "float32").repeat(len(x), axis=0)  # (n, 2)
        return in_batches(lambda *parts, training: self.network(list(parts)), x, mix)

    def score(self, x, u):
        """Give the gradient of log p(x_u), in which direction noisy data becomes more likely.

            score = (signal E[x | x_u] - x_u) / noise^2

        Args:
            x: noisy data, as for `denoise`.
            u: the amount of noise in it, above 0.

        Returns:
            An array of the shape of `x`.

        Raises:
            TypeError, ValueError: as for `denoise`, and for u = 0, where there is no noise.

        Source:
            B. Efron, "Tweedie's Formula and Selection Bias", JASA 106, 2011.
        """
        check_float("(0, 1]", u=u)
        signal, noise = _mix(float(u))
        return (signal * self.denoise(x, u) - np.asarray(x, "float32")) / noise**2

    def sample(self, n, seed, steps=50):
        """Draw new data from noise.

        Args:
            n: how many.
            seed: of the noise at the start; from there on nothing is random.
            steps: how often the network is asked. More take longer and err less.

        Returns:
            An array `(n, *shape)`.
        """
        x = self._pure_noise(n, seed)
        parts = (x[i : i + PART] for i in range(0, n, PART))
        # A copy of the end, as a view would hold the way to it.
        ends = [denoise_in_steps(self.denoise, part, steps)[-1].copy() for part in parts]
        return np.concatenate(ends)

    def path(self, n, seed, steps=50):
        """Draw as `sample` does, and keep what lies on the way.

        Args:
            n, seed, steps: as for `sample`.

        Returns:
            An array `(steps + 1, n, *shape)`: pure noise, then x_u after each step.
        """
        return denoise_in_steps(self.denoise, self._pure_noise(n, seed), steps)

    def _pure_noise(self, n, seed):
        shape = (check_count(n=n), *self._shape)
        return generator(seed).standard_normal(shape, dtype="float32")

    def get_config(self):
        network = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "network": network, "seed": self.seed}

    @classmethod
    def from_config(cls, config):
        network = keras.saving.deserialize_keras_object(config["network"])
        return cls(**{**config, "network": network})

    @property
    def _shape(self):
        return self.network.inputs[0].shape[1:]

    @property
    def _inputs(self):
        return Inputs(check_array, self._shape, None, has_target=False)


def denoise_in_steps(denoise, x, steps):
    """Take noise away in equal steps, with any denoiser (chapter 17).

        x_v = cos(pi v / 2) guess + sin(pi v / 2) (x_u - cos(pi u / 2) guess) / sin(pi u / 2)

    Args:
        denoise: called as `denoise(x, u)`, gives a guess of the clean data: `Diffusion.denoise`,
            or a formula.
        x: pure noise, `(n, ...)`.
        steps: from u = 1 to u = 0.

    Returns:
        An array `(steps + 1, n, ...)`: `x`, and what is left after each step. With u = 0 this is
        the last guess.

    Raises:
        TypeError, ValueError: `x` is no array of finite numbers, `steps` no positive integer, or
            `denoise` no function that answers in the shape of `x`.
    """
    check_has("a function from noisy data to a guess", "__call__", denoise=denoise)
    steps, kept = check_count(steps=steps), [check_array(x)]
    levels = np.linspace(1, 0, steps + 1)
    for u, v in itertools.pairwise(levels):
        signal, noise = _mix(u)
        guess = denoise(kept[-1], u)
        check_same_shape(**{"x": kept[-1], "denoise(x, u)": guess})
        eps = (kept[-1] - signal * guess) / noise  # the noise that must have been in it
        signal, noise = _mix(v)
        kept.append((signal * guess + noise * eps).astype("float32"))
    return np.stack(kept)


def _mix(u):
    """Give signal and noise at an amount u, of Python's numbers or a backend's."""
    angle = u * (math.pi / 2)
    if isinstance(u, float):
        return math.cos(angle), math.sin(angle)
    return ops.cos(angle), ops.sin(angle)
