"""The variational autoencoder: its terms, its bound, its doors, its file."""

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, broken, copies, error
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.linalg import subspace_angles
from scipy.stats import multivariate_normal

from companion import losses, metrics, networks
from companion.models import VAE, Posterior


@pytest.fixture(scope="module")
def x():
    return bars()


def make(likelihood="bernoulli", seed=0, latent_dim=3, **kwargs):
    keras.utils.set_random_seed(seed)
    sizes = {"hidden": (16,), "image_shape": SHAPE}
    model = VAE(
        networks.dense_encoder(latent_dim, gaussian=True, **sizes),
        networks.dense_decoder(latent_dim, **sizes),
        likelihood=likelihood,
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


@pytest.mark.parametrize("likelihood", ["bernoulli", "continuous_bernoulli", "gaussian"])
def test_training_lowers_the_held_out_loss(likelihood, x):
    model = make(likelihood)
    before = model.elbo(x[40:], draws=20).mean()  # the loss itself scatters by a nat
    history = model.fit(copies(x[:40], 40), batch_size=10, verbose=0).history
    assert model.elbo(x[40:], draws=20).mean() > before + 1
    assert set(history) == {"loss", "reconstruction", "kl"}


def test_the_loss_is_reconstruction_plus_beta_times_kl(x):
    for beta in (0.0, 0.5, 4.0):
        terms = error(make(beta=beta), x)
        total = terms["reconstruction"] + beta * terms["kl"]
        assert terms["loss"] == pytest.approx(total, rel=1e-5)


def test_kl_and_reconstruction_are_what_the_parts_say(x):
    model = make()
    z_mean, z_log_var = map(numpy, model.encoder(x))
    truth = (np.exp(z_log_var) + z_mean**2 - 1 - z_log_var).sum(axis=1) / 2
    terms = error(model, x)
    assert terms["kl"] == pytest.approx(truth.mean(), rel=1e-4)
    # One draw of z a picture, whose mean over many draws is known to a standard error.
    sigma = np.exp(z_log_var / 2)
    noise = np.random.default_rng(0).standard_normal((100, *sigma.shape))
    nll = [numpy(losses.bernoulli_nll(x, model.decoder(z_mean + sigma * e))).mean() for e in noise]
    assert abs(terms["reconstruction"] - np.mean(nll)) < 5 * np.std(nll)


def test_penalties_of_layers_count_in_the_loss(x):
    keras.utils.set_random_seed(0)
    picture = keras.Input(SHAPE)
    h = layers.Flatten()(picture)
    heads = [layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.5))(h) for _ in range(2)]
    encoder = keras.Model(picture, heads)
    model = VAE(encoder, networks.dense_decoder(2, image_shape=SHAPE))
    model.compile()
    penalty = 0.5 * sum(float((w**2).sum()) for w in encoder.get_weights() if w.ndim == 2)
    terms = error(model, x)
    rest = terms["loss"] - terms["reconstruction"] - terms["kl"]
    assert rest == pytest.approx(penalty, rel=1e-3)


