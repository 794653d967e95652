"""The models of the book. Importing this registers them for `keras.models.load_model`."""

from companion.models.autoencoder import Autoencoder

__all__ = ["Autoencoder"]
