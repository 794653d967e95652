"""The models of the book. Importing this registers them for `keras.models.load_model`."""

import companion.regularizers  # noqa: F401  (models may be saved with these penalties)
from companion.models.autoencoder import Autoencoder

__all__ = ["Autoencoder"]