def test_sample_weights_weigh_both_terms(x):
    model = make()
    ones = error(model, x)
    twos = model.evaluate(x, sample_weight=np.full(60, 2.0), verbose=0, return_dict=True)
    assert twos["kl"] == pytest.approx(2 * ones["kl"], rel=1e-5)
    assert twos["loss"] == pytest.approx(twos["reconstruction"] + twos["kl"], rel=1e-5)
    before = model.encoder.get_weights()
    model.fit(x, sample_weight=np.zeros(60), verbose=0)
    for old, new in zip(before, model.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_clean_target_is_learnt_from_a_noisy_picture(x):
    model = make()
    noisy = np.clip(x + 0.3, 0, 1)
    before = error(model, noisy, x)["loss"]
    model.fit(copies(noisy, 20), copies(x, 20), batch_size=10, verbose=0)
    assert error(model, noisy, x)["loss"] < before - 1


def test_a_model_that_was_not_compiled_asks_to_be(x):
    parts = make()
    for door in ("fit", "train_on_batch", "evaluate"):
        with pytest.raises(ValueError, match="compile"):
            getattr(VAE(parts.encoder, parts.decoder), door)(x)


def test_pictures_may_be_a_list(x):
    model = make()
    z = model.encode(x).z_mean
    for given in (x, x.tolist()):
        np.testing.assert_array_equal(model.elbo(given), model.elbo(x))
        np.testing.assert_array_equal(model.nll(given, z.tolist()), model.nll(x, z))
    np.testing.assert_array_equal(model.decode(z.tolist()), model.decode(z))


def test_encode_gives_a_distribution_by_name(x):
    posterior = make().encode(x)
    assert {posterior.sigma.dtype, posterior.kl.dtype, posterior.sample(0).dtype} == {x.dtype}
    z_mean, z_log_var = posterior
    assert isinstance(posterior, Posterior)
    assert z_mean.shape == z_log_var.shape == (60, 3)
    np.testing.assert_array_equal(posterior.z_mean, z_mean)
    np.testing.assert_allclose(posterior.sigma, np.exp(z_log_var / 2), rtol=1e-6)
    truth = numpy(losses.gaussian_kl(z_mean, z_log_var))
    np.testing.assert_allclose(posterior.kl.sum(axis=1), truth, rtol=1e-4)


@pytest.mark.parametrize("part", ["z_mean", "z_log_var"])
@pytest.mark.parametrize("value", [None, "text", 1j, {}, [[0.0]], np.full((3, 1), 1j)], ids=str)
def test_a_posterior_of_no_numbers_has_no_sigma_no_kl_and_no_draws(part, value):
    posterior = Posterior(np.zeros((3, 1)), np.zeros((3, 1)))._replace(**{part: value})
    for ask in (lambda q: q.sigma, lambda q: q.kl, lambda q: q.sample(seed=0)):
        with pytest.raises(TypeError, match=f"`{part}` must"):
            ask(posterior)


def test_posterior_draws_follow_their_gaussians_and_their_seed():
    n = 50_000
    posterior = Posterior(np.full((n, 1), 2.0), np.full((n, 1), np.log(0.25)))
    z = posterior.sample(seed=1)
    assert z.mean() == pytest.approx(2, abs=0.01)
    assert z.std() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(z, posterior.sample(seed=1))
    assert np.any(z != posterior.sample(seed=2))


def test_prediction_draws_nothing_and_decodes_the_mean(x):
    model = make()
    pixels = model.decode(model.encode(x).z_mean)
    for given in (model.predict(x, verbose=0), model.predict(x, verbose=0), model.reconstruct(x)):
        np.testing.assert_allclose(given, pixels, atol=1e-6)


def test_evaluation_draws_anew(x):
    model = make()
    assert error(model, x)["reconstruction"] != error(model, x)["reconstruction"]


def test_samples_are_decoded_from_the_prior_and_follow_their_seed():
    model = make()
    pictures = model.sample(7, seed=3)
    assert pictures.shape == (7, *SHAPE)
    assert 0 <= pictures.min() <= pictures.max() <= 1
    np.testing.assert_array_equal(pictures, model.sample(7, seed=3))
    assert np.any(pictures != model.sample(7, seed=4))
    with pytest.raises(ValueError, match="`n` must be a positive integer"):
        model.sample(0, seed=0)


def test_the_elbo_is_the_negative_loss_and_follows_its_seed(x):
    model = make(beta=3.0)  # the bound does not know of beta
    terms = error(model, x)
    elbo = model.elbo(x, draws=200)
    assert elbo.shape == (60,)
    assert elbo.mean() == pytest.approx(-terms["reconstruction"] - terms["kl"], rel=0.01)
    np.testing.assert_array_equal(model.elbo(x, seed=5), model.elbo(x, seed=5))
    assert np.any(model.elbo(x, seed=5) != model.elbo(x, seed=6))
    with pytest.raises(ValueError, match="`draws` must be a positive integer"):
        model.elbo(x, draws=0)


@pytest.mark.parametrize("epochs", [0, 30])
def test_the_elbo_is_never_above_the_importance_sampled_log_likelihood(epochs, x):
    model = make("bernoulli", latent_dim=2)
    if epochs:
        model.fit(copies(x, epochs), batch_size=10, verbose=0)
    log_likelihood = metrics.log_likelihood(model, x)
    elbo = model.elbo(x, draws=200)
    assert (elbo < log_likelihood + 0.1).all()
    assert elbo.mean() < log_likelihood.mean()


def test_a_linear_vae_finds_probabilistic_pca():
    """Linear encoder and decoder, Gaussian likelihood: the optimum is known in closed form.

    Tipping and Bishop (1999): the decoder spans the leading eigenvectors of the
    covariance, and the best log-likelihood is that of N(mean, W W^T + sigma^2 I).
    """
    rng = np.random.default_rng(0)
    sigma, d = 0.5, 8
    mix = np.linalg.qr(rng.normal(size=(d, 2)))[0] * [2.0, 1.2]
    x = (rng.normal(size=(4000, 2)) @ mix.T + sigma * rng.normal(size=(4000, d))).astype("float32")

    keras.utils.set_random_seed(0)
    flat = keras.Input((d,))
    encoder = keras.Model(flat, [layers.Dense(2)(flat), layers.Dense(2)(flat)])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(d)])
    model = VAE(encoder, decoder, likelihood="gaussian", sigma=sigma)
    steps = 40 * 4000 // 200
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-2, steps)))
    model.fit(copies(x, 40), batch_size=200, verbose=0)

    covariance = np.cov(x.T)
    values, vectors = np.linalg.eigh(covariance)
    leading = vectors[:, -2:]
    w = decoder.get_weights()[0].T  # (d, 2)
    assert np.degrees(subspace_angles(w, leading)).max() < 5
    best_w = leading * np.sqrt(values[-2:] - sigma**2)
    best = multivariate_normal(x.mean(axis=0), best_w @ best_w.T + sigma**2 * np.eye(d)).logpdf(x)
    elbo = model.elbo(x, draws=20)
    assert elbo.mean() == pytest.approx(best.mean(), abs=0.05)
    assert elbo.mean() < best.mean()
    # The posterior is the true one: N(M^-1 W^T (x - mean), sigma^2 M^-1), M = W^T W + sigma^2 I.
    m = w.T @ w + sigma**2 * np.eye(2)
    means = (x - decoder.get_weights()[1]) @ w @ np.linalg.inv(m)
    np.testing.assert_allclose(model.encode(x).z_mean, means, atol=0.15)


