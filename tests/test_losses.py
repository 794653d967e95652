"""Each term of the losses against scipy, and where its formula is known to be extreme."""

import re

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from keras.ops import convert_to_tensor
from scipy.integrate import fixed_quad, quad
from scipy.special import expit, log_softmax, xlogy
from scipy.stats import entropy, multivariate_normal, norm

from companion import losses

rng = np.random.default_rng(0)
X = rng.random((5, 4, 3, 1), dtype="float32")
LOGITS = rng.normal(0, 3, X.shape).astype("float32")


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


def test_categorical_nll_is_the_cross_entropy_summed_over_positions():
    shares = rng.dirichlet(np.ones(6), (5, 4)).astype("float32")
    logits = rng.normal(0, 3, shares.shape).astype("float32")
    truth = -(shares * log_softmax(logits.astype("float64"), axis=-1)).sum(axis=(1, 2))
    np.testing.assert_allclose(numpy(losses.categorical_nll(shares, logits)), truth, rtol=1e-5)


def test_categorical_nll_of_one_hot_classes_is_minus_the_log_of_their_chances():
    classes = rng.integers(0, 6, 7)
    logits = rng.normal(0, 3, (7, 6)).astype("float32")
    truth = -log_softmax(logits, axis=-1)[np.arange(7), classes]
    nll = losses.categorical_nll(np.eye(6, dtype="float32")[classes], logits)
    np.testing.assert_allclose(numpy(nll), truth, rtol=1e-5)


def test_categorical_nll_stays_finite_and_exact_for_huge_logits():
    x = np.array([[1.0, 0.0], [0.0, 1.0]], "float32")
    logits = np.array([[-1e4, 1e4], [-1e4, 1e4]], "float32")
    np.testing.assert_allclose(numpy(losses.categorical_nll(x, logits)), [2e4, 0])


def test_categorical_nll_of_two_classes_is_the_bernoulli_one():
    x, logits = X[0, 0], LOGITS[0, 0]
    two = np.concatenate([x, 1 - x], axis=-1), np.concatenate([logits, 0 * logits], axis=-1)
    np.testing.assert_allclose(
        numpy(losses.categorical_nll(*two)), numpy(losses.bernoulli_nll(x, logits)), rtol=1e-5
    )


GREYS = np.linspace(0, 1, 11, dtype="float32")


@pytest.mark.parametrize("logit", [-60.0, -3.0, -0.11, -0.09, -1e-4, 0.0, 0.05, 0.2, 8.0, 60.0])
def test_continuous_bernoulli_is_a_density_of_greys_with_its_mean(logit):
    def density(x):
        x = x.astype("float32")[:, None]
        nll = losses.continuous_bernoulli_nll(x, np.full_like(x, logit))
        return np.exp(-numpy(nll).astype("float64"))

    whole, _ = fixed_quad(density, 0, 1, n=200)
    mean, _ = fixed_quad(lambda x: x * density(x), 0, 1, n=200)
    assert whole == pytest.approx(1, abs=1e-4)
    ours = float(numpy(losses.continuous_bernoulli_mean(np.float32(logit))))
    assert ours == pytest.approx(mean, abs=1e-4)


def of_small_logits(t):
    """Give log C(t) and the mean by their series to t^9, in float64."""
    log_c = t / 2 + t**2 / 24 - t**4 / 2880 + t**6 / 181440 - t**8 / 9676800
    mean = 0.5 + t / 12 - t**3 / 720 + t**5 / 30240 - t**7 / 1209600
    return log_c, mean


def of_large_logits(t):
    """Give both by their quotients, in float64."""
    return np.log(np.expm1(t) / t), 1 / -np.expm1(-t) - 1 / t


