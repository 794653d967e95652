"""What a variational encoder says of a picture: a Gaussian over its codes."""

from typing import NamedTuple

import numpy as np

from companion.checks import check_same_shape, generator
from companion.losses import gaussian_kl


class Posterior(NamedTuple):
    """q(z | x) = N(z_mean, diag(sigma^2)) of each of n pictures (chapter 7).

    It unpacks: `z_mean, z_log_var = vae.encode(x)`.
    """

    z_mean: np.ndarray  #: `(n, latent_dim)`
    z_log_var: np.ndarray  #: `(n, latent_dim)`, log sigma^2

    @property
    def sigma(self):
        """The standard deviations, `(n, latent_dim)`."""
        self._check()
        return np.exp(np.asarray(self.z_log_var) / 2)

    @property
    def kl(self):
        """KL(q(z_j | x) || N(0, 1)) of each number of the code: nats, `(n, latent_dim)`."""
        self._check()
        # Each number by itself: a Gaussian over a code of one number.
        return np.asarray(gaussian_kl(self.z_mean[..., None], self.z_log_var[..., None]))

    def sample(self, seed):
        """Draw one code for each picture.

        Args:
            seed: of the draws: a number, or a `numpy.random.SeedSequence`.

        Returns:
            Codes, float32 `(n, latent_dim)`.

        Raises:
            ValueError: `seed` is none.
        """
        self._check()
        noise = generator(seed).standard_normal(self.z_mean.shape, dtype="float32")
        return self.z_mean + self.sigma * noise

    def _check(self):
        check_same_shape(z_mean=self.z_mean, z_log_var=self.z_log_var)
