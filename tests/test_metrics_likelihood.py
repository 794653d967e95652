"""The estimate of log p(x), beside models whose log p(x) is known in closed form."""

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import multivariate_normal

from companion import metrics, networks
from companion.models import VAE, Autoencoder

SIGMA, D = 0.5, 6


@pytest.fixture(scope="module")
def exact():
    """Give a linear VAE, pictures of its own, and their log p(x): that of N(b, W W^T + sigma^2)."""
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, D)), rng.normal(size=D)
    codes = keras.Input((2,))
    decoder = keras.Model(codes, layers.Dense(D)(codes))
    decoder.set_weights([weights, bias])
    pictures = rng.normal(size=(40, 2)) @ weights + bias + SIGMA * rng.normal(size=(40, D))
    covariance = weights.T @ weights + SIGMA**2 * np.eye(D)
    truth = multivariate_normal(bias, covariance).logpdf(pictures)

    def vae(shift=0.0, scale=1.0):
        """Give its best encoder, or one whose cloud lies elsewhere or has another size."""
        precision = np.eye(2) + weights @ weights.T / SIGMA**2
        best = weights.T @ np.linalg.inv(precision) / SIGMA**2  # (D, 2)
        # A cloud along the axes cannot follow a tilted posterior: the narrower width of each.
        log_var = np.log(scale**2 / np.diag(precision))
        x = keras.Input((D,))
        encoder = keras.Model(x, [layers.Dense(2)(x), layers.Dense(2)(x)])
        parts = [best, shift - bias @ best, np.zeros((D, 2)), log_var]
        encoder.set_weights(parts)
        return VAE(encoder, decoder, likelihood="gaussian", sigma=SIGMA)

    return vae, pictures.astype("float32"), truth


def test_the_estimate_is_the_likelihood_of_a_model_that_has_a_closed_form(exact):
    vae, x, truth = exact
    found = metrics.log_likelihood(vae(), x, draws=2000)
    assert found.shape == (40,)
    np.testing.assert_allclose(found, truth, atol=0.1)
    assert found.mean() == pytest.approx(truth.mean(), abs=0.02)


def test_one_draw_from_the_encoder_is_the_elbo_and_more_draws_are_nearer_from_below(exact):
    vae, x, truth = exact
    model, alone = vae(scale=0.5), {"wider": 1.0, "from_prior": 0.0}
    one = [metrics.log_likelihood(model, x, 1, **alone, seed=s).mean() for s in range(100)]
    elbo = model.elbo(x, draws=100).mean()
    assert np.mean(one) == pytest.approx(elbo, abs=0.1)
    ten = [metrics.log_likelihood(model, x, 10, **alone, seed=s).mean() for s in range(10)]
    assert elbo + 0.1 < np.mean(ten) < truth.mean()


def test_where_the_encoder_misses_its_own_draws_stay_short_and_the_mixture_does_not(exact):
    vae, x, truth = exact
    misses = vae(shift=1.0, scale=0.5)
    alone = metrics.log_likelihood(misses, x, 1000, wider=1, from_prior=0)
    mixed = metrics.log_likelihood(misses, x, 1000)
    assert alone.mean() < truth.mean() - 0.5
    assert mixed.mean() == pytest.approx(truth.mean(), abs=0.1)


def test_the_same_seed_gives_the_same_numbers(exact):
    vae, x, _ = exact
    first, again, other = (metrics.log_likelihood(vae(), x, 3, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"draws": 0}, "`draws` must be a positive integer"),
        ({"wider": 0.0}, r"`wider` must be a number in \(0, inf\). Received: wider=0.0"),
        ({"wider": np.nan}, "`wider` must be a number in"),
        ({"from_prior": 1.0}, "`from_prior` must be a number in .*=1.0"),
        ({"from_prior": -0.1}, "`from_prior` must be a number in .*=-0.1"),
        ({"x": np.zeros((2, D + 1))}, r"`x` must have shape \(n, 6\)"),
    ],
)
def test_a_wrong_argument_is_named(exact, arguments, message):
    vae, x, _ = exact
    with pytest.raises(ValueError, match=message):
        metrics.log_likelihood(vae(), **{"x": x} | arguments)


def test_an_autoencoder_has_no_such_likelihood():
    sizes = {"hidden": (4,), "image_shape": (3, 3, 1)}
    model = Autoencoder(networks.dense_encoder(2, **sizes), networks.dense_decoder(2, **sizes))
    with pytest.raises(TypeError, match=r"`vae` must be a models.VAE. Received: Autoencoder"):
        metrics.log_likelihood(model, np.zeros((2, 3, 3, 1)))