@pytest.mark.parametrize("size", [1e-3, 0.05, 0.0999, 0.1001, 0.3, 0.5, 1.0, 1.4, 3.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_series_of_the_continuous_bernoulli_and_its_quotients_are_those_of_float64(size, sign):
    logit = np.float32(sign * size)
    truth = (of_small_logits if size < 0.4 else of_large_logits)(np.float64(logit))
    log_c = losses.continuous_bernoulli_nll(np.zeros((1, 1), "float32"), logit.reshape(1, 1))
    ours = float(numpy(log_c)[0]), float(numpy(losses.continuous_bernoulli_mean(logit)))
    np.testing.assert_allclose(ours, truth, rtol=0, atol=3e-7 if size < 0.1 else 2e-6)


def test_continuous_bernoulli_is_the_bernoulli_divided_by_its_integral():
    logits = rng.normal(0, 3, (11, 1)).astype("float32")
    x = GREYS[:, None]

    def unnormalised(x, logit):
        p = expit(logit)
        return p**x * (1 - p) ** (1 - x)

    integrals = [quad(unnormalised, 0, 1, args=(logit,))[0] for (logit,) in logits]
    truth = numpy(losses.bernoulli_nll(x, logits)) + np.log(integrals)
    ours = numpy(losses.continuous_bernoulli_nll(x, logits))
    np.testing.assert_allclose(ours, truth, atol=1e-5)


def test_continuous_bernoulli_stays_finite_for_huge_logits_and_so_does_its_mean():
    logits = np.array([-1e4, -90, 0, 90, 1e4], "float32")
    for x in (0.0, 1.0):
        nll = losses.continuous_bernoulli_nll(np.full((5, 1), x, "float32"), logits[:, None])
        assert np.isfinite(numpy(nll)).all()
    means = numpy(losses.continuous_bernoulli_mean(logits))
    np.testing.assert_allclose(means, [1e-4, 1 / 90, 0.5, 1 - 1 / 90, 1 - 1e-4], atol=1e-6)


def test_gaussian_kl_is_zero_for_the_prior_and_only_there():
    zeros = np.zeros((1, 3), "float32")
    assert numpy(losses.gaussian_kl(zeros, zeros)).tolist() == [0]
    for step in rng.normal(0, 1, (20, 2, 1, 3)).astype("float32"):
        assert numpy(losses.gaussian_kl(*step)) > 0
        assert numpy(losses.gaussian_kl(*step, *step)) == pytest.approx(0, abs=1e-6)


def test_gaussian_kl_is_never_negative_for_clouds_that_are_nearly_the_prior():
    log_var = rng.uniform(-0.01, 0.01, (10_000, 2)).astype("float32")
    assert numpy(losses.gaussian_kl(np.zeros_like(log_var), log_var)).min() >= 0


@pytest.mark.parametrize("prior", [(0.0, 0.0), (1.5, -0.7)])
def test_gaussian_kl_is_the_mean_difference_of_log_densities(prior):
    m, log_var = rng.normal(0, 1, (2, 4)).astype("float32")
    q = multivariate_normal(m, np.diag(np.exp(log_var)))
    p = multivariate_normal(np.full(4, prior[0]), np.exp(prior[1]) * np.eye(4))
    z = q.rvs(200_000, random_state=0)
    difference = q.logpdf(z) - p.logpdf(z)
    error = difference.std() / np.sqrt(len(z))
    (ours,) = numpy(losses.gaussian_kl(m[None], log_var[None], *prior))
    assert abs(ours - difference.mean()) < 4 * error


def test_gaussian_kl_of_one_number_is_its_integral():
    q, p = norm(0.8, 0.3), norm(-0.5, 1.7)
    truth = quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -2, 4)[0]
    (ours,) = numpy(
        losses.gaussian_kl(
            np.array([[0.8]], "float32"), 2 * np.log(np.array([[0.3]], "float32")),
            -0.5, 2 * np.float32(np.log(1.7)),
        )
    )  # fmt: skip
    assert ours == pytest.approx(truth, rel=1e-5)


def test_squared_error_is_the_squared_euclidean_distance():
    truth = np.linalg.norm((X - LOGITS).reshape(5, -1), axis=1) ** 2
    np.testing.assert_allclose(numpy(losses.squared_error(X, LOGITS)), truth, rtol=1e-5)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.5, 0.9])
def test_bernoulli_kl_is_the_divergence_of_two_coins(rate):
    mean = rng.uniform(0.01, 0.99, (4, 3))
    coins = np.stack([np.full_like(mean, rate), np.full_like(mean, 1 - rate)])
    truth = entropy(coins, np.stack([mean, 1 - mean]), axis=0)
    ours = numpy(losses.bernoulli_kl(rate, mean.astype("float32")))
    np.testing.assert_allclose(ours, truth, rtol=1e-4, atol=1e-6)


def test_bernoulli_kl_is_zero_at_the_rate_and_finite_at_the_ends():
    at_rate, off, on = numpy(losses.bernoulli_kl(0.2, np.array([0.2, 0.0, 1.0], "float32")))
    assert at_rate == pytest.approx(0, abs=1e-6)
    assert 2 < off < on < np.inf


every_term = pytest.mark.parametrize(
    "term",
    [
        losses.bernoulli_nll,
        losses.gaussian_nll,
        losses.categorical_nll,
        losses.continuous_bernoulli_nll,
        losses.squared_error,
        losses.gaussian_kl,
    ],
)


@every_term
@pytest.mark.parametrize("shape", [(3, 7), (3, 2, 5), (3, 4, 4, 1)])
def test_every_term_gives_one_number_an_image(term, shape):
    summed = (3,) if term is not losses.gaussian_kl else shape[:-1]  # over the code, the last axis
    assert numpy(term(np.full(shape, 0.5, "float32"), np.zeros(shape, "float32"))).shape == summed


@every_term
@pytest.mark.parametrize("other", [(1, 4, 2), (3, 4, 1), (3, 1, 2), (3, 4), (2, 4, 2)])
def test_arrays_of_two_shapes_are_refused_and_not_broadcast(term, other):
    x, y = np.zeros((3, 4, 2), "float32"), np.zeros(other, "float32")
    complaint = rf"must have the same shape. Received: \(3, 4, 2\) and {re.escape(str(other))}"
    for made in (np.asarray, convert_to_tensor):
        with pytest.raises(ValueError, match=complaint):
            term(x, made(y))
    with pytest.raises(TypeError, match=r"`x` must be an array or a tensor|`z_mean` must be"):
        term(x.tolist(), x)


