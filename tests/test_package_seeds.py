"""Seeds: what draws by one draws the same again, and something else by another."""

import importlib
import inspect
import itertools

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from small_models import SMALL, make_pictures, make_vae

import companion
from companion import data, doctor, latent, layers, metrics, models, networks, pipeline
from companion.metrics import classifier

X = make_pictures(64)
INK = (X > 0.5).astype("float32")
CODES = np.random.default_rng(0).standard_normal((64, 2)).astype("float32")
LABEL = {"hidden": (12,), "image_shape": (6, 5, 1), "condition_shape": (3,)}
NAMED = np.eye(3, dtype="float32")[np.arange(64) % 3]


RUNS = itertools.count(1)


def of_equal_weights(make):
    """Make the same model at each call, and let what draws without its seed draw something else."""

    def made(*args, **kwargs):
        keras.utils.set_random_seed(0)
        model = make(*args, **kwargs)
        keras.utils.set_random_seed(next(RUNS))
        return model

    return made


@of_equal_weights
def vae(kind=models.VAE, **kwargs):
    parts = make_vae()
    return kind(parts.encoder, parts.decoder, **kwargs)


@of_equal_weights
def semi_supervised(**kwargs):
    return models.SemiSupervisedVAE(
        networks.dense_encoder(2, gaussian=True, **LABEL), networks.dense_decoder(2, **LABEL),
        networks.dense_encoder(3, **SMALL), **kwargs,
    )  # fmt: skip


@of_equal_weights
def gan(**kwargs):
    networks_of_it = networks.dense_decoder(3, **SMALL), networks.dense_encoder(1, **SMALL)
    return models.GAN(*networks_of_it, **kwargs)


@of_equal_weights
def diffusion(**kwargs):
    sizes = {"hidden": (16,), "image_shape": (2,)}
    return models.Diffusion(networks.dense_decoder(2, **sizes, condition_shape=(2,)), **kwargs)


@of_equal_weights
def vq_vae(**kwargs):
    small = networks.dense_encoder(2, **SMALL), networks.dense_decoder(2, **SMALL)
    return models.VQVAE(*small, codes=5, **kwargs)


def started(seed):
    model = vq_vae(seed=0)
    model.start_on(X, seed=seed)
    return model.codebook


def popped(seed):
    message = models.Message(seed=seed)
    message.pop(0, 1, 32)
    return message.head


def price_of_others(seed):
    parts = doctor.Parts(
        lambda x: (x[:, 0, :2, 0], 0 * x[:, 0, :2, 0]), lambda z: X * z[:, :1, None, None] ** 2
    )
    return doctor.examine(parts, X, seed=seed)["decoder"].value


