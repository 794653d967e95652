"""The diffusion model: a denoiser for all amounts of noise, and steps that draw by it."""

import keras
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from companion import networks, schedules
from companion.models import Diffusion, denoise_in_steps

X = np.random.default_rng(0).standard_normal((64, 3)).astype("float32")


def make(shape=(3,), hidden=(16,), compiled=True, **kwargs):
    keras.utils.set_random_seed(0)
    size = int(np.prod(shape))
    net = networks.dense_decoder(size, hidden=hidden, image_shape=shape, condition_shape=(2,))
    if len(shape) > 1:
        noisy, mix = keras.Input(shape), keras.Input((2,))
        net = keras.Model([noisy, mix], net([keras.layers.Flatten()(noisy), mix]))
    model = Diffusion(net, **kwargs)
    if compiled:
        model.compile(keras.optimizers.Adam(1e-2))
    return model


def mixed(u):
    return np.cos(u * np.pi / 2), np.sin(u * np.pi / 2)


def best_guess(points):
    """Give E[x | x_u] of data that is one of `points`, by Bayes' rule."""

    def denoise(x, u):
        signal, noise = mixed(u)
        log_w = -np.square(x[:, None] - signal * points).sum(axis=2) / (2 * noise**2)
        return np.exp(log_w - logsumexp(log_w, axis=1, keepdims=True)) @ points

    return denoise


def test_the_loss_is_the_squared_distance_to_the_clean_data():
    model = make(seed=3)
    answer = np.asarray(keras.ops.convert_to_numpy(model(X)))
    loss = float(model.compute_loss(X, None, keras.ops.convert_to_tensor(answer)))
    assert loss == pytest.approx(np.square(X - answer).sum(axis=1).mean(), rel=1e-5)
    weight = np.arange(64, dtype="float32")
    loss = float(model.compute_loss(X, None, keras.ops.convert_to_tensor(answer), weight))
    assert loss == pytest.approx((weight * np.square(X - answer).sum(axis=1)).mean(), rel=1e-5)


def test_what_the_network_reads_has_the_variance_of_data_and_noise_and_every_amount_of_it():
    noisy, mix = keras.Input((4,)), keras.Input((2,))

    class Tell(keras.layers.Layer):
        def call(self, both):
            read, mix = both
            return keras.ops.concatenate([read[:, :2], mix], axis=1)

    model = Diffusion(keras.Model([noisy, mix], Tell()([noisy, mix])), seed=0)
    x = np.full((20000, 4), 2, "float32")
    *read, signal, noise = keras.ops.convert_to_numpy(model(x)).T
    np.testing.assert_allclose(signal**2 + noise**2, 1, atol=1e-6)
    u = np.arctan2(noise, signal) * 2 / np.pi
    assert np.quantile(u, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.02)
    e = (read - 2 * signal) / noise  # the noise: N(0, 1), whatever its amount
    np.testing.assert_allclose(e.mean(axis=1), 0, atol=0.03)
    np.testing.assert_allclose(e.std(axis=1), 1, atol=0.03)
    assert abs(np.corrcoef(e)[0, 1]) < 0.03  # each number has its own


def test_it_learns_the_posterior_mean_of_a_gaussian():
    x = np.random.default_rng(0).normal(0, 1, (6400, 1)).astype("float32")
    model = make((1,), hidden=(32, 32), compiled=False)
    rate = schedules.warmup_cosine(1e-2, 1000)
    model.compile(keras.optimizers.Adam(rate), steps_per_execution=20)
    model.fit(x, batch_size=64, epochs=10, verbose=0)
    some = np.linspace(-1.5, 1.5, 7, dtype="float32")[:, None]
    for u in (0.2, 0.5, 0.8):  # E[x | x_u] = signal x_u, where both variances are 1
        np.testing.assert_allclose(model.denoise(some, u), mixed(u)[0] * some, atol=0.2)
    assert set(model.evaluate(x, verbose=0, return_dict=True)) == {"loss"}
    drawn = model.sample(2000, seed=0)
    assert drawn.mean() == pytest.approx(0, abs=0.15)
    assert drawn.std() == pytest.approx(1, abs=0.15)


def test_the_score_is_the_gradient_of_the_log_density():
    points, u = np.array([[1.0, 0.5], [-1.0, 1.0], [0.0, -1.5]]), 0.6
    signal, noise = mixed(u)
    model = make((2,))
    model.denoise = best_guess(points)
    at = np.array([[0.3, -0.2]], "float32")

    def log_density(place):
        parts = [multivariate_normal.logpdf(place, signal * p, noise**2) for p in points]
        return logsumexp(parts) - np.log(3)

    h = 1e-4
    slope = [(log_density(at[0] + d) - log_density(at[0] - d)) / (2 * h) for d in h * np.eye(2)]
    np.testing.assert_allclose(model.score(at, u)[0], slope, rtol=1e-4)