@pytest.mark.parametrize("log_var", [-1e3, 100.0, 1e3])
def test_an_extreme_log_variance_stays_finite_and_comes_back(log_var, x):
    model = make()
    head = model.encoder.get_layer("z_log_var")
    head.bias.assign(np.full(3, log_var))
    first = error(model, x)
    assert np.isfinite(list(first.values())).all()
    model.compile(keras.optimizers.Adam(1.0))
    history = model.fit(x, epochs=4, batch_size=10, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert abs(numpy(head.bias)).max() < abs(log_var)
    assert np.isfinite(model.encode(x).sigma).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_beyond_its_limit_a_log_variance_counts_as_the_limit(sign, x):
    def kl(log_var):
        model = make()
        model.encoder.get_layer("z_log_var").bias.assign(np.full(3, sign * log_var))
        np.testing.assert_array_equal(model.encode(x).z_log_var, sign * 30)
        return error(model, x)["kl"]

    assert kl(1e9) == kl(100.0)


def test_without_the_kl_term_sigma_shrinks(x):
    def sigma(beta):
        model = make(beta=beta)
        model.fit(copies(x, 150), batch_size=10, verbose=0)
        posterior = model.encode(x)
        return np.median(posterior.sigma / posterior.z_mean.std(axis=0))

    assert sigma(0.0) < 0.2 * sigma(1.0)


def test_beta_may_change_while_training_runs(x):
    class Anneal(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.beta = float(epoch)

    model = make(beta=0.0)
    history = model.fit(x, epochs=3, batch_size=60, verbose=0, callbacks=[Anneal()]).history
    for beta, loss, reconstruction, kl in zip(
        range(3), *(history[k] for k in ("loss", "reconstruction", "kl")), strict=True
    ):
        assert loss == pytest.approx(reconstruction + beta * kl, rel=1e-4)
    assert model.beta == 2


class FreeBits(VAE):
    """A quarter of a nat is free in each number; what the package calls a price, replaced."""

    def price(self, kl):
        return keras.ops.sum(keras.ops.maximum(kl, 0.25), axis=-1)


def test_a_subclass_may_set_another_price_of_a_code(x):
    plain = make(beta=4.0)
    free = FreeBits(plain.encoder, plain.decoder)
    free.compile(keras.optimizers.Adam(1e-2))
    before, each = error(free, x), plain.encode(x).kl
    assert before["loss"] - before["reconstruction"] == pytest.approx(
        np.maximum(each, 0.25).sum(axis=1).mean(), rel=1e-4
    )
    assert before["kl"] == pytest.approx(each.sum(axis=1).mean(), rel=1e-4)
    free.fit(copies(x, 60), batch_size=10, verbose=0)
    after = error(free, x)
    assert after["loss"] < before["loss"]
    assert after["kl"] > 3 * 0.2  # it pays nothing for what is free, and so takes it


@pytest.mark.parametrize("beta", [-0.1, float("nan"), float("inf")])
def test_a_beta_that_is_no_weight_is_refused(beta):
    with pytest.raises(ValueError, match=r"`beta` must be a number in \[0, inf\)"):
        make(beta=beta)
    model = make()
    with pytest.raises(ValueError, match=r"`beta` must be a number in \[0, inf\)"):
        model.beta = beta


def test_early_stopping_on_validation_data_keeps_the_best_weights(x):
    model = make()
    stop = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    history = model.fit(
        x[:40], epochs=200, batch_size=10, verbose=0, validation_data=(x[40:], None),
        callbacks=[stop],
    ).history  # fmt: skip
    assert {"val_loss", "val_reconstruction", "val_kl"} <= set(history)
    assert len(history["loss"]) < 200
    best = min(history["val_loss"])
    assert error(model, x[40:])["loss"] == pytest.approx(best, abs=2)


def test_training_is_repeatable_from_one_seed(x):
    weights = []
    for _ in range(2):
        model = make(seed=4)
        model.fit(x, epochs=3, batch_size=16, verbose=0)
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)


under_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="it is about TensorFlow"
)


