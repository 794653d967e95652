"""Grids, walks and samplers against scipy, geometry and moments."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.transform import Rotation, Slerp
from sklearn.mixture import GaussianMixture

from companion import latent


def test_gaussian_grid_cuts_the_normal_into_parts_of_equal_chance():
    grid = latent.gaussian_grid(20)
    np.testing.assert_allclose(stats.norm.cdf(grid), (np.arange(20) + 0.5) / 20, atol=1e-6)
    np.testing.assert_allclose(grid, -grid[::-1], atol=1e-6)
    assert grid.dtype == np.float32
    assert latent.gaussian_grid(1).tolist() == [0.0]


@pytest.mark.parametrize("go", [latent.straight, latent.spherical])
def test_walks_start_and_end_where_they_should(go):
    start, end = np.random.default_rng(0).standard_normal((2, 7))
    path = go(start, end, 9)
    assert path.shape == (9, 7)
    assert path.dtype == np.float32
    np.testing.assert_allclose(path[[0, -1]], [start, end], atol=1e-6)


def test_a_walk_may_be_its_two_ends_and_a_mixture_have_a_cloud_for_each_code():
    ends = np.array([[1.0, 0.0], [0.0, 2.0]])
    for path in (latent.straight(*ends, 2), latent.spherical(*ends, 2), latent.walk(ends, 2)):
        np.testing.assert_allclose(path, ends, atol=1e-6)
    assert latent.sample_mixture(ends, 3, 0, components=2).shape == (3, 2)


def test_straight_walk_makes_even_steps():
    path = latent.straight([0, 0], [3, -6], 4)
    np.testing.assert_allclose(path, [[0, 0], [1, -2], [2, -4], [3, -6]], atol=1e-6)


def test_spherical_walk_turns_as_scipy_turns():
    start, end = Rotation.from_euler("xyz", [[0.1, 0.2, 0.3], [1.0, -0.4, 0.8]])
    rotations = Slerp([0, 1], Rotation.concatenate([start, end]))(np.linspace(0, 1, 11))
    quaternions = rotations.as_quat()
    path = latent.spherical(quaternions[0], quaternions[-1], 11)
    np.testing.assert_allclose(path, quaternions, atol=1e-6)


def test_spherical_walk_keeps_a_length_and_changes_two_lengths_evenly():
    rng = np.random.default_rng(0)
    start, end = rng.standard_normal((2, 10))
    start, end = 2 * start / np.linalg.norm(start), 5 * end / np.linalg.norm(end)
    lengths = np.linalg.norm(latent.spherical(start, end, 13), axis=1)
    np.testing.assert_allclose(lengths, np.linspace(2, 5, 13), rtol=1e-5)
    path = latent.spherical(start, end * 2 / 5, 13)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 2, rtol=1e-5)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


@pytest.mark.parametrize("tilt", [0, 1e-12, 1e-5])
def test_spherical_walk_in_one_direction_is_straight(tilt):
    start, end = [1, 2, 3], [2, 4, 6 + tilt]
    path = latent.spherical(start, end, 5)
    np.testing.assert_allclose(path, latent.straight(start, end, 5), atol=1e-5)


@pytest.mark.parametrize("short_of_opposite", [1e-4, 1e-5])
def test_spherical_walk_turns_nearly_half_a_circle(short_of_opposite):
    angle = np.pi - short_of_opposite
    path = latent.spherical([1.0, 0.0], [np.cos(angle), np.sin(angle)], 3)
    np.testing.assert_allclose(path[1], [np.cos(angle / 2), np.sin(angle / 2)], atol=1e-2)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 1, rtol=1e-5)


def test_spherical_walk_refuses_what_is_opposite_up_to_rounding():
    with pytest.raises(ValueError, match="great circle"):
        latent.spherical([1.0, 0.0], [-1.0, 3e-7], 3)


def test_spherical_walk_refuses_the_origin_and_opposite_codes():
    for ends in ([0, 0], [1, 0]), ([1, 0], [0, 0]):
        with pytest.raises(ValueError, match="origin has no direction"):
            latent.spherical(*ends, 5)
    with pytest.raises(ValueError, match=r"great circle .* not unique\. Received.*180"):
        latent.spherical([1, 2], [-3, -6], 5)


def test_a_walk_through_points_has_each_corner_once():
    points = np.array([[0, 0], [1, 0], [1, 2]])
    path = latent.walk(points, 3)
    np.testing.assert_allclose(path, [[0, 0], [0.5, 0], [1, 0], [1, 1], [1, 2]])
    assert path.dtype == np.float32
    np.testing.assert_array_equal(latent.walk(points[:2], 6), latent.straight(*points[:2], 6))


def two_clouds(n=2000, seed=0):
    """A cloud at (-5, 0), flat, and one at (5, 1), upright: far from one Gaussian."""
    rng = np.random.default_rng(seed)
    flat = rng.normal([-5, 0], [1, 0.1], (n // 2, 2))
    return np.concatenate([flat, rng.normal([5, 1], [0.1, 1], (n // 2, 2))])


SAMPLERS = {
    "prior": lambda n, seed: latent.sample_prior(n, 2, seed),
    "moment matched": lambda n, seed: latent.sample_moment_matched(two_clouds(), n, seed),
    "mixture": lambda n, seed: latent.sample_mixture(two_clouds(), n, seed, components=2),
}


@pytest.mark.parametrize("sample", SAMPLERS.values(), ids=SAMPLERS.keys())
def test_samples_follow_their_seed_and_no_global_one(sample):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    codes = sample(50, 1)
    assert codes.shape == (50, 2)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(codes, sample(50, 1))
    assert (codes != sample(50, 2)).all()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_prior_samples_are_standard_normal():
    codes = latent.sample_prior(20_000, 3, 0)
    assert stats.kstest(codes.ravel(), "norm").pvalue > 0.01
    np.testing.assert_allclose(np.corrcoef(codes.T), np.eye(3), atol=0.03)


def test_moment_matched_samples_have_the_moments_of_the_codes():
    codes = two_clouds()
    sample = latent.sample_moment_matched(codes, 100_000, 0)
    np.testing.assert_allclose(sample.mean(axis=0), codes.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(sample.T), np.cov(codes.T), rtol=0.03)
    assert (np.abs(sample[:, 0]) < 2).mean() > 0.2  # the gap between the clouds is filled


def test_moment_matched_samples_of_a_line_stay_on_it():
    line = np.linspace(-1, 1, 30)[:, None] * [1.0, 2.0]
    sample = latent.sample_moment_matched(line, 100, 0)
    np.testing.assert_allclose(sample[:, 1], 2 * sample[:, 0], atol=1e-4)
    assert latent.sample_moment_matched(line[:, :1], 4, 0).shape == (4, 1)


def test_mixture_samples_leave_the_gap_and_know_each_cloud():
    sample = latent.sample_mixture(two_clouds(), 20_000, 0, components=2)
    assert (np.abs(sample[:, 0]) < 2).mean() < 0.005  # 3 deviations off
    left, right = sample[sample[:, 0] < 0], sample[sample[:, 0] > 0]
    assert len(left) / len(sample) == pytest.approx(0.5, abs=0.02)
    np.testing.assert_allclose(left.std(axis=0), [1, 0.1], rtol=0.1)
    np.testing.assert_allclose(right.std(axis=0), [0.1, 1], rtol=0.1)


def test_mixture_samples_are_those_of_scikit_learn_in_random_order():
    sample = latent.sample_mixture(two_clouds(), 500, 3, components=2)
    mixture = GaussianMixture(2, random_state=3).fit(two_clouds().astype("float32").astype(float))
    theirs = mixture.sample(500)[0]
    np.testing.assert_allclose(np.sort(sample, axis=0), np.sort(theirs, axis=0), atol=1e-5)
    on_the_left = sample[:, 0] < 0
    assert 0.3 < on_the_left[:250].mean() < 0.7


CODES = two_clouds(20)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: latent.gaussian_grid(0), "`n` must be a positive integer. Received: n=0"),
        (lambda: latent.sample_prior(2.5, 2, 0), "`n` must be a positive integer"),
        (lambda: latent.sample_prior(2, 0, 0), "`latent_dim` must be a positive integer"),
        (lambda: latent.sample_moment_matched(CODES, -1, 0), "`n` must be .* Received: n=-1"),
        (
            lambda: latent.sample_moment_matched(CODES[:1], 5, 0),
            "must hold 2 examples or more",
        ),
        (lambda: latent.sample_moment_matched(CODES[0], 5, 0), r"`codes` must have .*\(n, any\)"),
        (lambda: latent.sample_mixture(CODES, True, 0), "`n` must be a positive integer"),
        (lambda: latent.sample_mixture(CODES, 5, 0, components=0), "`components` must be a pos"),
        (lambda: latent.sample_mixture(CODES[:9], 5, 0), "10 examples or more. Received: 9"),
        (lambda: latent.sample_mixture(CODES[:1], 5, 0, components=1), "`codes` must hold 2 exam"),
        (lambda: latent.sample_mixture(CODES * np.nan, 5, 0), "`codes` must be finite.*40 NaN"),
        (lambda: latent.straight([0, 0], [1, 1], 1), "`steps` must be an integer of 2 or more"),
        (lambda: latent.spherical([0, 1], [1, 1], 1), "`steps` must be an integer of 2 or more"),
        (lambda: latent.straight([0, 0], [1, 1, 1], 5), "same latent_dim. Received: 2 and 3"),
        (
            lambda: latent.straight([[0, 0]], [1, 1], 5),
            r"`start` must have .*\(1, 2\)",
        ),
        (lambda: latent.straight([0, 0], 3.0, 5), r"`end` must have shape \(any,\).*shape=\(\)"),
        (lambda: latent.straight([0, 0], [1, np.inf], 5), "`end` must be finite"),
        (lambda: latent.walk(CODES[:1], 5), "`points` must hold 2 examples or more. Received: 1"),
        (lambda: latent.walk(CODES[:3], 1), "`steps` must be an integer of 2 or more"),
    ],
)
def test_what_is_no_code_and_no_count_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


def test_an_attribute_direction_is_the_step_between_two_clouds():
    rng = np.random.default_rng(0)
    present = rng.random(4000) < 0.3
    step = np.array([1.0, -2.0, 0.0])
    codes = rng.standard_normal((4000, 3)) + 5 + present[:, None] * step
    direction = latent.attribute_direction(codes, present)
    assert direction.dtype == np.float32
    np.testing.assert_allclose(direction, step, atol=0.15)
    np.testing.assert_allclose(latent.attribute_direction(codes, ~present), -direction, atol=1e-6)


def test_a_mean_of_many_codes_loses_no_digits():
    present = np.arange(100_000) % 2 == 0
    codes = np.where(present, 1000.125, 1000).astype("float32")[:, None]
    assert latent.attribute_direction(codes, present) == pytest.approx([0.125], abs=1e-6)


@pytest.mark.parametrize(
    ("present", "error", "complaint"),
    [
        (list("abc"), TypeError, "`present` must hold numbers"),
        ([0, 1, 1], TypeError, "boolean"),
        ([True, False], ValueError, r"shape \(3,\)"),
        ([True, True, True], ValueError, "both True and False"),
        ([False, False, False], ValueError, "both True and False"),
    ],
)
def test_an_attribute_direction_needs_pictures_with_and_without(present, error, complaint):
    with pytest.raises(error, match=complaint):
        latent.attribute_direction(np.eye(3), present)
