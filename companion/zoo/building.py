"""From a recipe to a Keras model, and from a model to its weights and back."""

import keras
import numpy as np

from companion import networks
from companion.metrics.classifier import classifier_network
from companion.models import VAE, Autoencoder
from companion.zoo.classifiers import CLASSIFIERS
from companion.zoo.recipes import IMAGE_SHAPE


def build(recipe, learning_rate=1e-3, seed=0, **compile_arguments):
    """Build and compile the model of a recipe, with first weights.

    Args:
        recipe: `Recipe`.
        learning_rate: of Adam; a number or a schedule.
        seed: of the first weights of a classifier. The others draw them as Keras' layers
            do, from what `keras.utils.set_random_seed` sets.
        **compile_arguments: further ones of `compile`.

    Returns:
        `VAE`, `Autoencoder`, or for a classifier keras.Sequential.
    """
    if recipe.has_codes:
        model = _autoencoder(recipe)
    else:
        model = classifier_network(IMAGE_SHAPE, recipe.outputs, np.random.default_rng(seed))
        compile_arguments |= CLASSIFIERS[recipe.kind].compiled()
    model.compile(keras.optimizers.Adam(learning_rate, beta_2=0.99), **compile_arguments)
    return model


def get_weights(model):
    """Give the weights of a model's networks, in order: a list of arrays."""
    return [w for network in _networks_of(model) for w in network.get_weights()]


def set_weights(model, weights):
    """Set what `get_weights` gave, of any type of float.

    Raises:
        ValueError: they are not the weights of such a model: their shapes differ.
    """
    weights = [np.asarray(w, "float32") for w in weights]
    wanted, given = ([w.shape for w in ws] for ws in (get_weights(model), weights))
    if given != wanted:
        raise ValueError(f"weights must have shapes {wanted}. Received: {given}")
    for network in _networks_of(model):
        size = len(network.weights)
        network.set_weights(weights[:size])
        weights = weights[size:]


def _autoencoder(recipe):
    shared = {"dropout": recipe.dropout, "max_norm": recipe.max_norm, "wide_start": True}
    gaussian = recipe.heads == 2
    encoder = networks.dense_encoder(
        recipe.latent_dim, hidden=recipe.hidden, gaussian=gaussian, **shared
    )
    decoder = networks.dense_decoder(recipe.latent_dim, hidden=recipe.hidden[::-1], **shared)
    likelihood = {"likelihood": recipe.likelihood, "sigma": recipe.sigma}
    if gaussian:
        return VAE(encoder, decoder, beta=recipe.beta, **likelihood)
    return Autoencoder(encoder, decoder, **likelihood)


def _networks_of(model):
    return [model.encoder, model.decoder] if hasattr(model, "encoder") else [model]
