"""The drawn signals: in their ranges, seeded, and of the shape that they are said to have."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from companion.data import signals

FAMILIES = [signals.heartbeats, signals.steps]

each_family = pytest.mark.parametrize("draw", FAMILIES, ids=lambda draw: draw.__name__)


@each_family
@pytest.mark.parametrize("n", [1, 7])
def test_signals_are_float32_columns_of_any_number(draw, n):
    x = draw(n, seed=0)
    assert x.shape == (n, signals.LENGTH, 1) == (n, 128, 1)
    assert x.dtype == np.float32


@each_family
def test_signals_stay_in_the_range_that_is_documented(draw):
    x = draw(20_000, seed=1)
    assert x.min() >= -0.5
    assert x.max() <= {"heartbeats": 1.5, "steps": 1.2}[draw.__name__]


@each_family
def test_one_seed_draws_the_same_signals_and_another_seed_others(draw):
    np.testing.assert_array_equal(draw(9, seed=3), draw(9, seed=3))
    assert not np.array_equal(draw(9, seed=3), draw(9, seed=4))


@each_family
def test_no_two_signals_are_alike(draw):
    x = draw(50, seed=5)
    assert len({signal.tobytes() for signal in x}) == 50


def test_a_heartbeat_comes_two_to_four_times_a_signal_and_a_period_apart():
    shortest = signals.PERIOD[0] - 2 * signals.JITTER
    longest = signals.PERIOD[1] + 2 * signals.JITTER
    for x in signals.heartbeats(500, seed=6)[..., 0]:
        tops, _ = find_peaks(np.pad(x, 1), height=0.6)
        assert 2 <= len(tops) <= 4
        gaps = np.diff(tops)
        assert (gaps >= shortest - 1).all()
        assert (gaps <= longest + 1).all()


def test_beats_come_up_to_two_samples_early_or_late():
    """Gaps within one signal differ by the jitter alone: by 4 x 2 samples at most."""
    differences = []
    for x in signals.heartbeats(4000, seed=12)[..., 0]:
        tops, _ = find_peaks(np.pad(x, 1), height=0.6)
        differences += [np.ptp(np.diff(tops))] if len(tops) > 2 else []
    assert 6 <= max(differences) <= 8 + 2  # each gap is read to a sample


def test_levels_are_kept_for_12_to_40_samples():
    stays = np.concatenate(
        [np.diff(np.flatnonzero(np.diff(x))) for x in signals.steps(2000, seed=13)[..., 0]]
    )
    assert (stays.min(), stays.max()) == (12, 40)


def test_beats_begin_anywhere():
    """The first top of R is spread evenly over more than a shortest period."""
    x = signals.heartbeats(2000, seed=7)[:, : int(signals.PERIOD[0]), 0]
    first = x.argmax(axis=1)[x.max(axis=1) > 0.6]
    counts, _ = np.histogram(first, bins=4, range=(0, signals.PERIOD[0]))
    assert counts.min() > 0.8 * counts.max()


def test_beats_come_until_a_signal_ends(monkeypatch):
    monkeypatch.setattr(signals, "JITTER", 0.0)
    for x in signals.heartbeats(1000, seed=14)[..., 0]:
        tops, _ = find_peaks(np.pad(x, 1), height=0.6)
        assert len(x) - tops[-1] <= np.diff(tops).max() + 2


def test_one_bump_alone_is_the_gaussian_that_it_is_said_to_be(monkeypatch):
    monkeypatch.setattr(signals, "BUMPS", {"R": ((0, 0), (3.0, 3.0), (2.0, 2.0))})
    x = signals.heartbeats(20, seed=8)[..., 0].astype("float64")
    # log of a Gaussian bump falls as a parabola: its second difference is -1 / width^2.
    tops = x.argmax(axis=1)
    inside = (tops > 3) & (tops < 124)
    assert inside.sum() > 5
    for signal, top in zip(x[inside], tops[inside], strict=True):
        bend = np.diff(np.log(signal[top - 2 : top + 3]), 2)
        np.testing.assert_allclose(bend, -1 / 9, rtol=1e-3)


def test_steps_stay_on_each_level_for_its_time():
    low, high = signals.DWELL
    for x in signals.steps(500, seed=9)[..., 0]:
        jumps = np.flatnonzero(np.diff(x))
        assert len(jumps) >= 2
        assert (np.diff(jumps) >= low - 1).all()
        assert (np.diff(jumps) <= high + 1).all()
        assert jumps[0] <= high
        assert 127 - jumps[-1] <= high


def test_levels_are_uniform():
    x = signals.steps(4000, seed=10)[:, 64, 0]
    low, high = signals.LEVELS
    assert x.mean() == pytest.approx((low + high) / 2, abs=0.04)
    assert x.std() == pytest.approx((high - low) / np.sqrt(12), abs=0.02)


@each_family
@pytest.mark.parametrize("n", [0, -1, 2.5, True])
def test_no_signals_are_refused(draw, n):
    with pytest.raises(ValueError, match=f"`n` must be a positive integer. Received: n={n}"):
        draw(n, seed=0)
