"""The estimate of log p(x), beside models whose log p(x) is known in closed form."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit, logsumexp
from scipy.stats import bernoulli, multivariate_normal, norm
from small_models import make_autoencoder, make_pictures, make_vae

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
    for other in (None, "vae", model.encoder):
        with pytest.raises(TypeError, match=r"`vae` must be a models.VAE. Received: vae="):
            metrics.log_likelihood(other, np.zeros((2, 3, 3, 1)))


def test_the_sum_over_a_grid_is_bayes_rule_by_hand():
    vae, x = make_vae(), (make_pictures(3) > 0.5).astype("float32")
    joint = metrics.grid_log_joint(vae, x, mesh=0.1, reach=0.3)  # 0.3 / 0.1 is a little below 3
    np.testing.assert_allclose(joint.axis, np.arange(-3, 4) / 10, atol=1e-12)
    for i, second in enumerate(joint.axis):
        for j, first in enumerate(joint.axis):
            chance = expit(numpy(vae.decoder(np.array([[first, second]], "float32"))))
            wanted = bernoulli.logpmf(x, chance).sum(axis=(1, 2, 3))
            wanted += norm.logpdf([first, second]).sum()
            np.testing.assert_allclose(joint.values[:, i, j], wanted, rtol=1e-5)
    total = logsumexp(joint.values.reshape(3, -1), axis=1) + np.log(0.1 * 0.1)
    np.testing.assert_allclose(joint.log_likelihood, total)
    np.testing.assert_allclose(joint.posterior.sum(axis=(1, 2)) * 0.1 * 0.1, 1)


def test_the_usual_grid_holds_all_that_a_wider_one_holds():
    vae, x = make_vae(), (make_pictures(4) > 0.5).astype("float32")
    joint = metrics.grid_log_joint(vae, x)
    assert (len(joint.axis), joint.axis[0], joint.axis[-1]) == (151, -4.5, 4.5)
    wider = metrics.grid_log_joint(vae, x, mesh=0.15, reach=6)
    np.testing.assert_allclose(joint.log_likelihood, wider.log_likelihood, atol=1e-3)


SIZES = {"image_shape": (6, 5, 1), "hidden": (4,)}
GRIDLESS = {
    "three numbers": (lambda: make_vae(3), "latent_dim=3, 'bernoulli', condition_shape=None"),
    "greys": (
        lambda: VAE(make_vae().encoder, make_vae().decoder, likelihood="continuous_bernoulli"),
        "latent_dim=2, 'continuous_bernoulli'",
    ),
    "condition": (
        lambda: VAE(make_vae().encoder, networks.dense_decoder(2, condition_shape=(3,), **SIZES)),
        r"latent_dim=2, 'bernoulli', condition_shape=\(3,\)",
    ),
}


@pytest.mark.parametrize(("make", "message"), GRIDLESS.values(), ids=GRIDLESS)
def test_a_model_that_no_grid_can_hold_is_refused(make, message):
    with pytest.raises(ValueError, match=f"`vae` must have codes of two numbers.*{message}"):
        metrics.grid_log_joint(make(), make_pictures(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vae": make_autoencoder()}, r"`vae` must be a models\.VAE"),
        ({"mesh": 0}, r"`mesh` must be a number in \(0, inf\)"),
        ({"reach": -1}, r"`reach` must be a number in \(0, inf\)"),
        ({"x": make_pictures(2) + 1}, r"`x` must lie in \[0, 1\]"),
        ({"x": make_pictures(2, (6, 4, 1))}, r"`x` must have shape \(n, 6, 5, 1\)"),
    ],
)
def test_a_grid_that_cannot_be_made_is_refused(arguments, message):
    with pytest.raises(TypeError if "models" in message else ValueError, match=message):
        metrics.grid_log_joint(**{"vae": make_vae(), "x": make_pictures(2)} | arguments)