@under_tensorflow
@pytest.mark.parametrize("door", ["fit", "train_on_batch"])
def test_a_training_step_is_traced_once(door, x, monkeypatch):
    model, traces = make(), []
    price = model.compute_loss
    monkeypatch.setattr(
        model, "compute_loss", lambda *parts, **more: traces.append(1) or price(*parts, **more)
    )
    how = {"fit": {"epochs": 2, "batch_size": 20, "verbose": 0}}.get(door, {})
    for _ in range(2):
        getattr(model, door)(x[:40], **how)
    assert len(traces) == 1


def test_a_saved_model_works_in_a_fresh_process(x, tmp_path, run_elsewhere):
    model = make("gaussian", beta=0.5, sigma=0.3)
    model.fit(x, epochs=2, verbose=0)
    model.beta = 0.7
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "expected.npy", model.reconstruct(x))
    np.save(tmp_path / "elbo.npy", model.elbo(x))
    code = """
import companion.models, keras, numpy as np
model = keras.models.load_model("model.keras")
assert type(model) is companion.models.VAE and model.likelihood == "gaussian"
assert abs(model.beta - 0.7) < 1e-6 and model.sigma == 0.3
x = np.load("x.npy")
np.testing.assert_allclose(model.reconstruct(x), np.load("expected.npy"), atol=1e-6)
np.testing.assert_allclose(model.elbo(x), np.load("elbo.npy"), rtol=1e-4)
assert int(model.optimizer.iterations) == 4
model.fit(x, verbose=0)
"""
    run_elsewhere(code, tmp_path)


def test_an_interrupt_leaves_the_weights_so_far(x):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                raise KeyboardInterrupt

    model = make()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, epochs=50, batch_size=10, verbose=0, callbacks=[Interrupt()])
    assert int(model.optimizer.iterations) == 4
    before = model.elbo(x, draws=20).mean()
    model.fit(x, epochs=10, batch_size=10, verbose=0)
    assert model.elbo(x, draws=20).mean() > before + 1


