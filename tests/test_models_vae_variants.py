"""Variants of the VAE: free bits, and a sigma that is set to its best value."""

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, copies, error
from keras.ops import convert_to_numpy as numpy
from test_models_vae import make

from companion import networks
from companion.models import IWAE, VAE, Autoencoder, FreeBitsVAE


@pytest.fixture(scope="module")
def x():
    return bars()


def make_free(floor, **kwargs):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (16,), "image_shape": SHAPE}
    model = FreeBitsVAE(
        networks.dense_encoder(3, gaussian=True, **sizes),
        networks.dense_decoder(3, **sizes),
        floor=floor,
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


# Free bits


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        (0.0, 2.0 + 0.05 + 4.0),
        (0.5, 2.0 + 0.5 + 4.0),  # by the mean of the batch: 1 and 3 stay 2, 0 and 0.1 become 0.5
        (2.0, 2.0 + 2.0 + 4.0),  # not by each picture: 1 alone would become 2
        (3.0, 3.0 + 3.0 + 4.0),
    ],
)
def test_each_number_costs_at_least_its_floor(floor, expected):
    kl = keras.ops.convert_to_tensor([[1.0, 0.0, 4.0], [3.0, 0.1, 4.0]])
    price = numpy(make_free(floor, beta=2.0).price(kl))
    assert price == pytest.approx([2 * expected] * 2)


def test_without_a_floor_it_is_a_vae(x):
    free, plain = make_free(0.0), make()
    pictures = copies(x[:40], 4)
    losses = [
        model.fit(pictures, batch_size=20, epochs=2, verbose=0, shuffle=False).history
        for model in (free, plain)
    ]
    for name, values in losses[0].items():
        assert values == pytest.approx(losses[1][name], rel=1e-4)


def test_training_spends_the_floor_of_every_number(x):
    model = make_free(0.4, beta=50.0)  # so dear a code is given up: see the last line
    plain = make(beta=50.0)
    for each in (model, plain):
        each.fit(copies(x[:40], 40), batch_size=20, epochs=5, verbose=0)
    assert model.encode(x).kl.mean(axis=0) == pytest.approx(0.4, abs=0.15)
    assert plain.encode(x).kl.mean() < 0.05


def test_the_floor_changes_no_measure(x):
    free, plain = make_free(2.0), make()
    assert free.elbo(x, seed=1) == pytest.approx(plain.elbo(x, seed=1), rel=1e-5)
    assert error(free, x)["kl"] == pytest.approx(error(plain, x)["kl"], rel=1e-5)


def test_free_bits_survive_a_file(x, tmp_path):
    model = make_free(0.7, beta=0.5)
    model.fit(x, verbose=0)
    model.save(tmp_path / "free.keras")
    loaded = keras.models.load_model(tmp_path / "free.keras")
    assert isinstance(loaded, FreeBitsVAE)
    assert (loaded.floor, loaded.beta) == (0.7, 0.5)
    assert np.array_equal(loaded.reconstruct(x), model.reconstruct(x))


@pytest.mark.parametrize(
    ("floor", "kind"), [(-1, ValueError), (np.nan, ValueError), ("1", TypeError)]
)
def test_a_floor_that_is_none_is_refused(floor, kind):
    with pytest.raises(kind, match=r"`floor` must be a number in \[0, inf\)"):
        make_free(floor)


# The optimal sigma