@every_term
def test_sizes_that_a_trace_does_not_know_fit_any(term):
    x, y = keras.Input((4, 2)), keras.Input((None, 2))
    assert term(x, y).shape[0] is None
    assert term(keras.Input(batch_shape=(3, 4, 2)), y).shape[0] in (None, 3)
    assert term(y, keras.Input(batch_shape=(3, 4, 2))).shape[0] in (None, 3)
    with pytest.raises(ValueError, match=r"same shape. Received: \(None, 4, 2\) and"):
        term(x, keras.Input((4, 1)))


@pytest.mark.parametrize("prior", [(0.0, 0.0), (np.float64(0), np.float64(0))])
def test_gaussian_kl_takes_arrays_and_tensors_of_two_types(prior):
    narrow = convert_to_tensor(np.array([[2.0, 0.0]], "float32")), np.zeros((1, 2))
    wide = np.array([[2.0, 0.0]]), convert_to_tensor(np.zeros((1, 2), "float32"))
    for z_mean, z_log_var in (narrow, wide):
        assert numpy(losses.gaussian_kl(z_mean, z_log_var, *prior)) == pytest.approx(2)
        assert numpy(losses.gaussian_kl(z_mean, z_mean * 0, *prior)) == pytest.approx(2)


@pytest.mark.parametrize(("of_mean", "of_log_var"), [("int32", "float32"), ("float16", "float32")])
def test_gaussian_kl_of_two_types_is_counted_in_the_wider(of_mean, of_log_var):
    z_mean, z_log_var = np.array([[2, 0]], of_mean), np.array([[0.5, -0.7]], of_log_var)
    for each in ((z_mean, z_log_var), (z_log_var, z_mean)):
        kl = losses.gaussian_kl(*each)
        assert keras.backend.standardize_dtype(kl.dtype) == "float32"
        expected = losses.gaussian_kl(*(part.astype("float32") for part in each))
        np.testing.assert_array_equal(numpy(kl), numpy(expected))


@pytest.mark.parametrize("sigma", [0, -1.0, float("nan"), float("inf")])
def test_a_standard_deviation_that_is_not_positive_is_refused(sigma):
    with pytest.raises(ValueError, match=r"`sigma` must be a number in \(0, inf\)"):
        losses.gaussian_nll(X, LOGITS, sigma)


@pytest.mark.parametrize("rate", [0, 1, -0.1, float("nan")])
def test_a_coin_that_always_falls_the_same_way_is_no_target(rate):
    with pytest.raises(ValueError, match=r"`rate` must be a number in \(0, 1\)"):
        losses.bernoulli_kl(rate, np.array([0.5], "float32"))


def test_what_holds_no_real_numbers_has_no_price():
    x, text = np.zeros((2, 3)), np.zeros((2, 3), "U1")
    for term in (losses.bernoulli_nll, losses.gaussian_nll, losses.squared_error):
        with pytest.raises(TypeError, match=r"must hold numbers\. Received: dtype=str"):
            term(text, x)
        with pytest.raises(TypeError, match=r"must hold numbers\. Received: dtype=complex"):
            term(x, x + 1j)
    with pytest.raises(TypeError, match=r"`logits` must be an array or a tensor"):
        losses.continuous_bernoulli_mean("logits")
    with pytest.raises(TypeError, match=r"`mean` must be an array or a tensor"):
        losses.bernoulli_kl(0.1, None)


@pytest.mark.parametrize("name", ["prior_mean", "prior_log_var"])
@pytest.mark.parametrize("value", [None, "0", [0.0], 1j, np.zeros(3, complex), float("nan")])
def test_a_prior_is_given_in_numbers_or_arrays(name, value):
    kind = ValueError if isinstance(value, float) else TypeError
    with pytest.raises(kind, match=f"`{name}` must .*Received: "):
        losses.gaussian_kl(np.zeros((2, 3)), np.zeros((2, 3)), **{name: value})


@pytest.mark.parametrize("term", ["nll", "mean"])
def test_the_continuous_bernoulli_has_a_slope_at_logits_of_zero(term):
    """There it is 0 / 0, and a series stands in; the branch that is not taken must not be NaN."""

    def price(y, logits):
        if term == "nll":
            return losses.continuous_bernoulli_nll(y, logits)
        return keras.ops.square(losses.continuous_bernoulli_mean(logits) - y)

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(1.0), price)
    model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    # log C(l) - l has the slope 1/2 - 1 at 0; (mean - 1)^2 has 2 (1/2 - 1) / 12.
    expected = {"nll": 1 / 2, "mean": 1 / 12}[term]
    np.testing.assert_allclose(model.get_weights()[1], expected, rtol=1e-5)
