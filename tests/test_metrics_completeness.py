"""Coverage and Fréchet distance against geometry, closed forms and brute force."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from companion import metrics


def brute_force_coverage(real, fake, k):
    """Count, point by point, as the definition says."""
    covered = 0
    for i, point in enumerate(real):
        others = np.delete(real, i, axis=0)
        radius = sorted(np.sqrt(((others - point) ** 2).sum(axis=1)))[k - 1]
        covered += (np.sqrt(((fake - point) ** 2).sum(axis=1)) <= radius).any()
    return covered / len(real)


@pytest.mark.parametrize("k", [1, 5])
@pytest.mark.parametrize("d", [1, 2, 30])
def test_coverage_is_what_its_definition_counts(d, k):
    rng = np.random.default_rng(0)
    real = rng.standard_normal((80, d)).astype("float32")
    fake = rng.standard_normal((40, d)).astype("float32") * 0.7 + 0.3
    truth = brute_force_coverage(real.astype(float), fake.astype(float), k)
    assert 0 < truth < 1
    assert metrics.coverage(real, fake, k) == pytest.approx(truth)


def test_a_count_of_neighbours_may_be_a_number_of_numpy():
    real = np.random.default_rng(0).standard_normal((300, 2))
    of_numpy = metrics.coverage(real, real + 3, k=np.uint8(255))  # one more is beyond its type
    assert of_numpy == metrics.coverage(real, real + 3, k=255)


def test_coverage_far_from_zero_loses_no_near_ones():
    """By |x|^2 - 2 xy + |y|^2 all points of this lattice, exact in float32, would be one."""
    rng = np.random.default_rng(0)
    real, fake = rng.integers(0, 8, (2, 80, 30)) / 1024
    real[:, 0] = fake[:, 0] = 1e6
    truth = brute_force_coverage(real, fake, k=1)
    assert 0 < truth < 1
    assert metrics.coverage(real, fake, k=1) == truth


def test_all_other_points_may_be_neighbours():
    assert metrics.coverage([[0.0], [1.0], [2.0]], [[3.5]], k=2) == pytest.approx(1 / 3)


def test_coverage_of_itself_is_one():
    real = np.random.default_rng(0).standard_normal((50, 8))
    assert metrics.coverage(real, real) == 1
    assert metrics.coverage(np.repeat(real, 10, axis=0), real) == 1  # all radii are zero


def test_fakes_at_one_real_point_cover_its_neighbourhood_alone():
    # On a line with k = 2, the balls that hold the point 50 are those of 48 to 52.
    real = np.arange(100.0)[:, None]
    assert metrics.coverage(real, np.full((70, 1), 50.0), k=2) == 3 / 100
    assert metrics.coverage(real, np.full((70, 1), 1e6), k=2) == 0


def test_coverage_of_a_map_with_a_hole_is_what_the_hole_leaves():
    rng = np.random.default_rng(0)
    real, fake = rng.random((2000, 2)), rng.random((20_000, 2))
    side = 0.5  # a hole of area 1/4 in the middle
    depth = side / 2 - np.abs(real - 0.5).max(axis=1)  # of a point in the hole
    fake = fake[np.abs(fake - 0.5).max(axis=1) > side / 2]
    radius = np.sqrt(((real[:, None] - real) ** 2).sum(axis=2))
    reach = np.sort(radius, axis=1)[:, 5]
    # Within reach of the border a point in the hole may be covered, deeper ones never.
    least, most = (depth < 0).mean(), (depth < reach).mean()
    assert least == pytest.approx(0.75, abs=0.03)
    assert most == pytest.approx(0.75 + 4 * side * reach.mean(), abs=0.03)
    assert least - 0.002 <= metrics.coverage(real, fake) <= most


@pytest.mark.parametrize("m", [300, 100])
def test_coverage_of_one_distribution_by_itself_is_what_lemma_2_says(m):
    n, k = 300, 5
    rng = np.random.default_rng(0)
    runs = [metrics.coverage(rng.random((n, 3)), rng.random((m, 3)), k) for _ in range(40)]
    i = np.arange(1, k + 1)
    truth = 1 - np.prod((n - i) / (n + m - i))
    assert np.mean(runs) == pytest.approx(truth, abs=0.01)


def test_the_ceiling_that_the_docstring_names():
    i = np.arange(1, 6)
    assert 1 - np.prod((1500 - i) / (3000 - i)) == pytest.approx(0.969, abs=5e-4)
    assert "0.969" in metrics.coverage.__doc__


def exactly(mean, covariance, n=50, seed=0):
    """Points whose mean and covariance are the given ones, not only nearly."""
    d = len(mean)
    x = np.random.default_rng(seed).standard_normal((n, d))
    white = np.linalg.qr(x - x.mean(axis=0))[0] * np.sqrt(n - 1)
    values, vectors = np.linalg.eigh(np.asarray(covariance, float))
    return white @ (np.sqrt(values)[:, None] * vectors.T) + mean


def test_frechet_distance_to_itself_is_zero():
    real = np.random.default_rng(0).standard_normal((40, 64)) * 10  # a singular covariance
    assert metrics.frechet_distance(real, real) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_a_shift_is_its_squared_length():
    real = np.random.default_rng(0).standard_normal((40, 3)).astype("float32")
    assert metrics.frechet_distance(real, real + np.array([3, 0, 4])) == pytest.approx(25, rel=1e-5)


def test_frechet_distance_of_axis_aligned_gaussians_is_that_of_their_deviations():
    real, fake = exactly([0, 0], np.diag([1, 9])), exactly([1, 2], np.diag([4, 4]), n=70, seed=1)
    truth = 1 + 4 + (1 - 2) ** 2 + (3 - 2) ** 2
    assert metrics.frechet_distance(real, fake) == pytest.approx(truth, rel=1e-5)


def test_frechet_distance_of_commuting_covariances_is_that_of_their_roots():
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((4, 4)))[0]
    a, b = np.array([1.0, 2, 3, 4]), np.array([4.0, 4, 1, 0.5])
    real = exactly(np.zeros(4), turn @ np.diag(a**2) @ turn.T)
    fake = exactly(np.zeros(4), turn @ np.diag(b**2) @ turn.T, seed=1)
    truth = ((a - b) ** 2).sum()
    assert metrics.frechet_distance(real, fake) == pytest.approx(truth, rel=1e-5)


@pytest.mark.parametrize("swap", [False, True])
def test_frechet_distance_is_the_formula_with_scipys_root(swap):
    rng = np.random.default_rng(0)
    real = rng.standard_normal((100, 6)) @ rng.standard_normal((6, 6))
    fake = rng.standard_normal((80, 6)) @ rng.standard_normal((6, 6)) + 0.5
    s1, s2 = np.cov(real.T), np.cov(fake.T)
    means = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
    truth = means + np.trace(s1 + s2 - 2 * sqrtm(s1 @ s2).real)
    pair = (fake, real) if swap else (real, fake)
    assert metrics.frechet_distance(*pair) == pytest.approx(truth, rel=1e-5)


def test_frechet_distance_is_right_where_covariances_are_singular():
    # Two lines at right angles: nothing in common, so the traces add up.
    t = np.linspace(-1, 1, 21)
    x_axis, y_axis = np.outer(t, [1, 0, 0]), np.outer(t, [0, 2, 0])
    truth = t.var(ddof=1) * (1 + 4)
    assert metrics.frechet_distance(x_axis, y_axis) == pytest.approx(truth, rel=1e-6)
    # One and the same picture, again and again: the variance of the others, all of it.
    point = np.zeros((5, 3))
    assert metrics.frechet_distance(y_axis, point) == pytest.approx(4 * t.var(ddof=1), rel=1e-6)


GOOD = np.random.default_rng(0).random((9, 3))


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: metrics.coverage(GOOD, GOOD[:, :2]), r"`fake` must have shape \(n, 3\)"),
        (lambda: metrics.coverage(GOOD * np.nan, GOOD), "`real` must be finite"),
        (lambda: metrics.coverage(GOOD[None], GOOD), r"`real` must have shape \(n, any\)"),
        (lambda: metrics.coverage(GOOD, GOOD, k=0), "`k` must be a positive integer.*k=0"),
        (lambda: metrics.coverage(GOOD, GOOD, k=2.0), "`k` must be a positive integer.*k=2.0"),
        (lambda: metrics.coverage(GOOD, GOOD, k=9), "`k` must be from 1 to 8.*k=9"),
        (lambda: metrics.coverage(GOOD, GOOD[:0]), "one example or more"),
        (lambda: metrics.frechet_distance(GOOD[:1], GOOD), "`real` must hold 2 examples or more"),
        (lambda: metrics.frechet_distance(GOOD, GOOD[:1]), "`fake` must hold 2 examples or more"),
        (lambda: metrics.frechet_distance(GOOD, GOOD[:, 1:]), r"`fake` must have shape \(n, 3\)"),
    ],
)
def test_what_is_no_pair_of_feature_sets_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_sets_far_from_the_origin_are_measured_as_well(offset):
    """Distances of points near each other survive an offset; float32 would lose their digits."""
    rng = np.random.default_rng(1)
    real, fake = np.round(rng.random((2, 200, 3)) * 64) / 64  # exact beside 1e4 in float32 too
    near, far = (
        (metrics.coverage(real + o, fake + o, k=3), metrics.frechet_distance(real + o, fake + o))
        for o in (0.0, offset)
    )
    assert far == pytest.approx(near, rel=1e-6)


def test_the_distance_of_a_set_from_itself_is_never_below_zero():
    for seed in range(40):
        points = np.random.default_rng(seed).normal(size=(30, 6)) * 100
        assert 0 <= metrics.frechet_distance(points, points) < 1e-6
