"""Baseline and floor against closed forms and scipy."""

import numpy as np
import pytest
from scipy.stats import entropy

from companion import metrics


def test_floor_is_zero_for_ink_and_blank():
    x = np.random.default_rng(0).integers(0, 2, (4, 28, 28, 1))
    assert metrics.floor(x) == 0


def test_floor_of_grey_is_log_two_a_pixel():
    assert metrics.floor(np.full((3, 5, 5), 0.5)) == pytest.approx(25 * np.log(2))


def test_floor_is_the_entropy_of_the_pixels():
    x = np.random.default_rng(0).random((6, 10))
    truth = entropy(np.stack([x, 1 - x]), axis=0).sum(axis=1).mean()
    assert metrics.floor(x) == pytest.approx(truth, rel=1e-6)


def test_baseline_of_a_fair_coin_is_log_two_a_pixel():
    train = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert metrics.baseline(train, [[1.0, 1.0], [0.0, 0.0]]) == pytest.approx(2 * np.log(2))


def test_baseline_is_finite_where_training_pictures_are_always_blank():
    # One blank pixel in n = 3 pictures: the estimate is (0 + 1/2) / (3 + 1) = 1/8.
    assert metrics.baseline(np.zeros((3, 1)), [[1.0]]) == pytest.approx(np.log(8), rel=1e-6)


def test_baseline_is_never_below_the_floor():
    x = np.random.default_rng(0).random((50, 7)) ** 3
    assert metrics.baseline(x, x) > metrics.floor(x)


@pytest.mark.parametrize(
    ("x", "complaint"),
    [
        (np.zeros((0, 4)), r"one example or more.*\(0, 4\)"),
        (np.full((2, 4), np.nan), "must be finite.*8 NaN"),
        (np.full((2, 4), 255.0), r"x / 255"),
        (np.full((2, 4), -0.1), "in \\[0, 1\\].*-0.1"),
    ],
)
def test_metrics_refuse_what_is_no_picture(x, complaint):
    with pytest.raises(ValueError, match=complaint):
        metrics.floor(x)


def test_one_picture_is_not_taken_for_many():
    x = np.full((28, 28, 1), 0.5)
    for name, measure in {"x": metrics.floor, "train": lambda x: metrics.baseline(x, x)}.items():
        whole = rf"`{name}` must be several pictures.*\(28, 28, 1\), as of one; {name}\[None\]"
        with pytest.raises(ValueError, match=whole):
            measure(x)


def test_the_floor_of_large_pictures_loses_no_digits():
    grey = np.float64(np.float32(0.1))
    truth = 90_000 * entropy([grey, 1 - grey])
    assert metrics.floor(np.full((2, 300, 300), grey)) == pytest.approx(truth, rel=1e-10)


def test_baseline_refuses_pictures_of_two_shapes():
    with pytest.raises(ValueError, match=r"`test` must have shape \(n, 4\)"):
        metrics.baseline(np.zeros((2, 4)), np.zeros((2, 5)))


def test_the_mean_of_many_pictures_is_taken_without_loss():
    """In float32 the sum of 60,000 pixels of 0.1 would be off, and so its logarithm."""
    train, test = np.full((60_000, 2), 0.1, "float32"), np.array([[0.0, 1.0]])
    p = (60_000 * np.float64(np.float32(0.1)) + 0.5) / 60_001
    truth = -np.log(1 - p) - np.log(p)
    assert metrics.baseline(train, test) == pytest.approx(truth, rel=1e-6)