def test_steps_with_the_exact_denoiser_end_on_the_data():
    points = np.array([[1.0, 0.5], [-1.0, 1.0], [0.0, -1.5]])
    noise = np.random.default_rng(0).standard_normal((300, 2))
    path = denoise_in_steps(best_guess(points), noise, 40)
    assert path.shape == (41, 300, 2)
    np.testing.assert_array_equal(path[0], noise.astype("float32"))
    distance = np.sqrt(np.square(path[-1][:, None] - points).sum(axis=2))
    assert np.quantile(distance.min(axis=1), 0.95) < 1e-3
    counts = np.bincount(distance.argmin(axis=1), minlength=3) / 300
    np.testing.assert_allclose(counts, 1 / 3, atol=0.12)


def test_a_step_keeps_a_gaussian_a_gaussian():
    """With E[x | x_u] = signal x_u the steps must leave data of variance 1 as it is."""
    noise = np.random.default_rng(0).standard_normal((4000, 1))
    path = denoise_in_steps(lambda x, u: mixed(u)[0] * x, noise, 200)
    np.testing.assert_allclose(path.std(axis=(1, 2)), noise.std(), rtol=0.01)


def test_an_amount_of_noise_may_be_any_number_and_data_a_list():
    model = make()
    assert model.denoise(X, 0).shape == X.shape
    for u in (1, np.float32(0.5), np.int64(1)):
        for ask in (model.denoise, model.score):
            answer = ask(X.tolist(), u)
            assert answer.dtype == "float32"
            np.testing.assert_allclose(answer, ask(X, float(u)), rtol=1e-6, atol=1e-6)


def test_many_are_drawn_part_by_part_and_end_as_on_one_path():
    model = make(seed=0)
    end, sizes, denoise = model.path(600, 1, steps=4)[-1], [], model.denoise
    model.denoise = lambda x, u: sizes.append(len(x)) or denoise(x, u)
    np.testing.assert_allclose(model.sample(600, 1, steps=4), end, atol=1e-5)
    assert sizes == [256] * 8 + [88] * 4


def test_sample_is_the_end_of_the_path_and_hangs_on_its_seed():
    model = make((2, 3, 1))
    path = model.path(5, seed=1, steps=4)
    assert path.shape == (5, 5, 2, 3, 1)
    np.testing.assert_array_equal(model.sample(5, 1, steps=4), path[-1])
    np.testing.assert_allclose(path[-1], model.denoise(path[-2], 0.25), atol=1e-6)
    assert not np.array_equal(model.sample(5, 2, steps=4), path[-1])


def test_a_diffusion_model_survives_a_file_in_a_fresh_process(tmp_path, run_elsewhere):
    model = make(seed=5)
    model.fit(X, verbose=0)
    model.save(tmp_path / "diffusion.keras")
    np.save(tmp_path / "drawn.npy", model.sample(9, seed=0))
    script = """
import keras, numpy as np
import companion.models
model = keras.models.load_model("diffusion.keras")
assert model.seed == 5
np.testing.assert_allclose(model.sample(9, seed=0), np.load("drawn.npy"), atol=1e-5)
"""
    run_elsewhere(script, tmp_path)


@pytest.mark.parametrize(
    ("bad", "error", "words"),
    [
        (lambda: Diffusion("net"), TypeError, "`network` must be a keras.Model"),
        (
            lambda: Diffusion(networks.dense_decoder(3, image_shape=(3,))),
            ValueError,
            r"`network` must read noisy data and two numbers",
        ),
        (
            lambda: Diffusion(networks.dense_decoder(3, image_shape=(4,), condition_shape=(2,))),
            ValueError,
            r"answer in the shape of the data. Received: shapes=\[\(3,\), \(2,\), \(4,\)\]",
        ),
        (
            lambda: Diffusion(networks.dense_decoder(3, image_shape=(3,), condition_shape=(3,))),
            ValueError,
            r"Received: shapes=\[\(3,\), \(3,\), \(3,\)\]",
        ),
        (lambda: make(seed=-1), ValueError, "`seed` must be an integer from 0"),
        (lambda: denoise_in_steps("net", X, 3), TypeError, "`denoise` must be a function"),
        (
            lambda: denoise_in_steps(lambda x, u: x[:1], X, 3),
            ValueError,
            r"`x` and `denoise\(x, u\)` must have the same shape. Received: \(64, 3\) and \(1, 3\)",
        ),
        (lambda: make().fit(X[:, :2]), ValueError, r"`x` must have shape \(n, 3\)"),
        (lambda: make().fit(X * np.nan), ValueError, "`x` must be finite"),
        (lambda: make().denoise(X, 1.5), ValueError, r"`u` must be a number in \[0, 1\]"),
        (lambda: make().score(X, 0.0), ValueError, r"`u` must be a number in \(0, 1\]"),
        (lambda: make().sample(0, seed=0), ValueError, "`n` must be a positive integer"),
        (lambda: make().sample(1, seed=-1), ValueError, "`seed` must be an integer"),
        (lambda: make().sample(1, 0, steps=0), ValueError, "`steps` must be a positive integer"),
        (lambda: denoise_in_steps(abs, X[0], 3), ValueError, "`x` must hold one example or more"),
    ],
)
def test_what_does_not_fit_is_named(bad, error, words):
    with pytest.raises(error, match=words):
        bad()