POSTERIOR = models.Posterior(CODES, np.zeros_like(CODES))
PICTURES = data.ImageData.from_arrays(X[:40], X[40:], np.arange(40) % 2, np.arange(24) % 2)
# By its name in the package: what a seed decides.
DRAWN = {
    "data.dates.sample": lambda seed: data.dates.sample(9, seed),
    "data.faces.sample_attributes": lambda seed: data.faces.sample_attributes(9, seed).gaze,
    "data.noise.gaussian": lambda seed: data.noise.gaussian(X, 0.1, seed),
    "data.noise.salt_and_pepper": lambda seed: data.noise.salt_and_pepper(X, 0.3, seed),
    "data.signals.heartbeats": lambda seed: data.signals.heartbeats(9, seed),
    "data.signals.steps": lambda seed: data.signals.steps(9, seed),
    "doctor.examine": price_of_others,
    "latent.sample_mixture": lambda seed: latent.sample_mixture(CODES, 9, seed, components=2),
    "latent.sample_moment_matched": lambda seed: latent.sample_moment_matched(CODES, 9, seed),
    "latent.sample_prior": lambda seed: latent.sample_prior(9, 2, seed),
    "layers.Sampling": lambda seed: numpy(layers.Sampling(seed)([CODES, CODES])),
    "metrics.anomaly_scores": lambda seed: metrics.anomaly_scores(vae(), X, seed=seed)["-elbo"],
    "metrics.code_information": lambda seed: metrics.code_information(POSTERIOR, seed),
    "metrics.code_noise_cost": lambda seed: metrics.code_noise_cost(vae(), X, CODES, seed=seed),
    "metrics.log_likelihood": lambda seed: metrics.log_likelihood(vae(), INK, 3, seed=seed),
    "metrics.log_weights": lambda seed: metrics.log_weights(vae(), INK, 3, seed=seed),
    "metrics.train_classifier": lambda seed: metrics.train_classifier(PICTURES, seed).get_weights()[
        0
    ],
    "models.Diffusion": lambda seed: numpy(diffusion(seed=seed)(CODES)),
    "models.Diffusion.path": lambda seed: diffusion().path(9, seed, steps=2),
    "models.Diffusion.sample": lambda seed: diffusion().sample(9, seed, steps=2),
    "models.FreeBitsVAE": lambda seed: numpy(vae(models.FreeBitsVAE, seed=seed)(X)["outputs"]),
    "models.GAN": lambda seed: numpy(gan(seed=seed)(X)["drawn"]),
    "models.GAN.sample": lambda seed: gan().sample(9, seed),
    "models.IWAE": lambda seed: numpy(vae(models.IWAE, seed=seed)(X)["outputs"]),
    "models.Message": popped,
    "models.Posterior.sample": POSTERIOR.sample,
    "models.SemiSupervisedVAE": lambda seed: numpy(
        semi_supervised(seed=seed)((X, NAMED))["outputs"]
    ),
    "models.SemiSupervisedVAE.sample": lambda seed: semi_supervised().sample(9, seed),
    "models.VAE": lambda seed: numpy(vae(seed=seed)(X)["outputs"]),
    "models.VAE.elbo": lambda seed: vae().elbo(X, seed=seed),
    "models.VAE.sample": lambda seed: vae().sample(9, seed),
    "models.VQVAE": lambda seed: vq_vae(seed=seed).codebook,
    "models.VQVAE.start_on": started,
    "models.compress": lambda seed: models.compress(vae(), INK[:2], seed),
    "models.impute": lambda seed: models.impute(vae(), X[:9], X[:1] < 0, CODES, seed=seed),
    "pipeline.shuffled_batches": lambda seed: [
        numpy(x) for (x,) in pipeline.shuffled_batches(X, 32, seed=seed)
    ],
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_draws_the_same_again_and_another_seed_something_else(name, monkeypatch):
    monkeypatch.setattr(classifier, "STEPS", 0)
    first, again, other = (np.asarray(DRAWN[name](seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def takes_a_seed(thing):
    try:
        return "seed" in inspect.signature(thing).parameters
    except (TypeError, ValueError):  # no function, or one of the C language
        return False


def with_a_seed():
    """Find all public functions, classes and methods that take a seed, by their names."""
    for name in sorted(companion._SUBMODULES - {"zoo", "widgets", "plots", "page"}):
        found = public(importlib.import_module(f"companion.{name}"), name)
        for part, thing in list(found.items()):
            if inspect.ismodule(thing) or inspect.isclass(thing):
                found |= public(thing, part)
        yield from (part for part, thing in found.items() if takes_a_seed(thing))


def public(thing, name):
    """Give what a module or a class holds of its own, by its full name."""
    names = getattr(thing, "__all__", None) or [
        each for each, part in vars(thing).items()
        if inspect.isclass(thing) or getattr(part, "__module__", "") == thing.__name__
    ]  # fmt: skip
    return {f"{name}.{each}": getattr(thing, each) for each in names if each[0] != "_"}


def test_no_seed_is_left_out_of_the_table():
    inherit = {"models.FreeBitsVAE", "models.IWAE", "models.SemiSupervisedVAE"}  # by **kwargs
    assert set(with_a_seed()) == DRAWN.keys() - inherit
