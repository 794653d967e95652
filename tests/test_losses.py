"""Each term of the losses against scipy, and where its formula is known to be extreme."""

import numpy as np
import pytest
from keras import ops
from scipy.special import expit, xlogy
from scipy.stats import norm

from companion import losses

rng = np.random.default_rng(0)
X = rng.random((5, 4, 3, 1), dtype="float32")
LOGITS = rng.normal(0, 3, X.shape).astype("float32")


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


def test_bernoulli_nll_is_the_cross_entropy_summed_over_pixels():
    p = expit(LOGITS.astype("float64"))
    truth = -(xlogy(X, p) + xlogy(1 - X, 1 - p)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(numpy(losses.bernoulli_nll(X, LOGITS)), truth, rtol=1e-5)


def test_bernoulli_nll_stays_finite_and_exact_for_huge_logits():
    x = np.array([[1.0], [0.0], [1.0], [0.0]], "float32")
    logits = np.array([[-1e4], [1e4], [1e4], [-1e4]], "float32")
    np.testing.assert_allclose(numpy(losses.bernoulli_nll(x, logits)), [1e4, 1e4, 0, 0])


def test_bernoulli_nll_is_least_at_the_picture_itself():
    x = np.array([[0.3, 0.9]], "float32")
    best = np.log(x / (1 - x))
    least = numpy(losses.bernoulli_nll(x, best))
    for step in rng.normal(0, 0.5, (20, 1, 2)).astype("float32"):
        assert numpy(losses.bernoulli_nll(x, best + step)) > least


@pytest.mark.parametrize("sigma", [0.1, 1.0, 3.0])
def test_gaussian_nll_is_minus_the_log_density(sigma):
    truth = -norm.logpdf(X, loc=LOGITS, scale=sigma).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(numpy(losses.gaussian_nll(X, LOGITS, sigma)), truth, rtol=1e-5)


def test_squared_error_is_the_squared_euclidean_distance():
    truth = np.linalg.norm((X - LOGITS).reshape(5, -1), axis=1) ** 2
    np.testing.assert_allclose(numpy(losses.squared_error(X, LOGITS)), truth, rtol=1e-5)


@pytest.mark.parametrize("term", [losses.bernoulli_nll, losses.gaussian_nll, losses.squared_error])
@pytest.mark.parametrize("shape", [(3, 7), (3, 2, 5), (3, 4, 4, 1)])
def test_every_term_gives_one_number_an_image(term, shape):
    assert numpy(term(np.full(shape, 0.5, "float32"), np.zeros(shape, "float32"))).shape == (3,)
