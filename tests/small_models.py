"""Models of tiny pictures, untrained, for tests that ask what becomes of their weights."""

import keras
import numpy as np

import companion
from companion import networks

SMALL = {"hidden": (12,), "image_shape": (6, 5, 1)}


def make_vae(latent_dim=2, seed=0, **sizes):
    keras.utils.set_random_seed(seed)
    sizes = SMALL | sizes
    encoder = networks.dense_encoder(latent_dim, gaussian=True, **sizes)
    return companion.VAE(encoder, networks.dense_decoder(latent_dim, **sizes))


def make_autoencoder(latent_dim=2, seed=1, **likelihood):
    keras.utils.set_random_seed(seed)
    encoder = networks.dense_encoder(latent_dim, **SMALL)
    return companion.Autoencoder(encoder, networks.dense_decoder(latent_dim, **SMALL), **likelihood)


def make_pictures(n=60, shape=(6, 5, 1)):
    return np.random.default_rng(0).random((n, *shape), dtype="float32")
