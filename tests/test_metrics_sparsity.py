"""Shares of units that are on or dead, counted by hand."""

import numpy as np
import pytest

from companion import metrics

# Three pictures, four units: always on, on once, on for two, never on.
CODES = np.array([[1.0, 0.0, 0.2, 0.0], [3.0, 0.9, 0.2, 0.0], [2.0, 0.0, 0.0, 0.0]])


def test_active_share_counts_units_above_the_threshold():
    assert metrics.active_share(CODES) == pytest.approx(6 / 12)
    assert metrics.active_share(CODES, threshold=0.5) == pytest.approx(4 / 12)
    assert metrics.active_share(np.zeros((2, 3))) == 0
    assert metrics.active_share(np.ones((2, 3))) == 1


def test_a_dead_unit_is_on_for_no_picture():
    assert metrics.dead_share(CODES) == pytest.approx(1 / 4)
    assert metrics.dead_share(CODES, threshold=0.5) == pytest.approx(2 / 4)
    assert metrics.dead_share(np.zeros((2, 3))) == 1
    assert metrics.dead_share(np.eye(3)) == 0


def test_a_unit_at_its_threshold_is_not_on():
    assert metrics.active_share([[0.5, 0.5]], threshold=0.5) == 0
    assert metrics.dead_share([[0.5, 0.5]], threshold=0.5) == 1


def test_negative_activations_are_not_on():
    assert metrics.active_share([[-1.0, 1.0]]) == 0.5
    assert metrics.active_share([[-1.0, 1.0, -3.0, 0.0]], threshold=-2) == 0.75
    assert metrics.dead_share([[-1.0, 1.0, -3.0, 0.0]], threshold=-2) == 0.25


@pytest.mark.parametrize("measure", [metrics.active_share, metrics.dead_share])
def test_sparsity_refuses_what_is_no_code(measure):
    with pytest.raises(ValueError, match="`codes` must be finite"):
        measure([[np.nan, 1.0]])
    with pytest.raises(ValueError, match=r"`codes` must hold one example or more"):
        measure(np.zeros((0, 4)))
    with pytest.raises(ValueError, match=r"`codes` must have shape \(n, any\)"):
        measure(np.zeros((2, 3, 4)))
    with pytest.raises(ValueError, match="`threshold` must be a number"):
        measure([[1.0]], threshold=float("nan"))