@pytest.mark.parametrize("door", ["fit", "evaluate", "predict", "encode", "reconstruct", "elbo"])
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda x: broken(x, np.nan), "`x` must be finite. Received: 1 NaN"),
        (lambda x: broken(x, 2), r"`x` must lie in \[0, 1\]"),
        (lambda x: x * 255, "x / 255"),
        (lambda x: x[..., 0], r"shape \(n, 6, 6, 1\).*x\[\.\.\., None\]"),
        (lambda x: x[:0], "one example or more"),
    ],
)
def test_bad_pictures_are_refused_at_every_door(door, spoil, complaint, x):
    with pytest.raises(ValueError, match=complaint):
        getattr(make(), door)(spoil(x))


def test_networks_that_do_not_fit_are_refused():
    gaussian = networks.dense_encoder(2, gaussian=True)
    with pytest.raises(TypeError, match=r"two outputs, z_mean and z_log_var.*1 outputs"):
        VAE(networks.dense_encoder(2), networks.dense_decoder(2))
    with pytest.raises(ValueError, match="`decoder` must read what `encoder` writes"):
        VAE(gaussian, networks.dense_decoder(3))
    with pytest.raises(ValueError, match="`decoder` must write what `encoder` reads"):
        VAE(gaussian, networks.dense_decoder(2, image_shape=(8, 8, 1)))
    picture = keras.Input((28, 28, 1))
    flat = layers.Flatten()(picture)
    uneven = keras.Model(picture, [layers.Dense(2)(flat), layers.Dense(3)(flat)])
    with pytest.raises(ValueError, match=r"encoder output \(2,\), \(3,\)"):
        VAE(uneven, networks.dense_decoder(2))


def test_a_code_that_is_a_picture_is_refused():
    picture = keras.Input((4, 4, 1))
    maps = keras.Model(picture, [layers.Conv2D(2, 3)(picture), layers.Conv2D(2, 3)(picture)])
    back = keras.Sequential([keras.Input((2, 2, 2)), layers.Conv2DTranspose(1, 3)])
    with pytest.raises(
        ValueError, match=r"shape \(batch, latent_dim\). Received: \(None, 2, 2, 2\)"
    ):
        VAE(maps, back)


def test_prediction_takes_streams_and_leaves_the_noise_alone(x):
    batches = ((x[i : i + 20],) for i in (0, 20, 40))
    model = make()
    before = numpy(model.sampling.seed_generator.state.value)
    np.testing.assert_allclose(
        model.predict(batches, steps=3, verbose=0), model.reconstruct(x), atol=1e-6
    )
    np.testing.assert_array_equal(numpy(model.sampling.seed_generator.state.value), before)


def test_validation_pictures_are_looked_at_however_they_come(x):
    model = make()
    history = model.fit(x, validation_data=x[:10], verbose=0).history
    assert np.isfinite(history["val_loss"]).all()
    for given in (255 * x, [255 * x, None]):
        with pytest.raises(ValueError, match="`validation x` must lie in"):
            model.fit(x, validation_data=given, verbose=0)


def test_it_trains_in_mixed_precision(x):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = make()
        assert np.isfinite(model.fit(x, epochs=2, verbose=0).history["loss"]).all()
        assert model.sample(2, seed=0).dtype == "float32"
    finally:
        keras.config.set_dtype_policy(policy)


@pytest.mark.parametrize("kind", ["conv", "recurrent"])
def test_it_takes_every_kind_of_network(kind, x):
    keras.utils.set_random_seed(0)
    if kind == "conv":
        sizes = {"image_shape": (8, 8, 1)}
        x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        encoder = networks.conv_encoder(2, filters=(4,), gaussian=True, **sizes)
        decoder = networks.conv_decoder(2, filters=(4,), **sizes)
    else:
        sizes = {"sequence_shape": (6, 6), "units": 8}
        x = x[..., 0]
        encoder = networks.recurrent_encoder(2, gaussian=True, **sizes)
        decoder = networks.recurrent_decoder(2, **sizes)
    model = VAE(encoder, decoder)
    model.compile(keras.optimizers.Adam(1e-2))
    before = model.elbo(x, draws=20).mean()
    model.fit(x, epochs=5, batch_size=10, verbose=0)
    assert model.elbo(x, draws=20).mean() > before + 1
    assert model.sample(2, seed=0).shape == (2, *x.shape[1:])
