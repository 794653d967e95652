"""Measures of codes, beside codes of which the answer is plain."""

import numpy as np
import pytest

from companion import metrics

RNG = np.random.default_rng(0)


def test_a_number_that_never_moves_is_no_active_unit():
    z_mean = RNG.normal(size=(500, 3)) * [1.0, 0.05, 0.2]  # variances 1, 0.0025, 0.04
    assert metrics.active_units(z_mean) == 2
    assert metrics.active_units(z_mean, threshold=0.001) == 3
    assert metrics.active_units(z_mean + 100) == 2  # it is the scatter that counts


def test_classes_that_lie_apart_are_named_and_chance_is_chance():
    labels = RNG.integers(0, 4, 600)
    noise = RNG.normal(size=(600, 2))

    def accuracy(codes):
        return metrics.knn_accuracy(codes[:300], labels[:300], codes[300:], labels[300:])

    assert accuracy(labels[:, None] * 10 + noise) == 1
    assert accuracy(noise) == pytest.approx(1 / 4, abs=0.08)


def test_one_neighbour_names_itself():
    codes, labels = RNG.normal(size=(50, 3)), RNG.integers(0, 9, 50)
    assert metrics.knn_accuracy(codes, labels, codes, labels, k=1) == 1


GOOD = {"codes": np.eye(3), "labels": [0, 1, 2], "test_codes": np.eye(3), "test_labels": [0, 1, 2]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": np.zeros(3)}, r"`codes` must have shape \(n, any\)"),
        ({"codes": [[np.nan] * 3]}, "`codes` must be finite"),
        ({"test_codes": np.zeros((3, 2))}, r"`test_codes` must have shape \(n, 3\)"),
        ({"labels": [0, 1]}, r"`labels` must have shape \(3,\). Received: shape=\(2,\)"),
        ({"test_labels": [[0], [1], [2]]}, r"`test_labels` must have shape \(3,\)"),
        ({"k": 4}, "`k` must be an integer from 1 to 3. Received: k=4"),
        ({"k": 0}, "`k` must be an integer from 1 to 3"),
    ],
)
def test_a_wrong_argument_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        metrics.knn_accuracy(**{"k": 3} | GOOD | change)


def test_codes_of_another_shape_have_no_units():
    with pytest.raises(ValueError, match=r"`z_mean` must have shape \(n, any\)"):
        metrics.active_units(np.zeros((3, 2, 1)))
