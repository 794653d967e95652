"""Scores of single pictures, and the threshold, beside scikit-learn and a count of ranks."""

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator
from small_models import make_autoencoder, make_pictures, make_vae

from companion import losses, metrics
from companion.metrics import AnomalyDetector, anomaly_scores


def size(x):
    """Score by the distance from 0."""
    return np.square(np.asarray(x, "float64")).reshape(len(x), -1).sum(axis=1)


def first(x):
    return x[:, 0]


@pytest.mark.parametrize(("false_alarms", "two_sided"), [(0.2, False), (0.4, True)])
def test_it_is_an_estimator_of_scikit_learn(false_alarms, two_sided):
    check_estimator(AnomalyDetector(size, false_alarms, two_sided), on_skip=None)


def test_the_threshold_is_the_score_of_the_conformal_rank():
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 100.0))[:, None]  # n = 99
    detector = AnomalyDetector(first).fit(scores)
    assert detector.high_ == 95
    assert detector.predict([[95.0], [95.5]]).tolist() == [1, -1]
    assert AnomalyDetector(first, 0.1, two_sided=True).fit(scores).low_ == 5
    assert AnomalyDetector(first, 0.1, two_sided=True).fit(scores).high_ == 95


def test_both_sides_are_measured_from_the_median_in_units_of_their_own_threshold():
    detector = AnomalyDetector(first, 0.1, two_sided=True).fit(np.arange(1.0, 100)[:, None] ** 2)
    assert (detector.low_, detector.middle_, detector.high_) == (25, 2500, 9025)
    places = np.array([[25.0], [1262.5], [2500], [5762.5], [9025], [-2450]])
    np.testing.assert_allclose(detector.score_samples(places), [-1, -0.5, 0, -0.5, -1, -2])


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("n", [39, 100])
def test_false_alarms_are_on_average_as_rare_as_promised(n, two_sided):
    rng, found = np.random.default_rng(0), []
    for _ in range(600):
        x = rng.standard_cauchy((n + 50, 1))  # no distribution is assumed
        detector = AnomalyDetector(first, 0.05, two_sided).fit(x[:n])
        found.append((detector.predict(x[n:]) == -1).mean())
    assert 0.035 < np.mean(found) < 0.055


def test_only_both_sides_see_what_is_too_normal():
    normal, dead = np.random.default_rng(0).normal(10, 1, (200, 1)), np.zeros((5, 1))
    one, both = (AnomalyDetector(first, two_sided=t).fit(normal) for t in (False, True))
    assert (one.predict(dead) == 1).all()
    assert (both.predict(dead) == -1).all()
    belongs = np.arange(205) < 200
    x = np.concatenate([normal, dead])
    assert roc_auc_score(belongs, one.score_samples(x)) == 0
    assert roc_auc_score(belongs, both.score_samples(x)) == 1


def test_decisions_are_scores_above_the_offset_in_a_pipeline_too():
    x = np.random.default_rng(0).normal(size=(80, 3))
    pipe = make_pipeline(StandardScaler(), AnomalyDetector(size)).fit(x)
    score, decision = pipe.score_samples(x), pipe.decision_function(x)
    np.testing.assert_allclose(score, -size(StandardScaler().fit_transform(x)))
    np.testing.assert_allclose(decision, score - pipe[-1].offset_)
    assert ((decision < 0) == (pipe.predict(x) == -1)).all()


def test_a_set_of_equal_scores_raises_no_alarm_within_itself():
    detector = AnomalyDetector(first, 0.2, two_sided=True).fit(np.ones((20, 1)))
    assert detector.predict([[1.0], [2.0], [0.0]]).tolist() == [1, -1, -1]


