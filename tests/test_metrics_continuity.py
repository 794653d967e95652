"""The cost of noise on codes against its closed form; walks built by hand."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers, ops

from companion import losses, metrics
from companion.models import Autoencoder

D = 12


def model_of(encode, decode, likelihood="gaussian", latent_dim=2, size=D):
    """Wrap two layers, or stacks of layers, as an autoencoder of `size` pixels."""
    return Autoencoder(
        keras.Sequential([keras.Input((size,)), *encode]),
        keras.Sequential([keras.Input((latent_dim,)), *decode]),
        likelihood,
    )


def linear(seed=0, scale=1.0):
    """z = E x, mean = W z, with random E and W; also W, as (latent_dim, pixels)."""
    model = model_of([layers.Dense(2)], [layers.Dense(D)])
    rng = np.random.default_rng(seed)
    e, w = rng.standard_normal((D, 2)), rng.standard_normal((2, D))
    model.set_weights([e * scale, np.zeros(2), w / scale, np.zeros(D)])
    return model, w / scale


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(1).random((20_000, D)).astype("float32")


def cost_of(model, images, **kwargs):
    """Give the cost with the model's own codes."""
    return metrics.code_noise_cost(model, images, model.encode(images), **kwargs)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_cost_of_a_linear_decoder_is_its_closed_form(share, x):
    # E |W e|^2 / 2 with e ~ N(0, share^2 s^2): the mixed term has mean zero.
    model, w = linear()
    s = model.encode(x).std(axis=0)
    truth = share**2 / 2 * ((s[:, None] * w) ** 2).sum()
    assert cost_of(model, x, share=share) == pytest.approx(truth, rel=0.1)


def test_cost_does_not_depend_on_the_scale_of_the_codes(x):
    costs = [cost_of(linear(scale=c)[0], x[:100]) for c in (0.01, 1, 100)]
    assert costs == pytest.approx([costs[0]] * 3, rel=1e-3)


def test_a_decoder_that_jumps_costs_more_than_a_gentle_one():
    x = np.linspace(0, 1, 1001)[:, None]

    def cost(steepness):
        """With z = x and p = sigmoid(steepness (z - 1/2)), a step at z = 1/2."""
        one = [layers.Dense(1)], [layers.Dense(1)]
        model = model_of(*one, "bernoulli", latent_dim=1, size=1)
        weights = [[1.0]], [0.0], [[steepness]], [-steepness / 2]
        model.set_weights([np.array(w) for w in weights])
        return cost_of(model, x)

    assert cost(40) > 5 * cost(4) > 0


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_cost_is_in_nats_of_the_models_own_likelihood(likelihood, x):
    keras.utils.set_random_seed(0)
    model = model_of([layers.Dense(2)], [layers.Dense(D)], likelihood)
    x = x[:1500]  # more than one part
    z = model.encode(x)
    noise = np.random.default_rng(7).standard_normal(z.shape, dtype="float32")
    moved = z + 0.3 * z.std(axis=0) * noise
    nll = getattr(losses, f"{likelihood}_nll")
    truth = float(ops.mean(nll(x, model.decoder(moved)) - nll(x, model.decoder(z))))
    cost = cost_of(model, x, share=0.3, seed=7, draws=1)
    assert cost == pytest.approx(truth, rel=1e-3)


def test_cost_without_noise_is_zero_and_noise_follows_its_seed(x):
    model, _ = linear()
    assert cost_of(model, x[:50], share=0) == 0
    costs = [cost_of(model, x[:50], seed=seed) for seed in (0, 0, 1)]
    assert costs[0] == costs[1] != costs[2]


def test_the_model_stays_as_it_is(x):
    model, _ = linear()
    model.compile("sgd")
    model.evaluate(x[:50], verbose=0)
    before = [model.get_weights(), model.get_metrics_result()]
    cost_of(model, x[:50])
    after = [model.get_weights(), model.get_metrics_result()]
    assert before[1] == after[1]
    for old, new in zip(before[0], after[0], strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("spoil", "kwargs", "complaint"),
    [
        (lambda x, z: (x[:1], z[:1]), {}, "`images` must hold 2 examples or more.*Received: 1"),
        (lambda x, z: (x * np.nan, z), {}, "`images` must be finite"),
        (lambda x, z: (x[:, :5], z), {}, r"`x` must have shape \(n, 12\)"),
        (lambda x, z: (x, z * np.nan), {}, "`codes` must be finite"),
        (lambda x, z: (x, z[:, :1]), {}, r"`codes` must have shape \(n, 2\)"),
        (lambda x, z: (x, z[:5]), {}, "`codes` must hold one for each picture. Received: 5 for 20"),
        (lambda x, z: (x, z), {"share": -0.1}, "`share` must be a number in .*share=-0.1"),
        (lambda x, z: (x, z), {"share": np.nan}, "`share` must be a number in .*share=nan"),
        (lambda x, z: (x, z), {"draws": 2.5}, "`draws` must be a positive integer.*draws=2.5"),
        (lambda x, z: (x, z), {"seed": "0"}, "`seed` must be an integer of 0 or more"),
        (lambda x, z: (x, z), {"draws": 0}, "`draws` must be a positive integer.*draws=0"),
    ],
)
def test_cost_refuses_what_has_no_spread_and_no_picture(spoil, kwargs, complaint, x):
    model, _ = linear()
    with pytest.raises(ValueError, match=complaint):
        metrics.code_noise_cost(model, *spoil(x[:20], model.encode(x[:20])), **kwargs)


def test_jump_ratio_of_an_even_walk_is_one():
    pictures = np.linspace(0, 1, 9)[:, None, None, None] * np.ones((1, 4, 4, 1))
    assert metrics.jump_ratio(pictures) == pytest.approx(1)
    assert metrics.jump_ratio(pictures[[0, -1]]) == 1


def test_jump_ratio_of_one_jump_is_the_number_of_steps():
    assert metrics.jump_ratio([[0.0]] * 5 + [[1.0]] * 6) == pytest.approx(10)


def test_jump_ratio_is_the_largest_step_over_the_mean_one():
    pictures = np.array([[0, 0], [0, 1], [3, 5], [3, 5]])  # steps of length 1, 5, 0
    assert metrics.jump_ratio(pictures) == pytest.approx(5 / 2)


@pytest.mark.parametrize(
    ("pictures", "complaint"),
    [
        (np.zeros((1, 4)), "2 examples or more. Received: 1"),
        (np.ones((6, 4)), "must change along the walk"),
        (np.full((6, 4), np.nan), "`pictures` must be finite"),
        (np.arange(6.0), "one example or more"),
        (np.eye(6)[..., None], r"`pictures` must be several .*; pictures\[None\] is a set of one"),
    ],
)
def test_jump_ratio_refuses_what_is_no_walk(pictures, complaint):
    with pytest.raises(ValueError, match=complaint):
        metrics.jump_ratio(pictures)


def test_any_model_that_has_prices_may_be_asked():
    model = SimpleNamespace(nll=lambda x, z: np.square(z).sum(axis=1))
    codes = np.random.default_rng(0).normal(size=(5000, 2))
    # E (z + e)^2 - z^2 = E e^2 = share^2 (s_1^2 + s_2^2)
    cost = metrics.code_noise_cost(model, np.zeros((5000, 3)), codes, share=0.5)
    assert cost == pytest.approx(0.25 * codes.var(axis=0).sum(), rel=0.05)


@pytest.mark.parametrize("model", [None, "model", metrics])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(TypeError, match=r"`model` must be a model with `nll`. Received: model="):
        metrics.code_noise_cost(model, np.zeros((2, 3)), np.zeros((2, 2)))
