"""Keras models that bring their own loss, in nats per image.

- `Autoencoder`: a code for each picture (chapter 1).
- `VAE`: a Gaussian over codes for each picture (chapter 9).
- `FreeBitsVAE`: a VAE whose first nats are free (chapter 12).
- `SemiSupervisedVAE`: a VAE that names pictures, few of which have a label (chapter 15).
- `IWAE`: a VAE that is trained on the bound of several draws (chapter 16).
- `GAN`: a net that draws, and a second one that it has to deceive (chapter 16).
- `VQVAE`: an autoencoder whose codes are taken from a list (chapter 17).
- `Diffusion`, `denoise_in_steps`: a denoiser that draws, by taking noise away (chapter 17).
- `Posterior`: what a VAE's `encode` gives (chapter 7).
- `impute`, `explaining_weights`: what is hidden of a picture, filled in (chapter 14).
- `compress`, `decompress`, `Message`: a VAE as a compressor, by bits-back coding (chapter 16).
"""

import companion.regularizers  # noqa: F401  (models may be saved with these penalties)
from companion.models.autoencoder import Autoencoder
from companion.models.bits_back import Message, compress, decompress
from companion.models.diffusion import Diffusion, denoise_in_steps
from companion.models.free_bits import FreeBitsVAE
from companion.models.gan import GAN
from companion.models.imputation import explaining_weights, impute
from companion.models.iwae import IWAE
from companion.models.posterior import Posterior
from companion.models.semi_supervised import SemiSupervisedVAE
from companion.models.vae import VAE
from companion.models.vq_vae import VQVAE

__all__ = [
    "GAN",
    "IWAE",
    "VAE",
    "VQVAE",
    "Autoencoder",
    "Diffusion",
    "FreeBitsVAE",
    "Message",
    "Posterior",
    "SemiSupervisedVAE",
    "compress",
    "decompress",
    "denoise_in_steps",
    "explaining_weights",
    "impute",
]