@pytest.mark.parametrize("channels", [1, 3])
def test_the_optimal_sigma_is_the_root_of_the_mean_squared_error_of_the_batch(channels, x):
    x = np.repeat(x, channels, axis=-1)
    model = Autoencoder(
        networks.dense_encoder(3, hidden=(16,), image_shape=x.shape[1:]),
        networks.dense_decoder(3, hidden=(16,), image_shape=x.shape[1:]),
        likelihood="gaussian",
        sigma="optimal",
    )
    assert model.sigma == 1
    model.compile(keras.optimizers.SGD(0.0))
    told = model.train_on_batch(x, return_dict=True)
    square = np.square(x - model.reconstruct(x)).mean()
    assert model.sigma == pytest.approx(np.sqrt(square), rel=1e-4)
    # The least that a Gaussian of any width costs: 1/2 log(2 pi e sigma^2) a pixel.
    least = 36 * channels / 2 * np.log(2 * np.pi * np.e * square)
    assert told["loss"] == pytest.approx(least, rel=1e-4)
    assert error(model, x)["loss"] == pytest.approx(least, rel=1e-4)
    for width in (0.5, 2):
        other = Autoencoder(model.encoder, model.decoder, "gaussian", width * model.sigma)
        other.compile()
        assert error(other, x)["loss"] > least


def test_weights_of_pictures_weigh_in_the_optimal_sigma(x):
    model = make("gaussian", sigma="optimal")
    model.compile(keras.optimizers.SGD(0.0))
    weight = np.arange(len(x)) < 20
    model.train_on_batch(x, sample_weight=weight.astype("float32"))
    some = make("gaussian", sigma="optimal")
    some.compile(keras.optimizers.SGD(0.0))
    some.train_on_batch(x[:20])
    assert model.sigma == pytest.approx(some.sigma, rel=0.02)  # their draws of z differ


def test_pictures_without_weight_leave_the_optimal_sigma_finite(x):
    model = make("gaussian", sigma="optimal")
    told = model.train_on_batch(x, sample_weight=np.zeros(len(x)), return_dict=True)
    assert np.isfinite([*told.values(), model.sigma]).all()


@pytest.mark.parametrize("kind", [VAE, IWAE])
def test_evaluation_leaves_the_optimal_sigma_alone(kind, x):
    parts = make()
    model = kind(parts.encoder, parts.decoder, likelihood="gaussian", sigma="optimal")
    model.compile("adam")
    model.fit(copies(x, 20), verbose=0)
    sigma = model.sigma
    assert isinstance(sigma, float)
    error(model, np.zeros_like(x))
    model.elbo(x)
    assert model.sigma == sigma


def test_training_finds_the_noise_of_the_data():
    noise = np.random.default_rng(0).normal(size=(2000, *SHAPE)).astype("float32")
    noisy = 0.5 + 0.2 * noise
    model = make("gaussian", sigma="optimal")
    model.fit(noisy, batch_size=100, epochs=12, verbose=0)
    assert model.sigma == pytest.approx(0.2, rel=0.05)


def test_pictures_that_are_met_exactly_leave_the_loss_finite():
    model = make("gaussian", sigma="optimal")
    for layer in model.decoder.layers:
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    model.compile(keras.optimizers.SGD(0.0))
    told = model.train_on_batch(np.zeros((8, *SHAPE), "float32"), return_dict=True)
    assert np.isfinite(told["loss"])
    assert model.sigma == pytest.approx(1e-3)


def test_the_optimal_sigma_survives_a_file_and_goes_on(x, tmp_path):
    model = make("gaussian", sigma="optimal")
    model.fit(x, epochs=2, verbose=0)
    model.save(tmp_path / "optimal.keras")
    loaded = keras.models.load_model(tmp_path / "optimal.keras")
    assert type(loaded) is VAE
    assert loaded.sigma == model.sigma != 1
    assert loaded.get_config()["sigma"] == "optimal"
    assert loaded.elbo(x, seed=1) == pytest.approx(model.elbo(x, seed=1), rel=1e-5)
    loaded.fit(copies(x, 20), verbose=0)
    assert loaded.sigma < model.sigma


@pytest.mark.parametrize(
    ("likelihood", "sigma", "kind"),
    [("bernoulli", "optimal", TypeError), ("gaussian", "best", TypeError)],
)
def test_a_sigma_of_no_use_is_refused(likelihood, sigma, kind):
    with pytest.raises(kind, match=f"Received: sigma='{sigma}'"):
        make(likelihood, sigma=sigma)
