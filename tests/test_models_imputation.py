"""What is hidden, filled in by codes that explain what is seen, beside Bayes' rule by hand."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit, softmax
from scipy.stats import multivariate_normal, norm
from small_models import SMALL, make_autoencoder, make_pictures, make_vae

from companion import networks
from companion.models import VAE, explaining_weights, impute

CODES = np.random.default_rng(3).normal(size=(40, 2)).astype("float32")
SHAPE = (6, 5, 1)


def of_vae(likelihood, **kwargs):
    vae = make_vae()
    return VAE(vae.encoder, vae.decoder, likelihood=likelihood, **kwargs)


def pixel_prices(model, x, outputs):
    """Write -log p of each pixel by another library, `(n, k, pixels)`."""
    x, outputs = x.reshape(len(x), 1, -1), outputs.reshape(1, len(outputs), -1)
    if model.likelihood == "gaussian":
        return -norm.logpdf(x, outputs, model.sigma)
    p = expit(outputs.astype("float64"))
    price = -(x * np.log(p) + (1 - x) * np.log1p(-p))
    if model.likelihood == "continuous_bernoulli":
        price -= np.log(2 * np.arctanh(1 - 2 * p) / (1 - 2 * p))
    return price


@pytest.mark.parametrize("temperature", [1.0, 4.0])
@pytest.mark.parametrize(
    ("likelihood", "more"),
    [("bernoulli", {}), ("continuous_bernoulli", {}), ("gaussian", {"sigma": 0.3})],
)
def test_the_weights_are_those_of_bayes_rule_over_what_is_seen(likelihood, more, temperature):
    model, x = of_vae(likelihood, **more), make_pictures(7)
    mask = np.random.default_rng(1).random((7, *SHAPE)) < 0.4
    prices = pixel_prices(model, x, numpy(model.decoder(CODES)))
    seen = mask.reshape(7, 1, -1)
    wanted = softmax(-(prices * seen).sum(axis=-1) / temperature, axis=1)
    found = explaining_weights(model, x, mask, CODES, temperature)
    np.testing.assert_allclose(found, wanted, rtol=1e-3)


def test_hidden_pixels_change_nothing_and_where_none_is_seen_all_codes_weigh_the_same():
    vae, x, mask = make_vae(), make_pictures(3), np.zeros((1, *SHAPE), bool)
    np.testing.assert_allclose(explaining_weights(vae, x, mask, CODES), 1 / 40)
    mask[:, :3] = True
    other = np.where(mask, x, 1 - x)
    assert (
        explaining_weights(vae, x, mask, CODES) == explaining_weights(vae, other, mask, CODES)
    ).all()


def test_the_weighted_mean_is_the_conditional_mean_of_a_linear_gaussian():
    model = of_vae("gaussian", sigma=0.5)
    decoder = networks.dense_decoder(2, hidden=(), image_shape=SHAPE)
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(2, 30)) / 2, rng.normal(size=30)
    decoder.set_weights([W, b])
    model = VAE(model.encoder, decoder, likelihood="gaussian", sigma=0.5)
    C, s = W.T @ W + 0.25 * np.eye(30), np.arange(30) < 12
    x = multivariate_normal(b, C).rvs(5, random_state=0)
    wanted = b + (x - b)[:, s] @ np.linalg.solve(C[np.ix_(s, s)], C[s])
    codes = rng.normal(size=(20_000, 2)).astype("float32")
    x, mask = x.reshape(-1, *SHAPE).astype("float32"), s.reshape(1, *SHAPE)
    w = explaining_weights(model, x, mask, codes)
    found = w @ model.decode(codes).reshape(len(codes), -1)
    np.testing.assert_allclose(found[:, ~s], wanted[:, ~s], atol=0.05)


def test_fillings_keep_what_is_seen_and_decode_one_code_each():
    vae, x, mask = make_vae(), make_pictures(4), np.zeros((1, *SHAPE), bool)
    mask[:, :2] = True
    filled = impute(vae, x, mask, CODES, draws=3)
    assert filled.shape == (4, 3, *SHAPE)
    assert filled.dtype == "float32"
    assert (filled[:, :, :2] == x[:, None, :2]).all()
    possible = vae.decode(CODES)[:, 2:].reshape(40, -1)
    hidden = filled[:, :, 2:].reshape(12, 1, -1)
    assert (np.abs(hidden - possible).max(axis=-1).min(axis=1) < 1e-6).all()


def test_pictures_masks_and_codes_may_be_lists_of_wider_numbers():
    given = make_pictures(2), np.ones((1, *SHAPE), bool), CODES
    filled = impute(make_vae(), *(part.tolist() for part in given))
    assert filled.dtype == "float32"
    np.testing.assert_array_equal(filled, impute(make_vae(), *given))


def test_fillings_come_as_often_as_their_codes_weigh_for_each_picture():
    model, mask = make_autoencoder(), np.ones((1, *SHAPE), bool)
    mask[:, 3:] = False
    codes = CODES[:4] * 3
    x = np.concatenate([make_pictures(1), model.decode(codes[:1])])
    w = explaining_weights(model, x, mask, codes)
    assert np.abs(w[0] - w[1]).max() > 0.1
    fillings = impute(model, x, mask, codes, draws=4000)
    for picture, filled, weights in zip(x, fillings, w, strict=True):
        possible = np.where(mask, picture, model.decode(codes))
        which = np.abs(filled[:, None] - possible).max(axis=(2, 3, 4)).argmin(axis=1)
        assert np.bincount(which, minlength=4) / 4000 == pytest.approx(weights, abs=0.03)


def test_pictures_that_are_alike_are_filled_by_draws_of_their_own():
    model, mask = make_vae(), np.zeros((1, *SHAPE), bool)
    first, second = impute(model, np.repeat(make_pictures(1), 2, axis=0), mask, CODES, draws=20)
    assert not np.array_equal(first, second)
    assert len(np.unique(first.reshape(20, -1), axis=0)) > 5


def test_the_seed_alone_decides():
    model, x, mask = make_vae(), make_pictures(9), np.zeros((1, *SHAPE), bool)
    first, again, other = (impute(model, x, mask, CODES, seed=s) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


X, MASK = make_pictures(3), np.ones((1, *SHAPE), bool)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": X[:, :5]}, r"`x` must have shape \(n, 6, 5, 1\)"),
        ({"x": X + 1}, r"`x` must lie in \[0, 1\]"),
        ({"x": np.full_like(X, np.nan)}, "`x` must be finite"),
        ({"mask": MASK[:, :5]}, r"`mask` must have shape \(3, 6, 5, 1\) or \(1, 6, 5, 1\)"),
        ({"mask": np.ones((2, *SHAPE))}, "`mask` must have shape"),
        ({"mask": 0.5 * MASK}, "`mask` must hold True and False"),
        ({"mask": np.where(np.arange(5)[:, None], MASK, 0.5)}, "`mask` must hold True and False"),
        ({"codes": np.zeros((4, 3))}, r"`codes` must have shape \(n, 2\)"),
        ({"codes": np.zeros((0, 2))}, "`codes` must hold one example or more"),
        ({"temperature": 0}, r"`temperature` must be a number in \(0, inf\)"),
        ({"draws": 0}, "`draws` must be a positive integer"),
        ({"seed": -1}, "`seed` must be an integer of 0 or more"),
    ],
)
def test_what_cannot_be_filled_is_refused(arguments, message):
    given = {"model": make_vae(), "x": X, "mask": MASK, "codes": CODES} | arguments
    with pytest.raises(ValueError, match=message):
        impute(**given)


def conditional():
    code, label = keras.Input((2,)), keras.Input((3,))
    both = keras.layers.Concatenate()([code, label])
    drawn = keras.layers.Reshape(SHAPE)(keras.layers.Dense(30)(both))
    return VAE(make_vae().encoder, keras.Model([code, label], drawn))


def test_other_models_are_refused():
    with pytest.raises(TypeError, match=r"`model` must be a models\.VAE or"):
        impute(networks.dense_encoder(2, **SMALL), X, MASK, CODES)
    with pytest.raises(ValueError, match="`model` must price each pixel by itself"):
        impute(of_vae("categorical"), X, MASK, CODES)
    with pytest.raises(ValueError, match="`model` must read no condition"):
        impute(conditional(), X, MASK, CODES)
