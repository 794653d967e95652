"""What every model owes its networks and its seed: the mode that it is in, and new draws."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from small_models import SMALL, make_pictures

from companion import metrics, networks
from companion.models import (
    GAN,
    IWAE,
    VAE,
    VQVAE,
    Autoencoder,
    Diffusion,
    FreeBitsVAE,
    Posterior,
    SemiSupervisedVAE,
    compress,
    explaining_weights,
)
from companion.models.network_pairs import whole

X, LABELS = make_pictures(12), np.eye(3, dtype="float32")[np.arange(12) % 3]
HEARD = []


class Listener(keras.layers.Layer):
    """Let everything through, and note whether it is told that it trains."""

    def call(self, h, training=None):
        HEARD.append((self.name, training))
        return h


def heard_by(name, network):
    listener = Listener(name=name)
    inputs, outputs = network.inputs, [listener(output) for output in network.outputs]
    one = len(inputs) == 1, len(outputs) == 1
    return keras.Model(inputs[0] if one[0] else inputs, outputs[0] if one[1] else outputs)


def encoder(**kwargs):
    return heard_by("encoder", networks.dense_encoder(2, **SMALL | kwargs))


def decoder(**kwargs):
    return heard_by("decoder", networks.dense_decoder(2, **SMALL | kwargs))


def diffusion(**kwargs):
    noisy, mix = keras.Input((6, 5, 1)), keras.Input((2,))
    both = keras.layers.Concatenate()([keras.layers.Flatten()(noisy), mix])
    answer = keras.layers.Reshape((6, 5, 1))(keras.layers.Dense(30)(both))
    return Diffusion(heard_by("network", keras.Model([noisy, mix], answer)), **kwargs)


def gan(noise=0.0, **kwargs):
    critic = networks.dense_encoder(1, **SMALL)
    return GAN(decoder(), heard_by("discriminator", critic), noise=noise, **kwargs)


def semi_supervised(**kwargs):
    label = {"condition_shape": (3,)}
    classifier = heard_by("classifier", networks.dense_encoder(3, **SMALL))
    return SemiSupervisedVAE(encoder(gaussian=True, **label), decoder(**label), classifier)


MODELS = {
    "Autoencoder": lambda: Autoencoder(encoder(), decoder()),
    "VAE": lambda: VAE(encoder(gaussian=True), decoder()),
    "FreeBitsVAE": lambda: FreeBitsVAE(encoder(gaussian=True), decoder()),
    "IWAE": lambda: IWAE(encoder(gaussian=True), decoder()),
    "SemiSupervisedVAE": semi_supervised,
    "VQVAE": lambda: VQVAE(encoder(), decoder()),
    "GAN": gan,
    "Diffusion": diffusion,
}


@pytest.mark.parametrize("name", MODELS)
def test_every_network_is_told_whether_it_trains(name):
    model, names = MODELS[name](), {layer for layer, _ in HEARD}
    HEARD.clear()
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=keras.backend.backend() != "jax")
    x = (X, LABELS) if name == "SemiSupervisedVAE" else X
    names = {"GAN": {"decoder", "discriminator"}, "Diffusion": {"network"}}.get(
        name, {"encoder", "decoder"} | ({"classifier"} if name == "SemiSupervisedVAE" else set())
    )
    for step, trains in ((model.test_on_batch, False), (model.train_on_batch, True)):
        HEARD.clear()
        step(x)
        assert set(HEARD) == {(each, trains) for each in names}


INK, CODES = (X > 0.5).astype("float32"), X[:3, 0, :2, 0]
MEASURES = {  # by the model that they ask
    "grid_log_joint": ("VAE", lambda model: metrics.grid_log_joint(model, X, mesh=1)),
    "log_weights": ("VAE", lambda model: metrics.log_weights(model, X, draws=1)),
    "elbo": ("VAE", lambda model: model.elbo(X)),
    "reconstruct": ("VAE", lambda model: model.reconstruct(X)),
    "explaining_weights": ("VAE", lambda model: explaining_weights(model, X, X >= 0, CODES)),
    "compress": ("VAE", lambda model: compress(model, INK[:1])),
    "classify": ("SemiSupervisedVAE", lambda model: model.classify(X)),
    "tokens": ("VQVAE", lambda model: model.tokens(X)),
    "encode": ("VAE", lambda model: model.encode(X)),
    "decode": ("VAE", lambda model: model.decode(CODES)),
    "nll": ("VAE", lambda model: model.nll(X[:3], CODES)),
    "sample": ("VAE", lambda model: model.sample(2, seed=0)),
    "predict": ("VAE", lambda model: model.predict(X, verbose=0)),
    "predict_on_batch": ("VAE", lambda model: model.predict_on_batch(X)),
    "code_noise_cost": ("VAE", lambda model: metrics.code_noise_cost(model, X[:3], CODES)),
    "Autoencoder.predict": ("Autoencoder", lambda model: model.predict(X, verbose=0)),
    "VQVAE.predict": ("VQVAE", lambda model: model.predict(X, verbose=0)),
    "SemiSupervisedVAE.predict": (
        "SemiSupervisedVAE", lambda model: model.predict((X, LABELS), verbose=0)
    ),
    "GAN.sample": ("GAN", lambda model: model.sample(2, seed=0)),
    "Diffusion.sample": ("Diffusion", lambda model: model.sample(2, seed=0, steps=1)),
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_no_network_is_told_that_it_trains_where_it_is_only_asked(measure):
    name, ask = MEASURES[measure]
    model = MODELS[name]()
    HEARD.clear()
    ask(model)
    assert HEARD
    assert not any(trains for _, trains in HEARD)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_trains_in_half_precision(name):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = MODELS[name]()
        model.compile(keras.optimizers.SGD(0.0), run_eagerly=keras.backend.backend() != "jax")
        x = (X, LABELS) if name == "SemiSupervisedVAE" else X
        told = model.train_on_batch(x, sample_weight=np.ones(12), return_dict=True)
        assert np.isfinite(list(told.values())).all()
        assert all(weight.dtype == "float32" for weight in model.get_weights() if weight.ndim)
    finally:
        keras.config.set_dtype_policy(policy)


@pytest.mark.parametrize("name", ["VAE", "VQVAE"])
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_what_is_exported_answers_in_float32_by_the_name_of_its_model(name, policy, monkeypatch):
    written = []
    monkeypatch.setattr(keras.Model, "export", lambda *given, **how: written.append((given, how)))
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = MODELS[name]()
        model.export("somewhere", "tf_saved_model", verbose=False)
    finally:
        keras.config.set_dtype_policy(before)
    (((plain, *where), how),) = written
    assert (where, how) == (["somewhere", "tf_saved_model"], {"verbose": False})
    assert plain.name == model.name
    assert [output.dtype for output in plain.outputs] == ["float32"]
    if policy == "float32":
        np.testing.assert_allclose(numpy(plain(X)), model.predict(X, verbose=0), atol=1e-5)


def test_the_one_network_that_is_exported_has_left_training():
    forgetful = SMALL | {"dropout": 0.5}
    both = networks.dense_encoder(2, **forgetful), networks.dense_decoder(2, **forgetful)
    network = whole(*both)
    np.testing.assert_array_equal(numpy(network(X)), numpy(network(X)))
    expected = both[1](both[0](X, training=False), training=False)
    np.testing.assert_allclose(numpy(network(X)), numpy(expected), atol=1e-6)


TERMS = {
    "FreeBitsVAE": {"kl"}, "IWAE": {"kl"}, "VAE": {"kl"}, "VQVAE": {"distance"},
    "SemiSupervisedVAE": {"kl", "label_kl", "label_nll"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MODELS.keys() - {"GAN", "Diffusion"}))
def test_pictures_without_weight_cost_nothing_in_any_term(name):
    model = MODELS[name]()
    model.compile("sgd")
    x = (X, LABELS) if name == "SemiSupervisedVAE" else X
    for weight in (0, 1):
        told = model.evaluate(x, sample_weight=np.full(12, weight), verbose=0, return_dict=True)
        assert told.keys() == {"loss", "reconstruction"} | TERMS.get(name, set())
        assert all((value != 0) == weight for value in told.values()), told


def compiled(name):
    keras.utils.set_random_seed(0)
    model = MODELS[name]()
    model.compile("sgd")
    return model


@pytest.mark.parametrize("name", ["GAN", "Diffusion"])
def test_a_model_without_a_target_takes_none_and_weighs_its_pictures(name):
    weight = np.linspace(0, 2, 12, dtype="float32")
    told = []
    for given in ({}, {"sample_weight": np.ones(12)}, {"sample_weight": weight}):
        model = compiled(name)
        for door in (model.fit, model.evaluate, model.train_on_batch, model.test_on_batch):
            with pytest.raises(ValueError, match="`y` must be None, without a target"):
                door(X, X, **given)
        with pytest.raises(ValueError, match="`validation y` must be None, without a target"):
            model.fit(X, validation_data=(X, X, *given.values()), verbose=0)
        told.append(model.evaluate(X, batch_size=12, verbose=0, return_dict=True, **given)["loss"])
    assert told[0] == pytest.approx(told[1], rel=1e-6)
    assert abs(told[2] - told[1]) > 1e-4 * told[1]
    tensorflow = pytest.importorskip("tensorflow")
    stream = tensorflow.data.Dataset.from_tensors((X, X, weight[:, None]))
    of_stream = compiled(name).evaluate(stream, verbose=0, return_dict=True)["loss"]
    assert of_stream == pytest.approx(told[2], rel=1e-6)


def answers(model, n=2):
    """Give what a model answers to the same pictures, several times, as plain arrays."""
    told = (model(X, training=False) for _ in range(n))
    return [
        numpy(each["real"] + each["drawn"] if isinstance(each, dict) else each) for each in told
    ]


@pytest.mark.parametrize(
    "make", [lambda seed: gan(0.3, seed=seed), diffusion], ids=["GAN", "Diffusion"]
)
def test_draws_are_new_at_each_call_and_the_same_from_the_same_seed(make):
    def drawn(seed):
        keras.utils.set_random_seed(0)
        model = make(seed=seed)
        keras.utils.set_random_seed(seed or 0)  # which a seed of its own does not heed
        return answers(model)

    first, second = drawn(1)
    assert not np.allclose(first, second)
    keras.utils.set_random_seed(9)
    np.testing.assert_array_equal(drawn(1), [first, second])
    assert not np.allclose(drawn(2)[0], first)


def test_the_noise_that_a_discriminator_sees_is_as_wide_as_asked_and_differs_for_what_is_drawn():
    white = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    itself = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    model = GAN(white, itself, noise=0.3, seed=0)
    logits = model(np.full((20_000, 1), 0.7, "float32"))
    real, drawn, copied = (numpy(logits[name]).ravel() for name in ("real", "drawn", "copied"))
    noise = np.stack([real - 0.7, drawn - 0.5])
    np.testing.assert_allclose(noise.mean(axis=1), 0, atol=0.02)
    np.testing.assert_allclose(noise.std(axis=1), 0.3, rtol=0.03)
    assert abs(np.corrcoef(noise)[0, 1]) < 0.05
    np.testing.assert_array_equal(copied, drawn)
    np.testing.assert_allclose(model.sample(5, seed=0), 0.5)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_posterior_is_not_sampled_by_what_is_no_seed(seed):
    posterior = Posterior(np.zeros((3, 2), "float32"), np.zeros((3, 2), "float32"))
    assert not np.array_equal(posterior.sample(0), posterior.sample(1))
    with pytest.raises(ValueError, match="`seed` must be an integer of 0 or more"):
        posterior.sample(seed)


def test_an_extreme_log_variance_stays_finite_in_every_kind_of_vae():
    for make in (MODELS["IWAE"], MODELS["FreeBitsVAE"]):
        model = make()
        model.compile("sgd")
        weights = model.encoder.get_weights()
        weights[-1] = np.full_like(weights[-1], 1e3)
        model.encoder.set_weights(weights)
        told = model.evaluate(X, verbose=0, return_dict=True)
        assert np.isfinite(list(told.values())).all(), type(model)
