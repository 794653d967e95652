"""Layers that a variational autoencoder needs."""

import keras
from keras import ops

from companion.checks import check_same_shape, check_seed


@keras.saving.register_keras_serializable(package="companion")
class Sampling(keras.layers.Layer):
    """Draw a code from the Gaussian that an encoder describes (chapter 7).

        z = z_mean + exp(z_log_var / 2) * noise,   noise ~ N(0, I)

    This way of drawing is called the reparameterisation trick: the noise does not
    depend on the weights, so that the gradient passes to `z_mean` and `z_log_var`.
    It draws in training and outside alike.

    Args:
        seed: of the noise; with None the layer draws one when it is made, from what
            `keras.utils.set_random_seed` sets.

    Call arguments:
        inputs: `[z_mean, z_log_var]`, each `(batch, latent_dim)`.

    Returns:
        `(batch, latent_dim)`, new at each call.

    Raises:
        ValueError: `inputs` are not two of one shape, or `seed` is no seed.

    Source:
        D. P. Kingma and M. Welling, "Auto-Encoding Variational Bayes" (2013), section 2.4.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = check_seed(seed, none=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.built = True  # it has no weights that wait for a shape

    def call(self, inputs):
        if not isinstance(inputs, list | tuple) or len(inputs) != 2:
            raise ValueError(f"`inputs` must be [z_mean, z_log_var]. Received: {inputs}")
        z_mean, z_log_var = inputs
        check_same_shape(z_mean=z_mean, z_log_var=z_log_var)
        noise = keras.random.normal(ops.shape(z_mean), dtype=z_mean.dtype, seed=self.seed_generator)
        return z_mean + ops.exp(z_log_var / 2) * noise

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}
