"""The importance-weighted autoencoder, beside the bound computed by hand."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit, logsumexp
from scipy.stats import bernoulli, norm
from small_models import SMALL, make_pictures, make_vae

from companion import metrics, networks
from companion.models import IWAE, VAE

X = (make_pictures(40) > 0.5).astype("float32")


def make(draws=5, **kwargs):
    parts = make_vae()
    model = IWAE(parts.encoder, parts.decoder, draws=draws, seed=0, **kwargs)
    model.compile(keras.optimizers.Adam(1e-2))
    return model


def by_hand(model, parts, beta=1.0):
    """Compute the bound of each picture from the draws that a model made, by SciPy."""
    k = model.draws
    z, mean, log_var = (numpy(parts[n]) for n in ("codes", "z_mean", "z_log_var"))
    z = z.reshape(len(mean), k, -1)
    chance = expit(numpy(parts["drawn"]).reshape(len(mean), k, -1))
    log_x = bernoulli.logpmf(X.reshape(len(X), 1, -1), chance).sum(-1)
    log_q = norm.logpdf(z, mean[:, None], np.exp(log_var / 2)[:, None]).sum(-1)
    ratio = norm.logpdf(z).sum(-1) - log_q
    return logsumexp(log_x + beta * ratio, axis=1) - np.log(k)


@pytest.mark.parametrize(("draws", "beta"), [(1, 1.0), (5, 1.0), (5, 0.5)])
def test_the_loss_is_minus_the_bound_of_its_draws(draws, beta):
    model = make(draws, beta=beta)
    parts = model(X)
    assert parts["drawn"].shape == (40 * draws, 6, 5, 1)
    np.testing.assert_array_equal(numpy(parts["outputs"]), numpy(parts["drawn"])[::draws])
    loss = float(model.compute_loss(X, None, parts))
    assert loss == pytest.approx(-by_hand(model, parts, beta).mean(), rel=1e-4)


def test_more_draws_bound_more_closely_and_one_draw_is_the_elbo():
    losses = {}
    for k in (1, 5, 50):
        model = make(k)
        told = [model.test_on_batch(X, return_dict=True) for _ in range(40)]
        losses[k] = -np.mean([each["loss"] for each in told])
    assert losses[1] == pytest.approx(model.elbo(X, draws=200).mean(), abs=0.1)
    exact = metrics.grid_log_joint(model, X, mesh=0.1, reach=5).log_likelihood.mean()
    assert losses[1] < losses[5] < losses[50] < exact + 0.02
    assert losses[50] == pytest.approx(exact, abs=0.1)


def test_training_raises_the_bound_and_reports_what_a_vae_reports():
    model = make()
    before = model.evaluate(X, verbose=0, return_dict=True)
    history = model.fit(X, epochs=30, verbose=0).history
    after = model.evaluate(X, verbose=0, return_dict=True)
    assert set(history) == {"loss", "reconstruction", "kl"}
    assert after["loss"] < before["loss"] - 0.5
    assert after["loss"] < after["reconstruction"] + after["kl"] + 0.05
    assert after["kl"] == pytest.approx(model.encode(X).kl.sum(axis=1).mean(), rel=1e-3)
    assert model.sample(3, seed=0).shape == (3, 6, 5, 1)


def test_weights_targets_and_conditions_go_with_each_draw():
    model, other = make(3), 1 - X
    weight = np.arange(40) % 2
    half = model.evaluate(X, other, sample_weight=weight, verbose=0, return_dict=True)
    alone = model.evaluate(X[1::2], other[1::2], verbose=0, return_dict=True)
    assert 2 * half["kl"] == pytest.approx(alone["kl"], rel=1e-4)
    assert 2 * half["reconstruction"] == pytest.approx(alone["reconstruction"], rel=0.05)
    assert 2 * half["loss"] == pytest.approx(alone["loss"], rel=0.05)
    sizes = SMALL | {"condition_shape": (3,)}
    model = IWAE(
        networks.dense_encoder(2, gaussian=True, **sizes), networks.dense_decoder(2, **sizes)
    )
    model.compile("adam", metrics=["mae"])
    history = model.fit((X, np.eye(3)[np.arange(40) % 3]), epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert 0 < history["mae"][0] < 1


def test_an_iwae_survives_a_file_in_a_fresh_process(tmp_path, run_elsewhere):
    model = make(7, beta=0.5)
    model.fit(X, verbose=0)
    model.save(tmp_path / "iwae.keras")
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "drawn.npy", model.reconstruct(X))
    script = """
import keras, numpy as np
import companion.models
model = keras.models.load_model("iwae.keras")
assert (model.draws, model.beta, type(model).__name__) == (7, 0.5, "IWAE")
assert model.sampling.seed == 0
np.testing.assert_allclose(model.reconstruct(np.load("x.npy")), np.load("drawn.npy"), atol=1e-6)
"""
    run_elsewhere(script, tmp_path)


@pytest.mark.parametrize("draws", [0, -1, 2.5, "5"])
def test_draws_that_are_none_are_refused(draws):
    with pytest.raises(ValueError, match="`draws` must be a positive integer"):
        make(draws)


def test_it_is_a_vae_in_all_else():
    model = make()
    plain = VAE(model.encoder, model.decoder)
    np.testing.assert_allclose(model.elbo(X, seed=3), plain.elbo(X, seed=3), rtol=1e-6)