@pytest.mark.parametrize(
    ("score", "arguments", "x", "error", "message"),
    [
        (first, {}, np.zeros((18, 1)), ValueError, "`X` must hold 19 examples or more"),
        (first, {"two_sided": True}, np.zeros((38, 1)), ValueError, "39 examples or more"),
        (first, {"false_alarms": 1 / 49}, np.zeros((47, 1)), ValueError, "48 examples or more"),
        (first, {"false_alarms": 0.0}, np.zeros((50, 1)), ValueError, "`false_alarms` must"),
        (first, {"false_alarms": 1.0}, np.zeros((50, 1)), ValueError, "`false_alarms` must"),
        (first, {"false_alarms": "5"}, np.zeros((50, 1)), TypeError, "`false_alarms` must"),
        ("size", {}, np.zeros((50, 1)), TypeError, "`score_func` must be a function of examples"),
        (first, {"two_sided": "no"}, np.zeros((50, 1)), TypeError, "`two_sided` must be True or"),
        (np.sum, {}, np.zeros((50, 1)), ValueError, r"`score_func` must give shape \(50,\)"),
        (
            lambda x: x[:, 0] / 0,
            {},
            np.ones((50, 1)),
            ValueError,
            r"`score_func\(X\)` must be",
        ),
        (lambda x: ["a"] * 50, {}, np.ones((50, 1)), TypeError, r"`score_func\(X\)` must hold num"),
        (lambda x: 1j * x[:, 0], {}, np.ones((50, 1)), TypeError, "Received: dtype=complex128"),
        (first, {}, np.full((50, 1), np.nan), ValueError, "`X` must be finite. Received: 50 NaN"),
        (first, {}, np.zeros(50), ValueError, r"`X` must hold one .*shape=\(50,\)\. Reshape your"),
        (first, {}, np.zeros((0, 2)), ValueError, r"`X` must hold one .*shape=\(0, 2\)"),
        (
            first,
            {},
            np.full((50, 1), "a"),
            ValueError,
            "`X` must hold numbers. Received: dtype=<U1",
        ),
        (first, {}, None, ValueError, "`X` must hold numbers. Received: dtype=object"),
        (first, {}, [[1], [1, 2]], ValueError, "`X` must be an array. Received: a list"),
    ],
)
def test_what_makes_no_threshold_is_refused(score, arguments, x, error, message):
    with np.errstate(divide="ignore"), pytest.raises(error, match=message):
        AnomalyDetector(score, **arguments).fit(x)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((3, 3)), r"`X` must have shape \(n, 2\)\. Received: shape=\(3, 3\)"),
        (np.full((3, 2), np.inf), r"`X` must be finite\. Received: 6 NaN or infinite"),
        (np.zeros(2), r"`X` must hold one example or more, as \(n, \.\.\.\)"),
    ],
)
def test_what_is_not_like_the_normal_examples_is_refused(x, message):
    detector = AnomalyDetector(first).fit(np.ones((30, 2)))
    for ask in (detector.predict, detector.score_samples, detector.decision_function):
        with pytest.raises(ValueError, match=message):
            ask(x)


def test_scores_are_ranked_with_all_their_digits():
    """float32 has seven: 1e8 and 1e8 + 1 are one number in it."""
    scores = 1e8 + np.arange(20.0)[:, None]
    detector = AnomalyDetector(first, 0.5).fit(scores)
    assert detector.high_ == 1e8 + 10
    assert detector.predict(scores).tolist() == 11 * [1] + 9 * [-1]


def test_scores_of_a_vae_are_the_terms_that_it_is_trained_by():
    vae, x = make_vae(), make_pictures(20)
    found = anomaly_scores(vae, x, draws=3, seed=5)
    assert all(each.shape == (20,) for each in found.values())
    z = vae.encode(x).z_mean
    own = entropy(np.stack([x, 1 - x]).astype("float64"), axis=0).sum(axis=(1, 2, 3))
    wanted = {
        "squared error": np.asarray(losses.squared_error(x, vae.reconstruct(x))),
        "nll": vae.nll(x, z),
        "distance": (z**2).sum(axis=1),
        "-elbo": -vae.elbo(x, draws=3, seed=5),
        "kl": vae.encode(x).kl.sum(axis=1),
        "nll - floor": vae.nll(x, z) - own,
        "-elbo - floor": -vae.elbo(x, draws=3, seed=5) - own,
    }
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4, err_msg=name)
    mean_floor = (found["nll"] - found["nll - floor"]).mean()
    assert mean_floor == pytest.approx(metrics.floor(x), rel=1e-5)


def test_an_autoencoder_has_no_elbo_and_a_gaussian_no_floor():
    x = make_pictures(4)
    found = anomaly_scores(make_autoencoder(), x)
    assert found.keys() == {"squared error", "nll", "distance", "nll - floor"}
    found = anomaly_scores(make_autoencoder(likelihood="gaussian"), 5 * x)
    assert found.keys() == {"squared error", "nll", "distance"}


def test_a_detector_takes_pictures_and_the_score_of_a_model():
    vae, x = make_vae(), make_pictures(60)
    detector = AnomalyDetector(lambda x: -vae.elbo(x)).fit(x[:40])
    assert detector.predict(x[40:]).shape == (20,)
    assert detector.n_features_in_ == 6


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": first}, TypeError, r"`model` must be a models\.VAE"),
        ({"x": np.zeros((2, 6, 4, 1))}, ValueError, "`x` must have shape"),
        ({"x": np.full((2, 6, 5, 1), np.nan)}, ValueError, "must be finite"),
        ({"x": np.full((2, 6, 5, 1), 2.0)}, ValueError, r"must lie in \[0, 1\]"),
        ({"draws": 0}, ValueError, "`draws` must be a positive integer"),
        ({"draws": 0, "model": make_autoencoder()}, ValueError, "`draws` must be a positive"),
    ],
)
def test_what_has_no_score_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        anomaly_scores(**{"model": make_vae(), "x": make_pictures(3)} | arguments)
