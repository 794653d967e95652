"""Keras models that bring their own loss, in nats per image.

- `Autoencoder`: a code for each picture (chapter 1).
- `VAE`: a Gaussian over codes for each picture (chapter 9).
- `Posterior`: what a VAE's `encode` gives (chapter 7).
"""

import companion.regularizers  # noqa: F401  (models may be saved with these penalties)
from companion.models.autoencoder import Autoencoder
from companion.models.posterior import Posterior
from companion.models.vae import VAE

__all__ = ["VAE", "Autoencoder", "Posterior"]
