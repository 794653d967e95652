"""Noise against the closed forms of its mean and spread."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from companion.data import noise

GREY = np.full((50, 28, 28, 1), 0.5, "float32")
PAPER = np.zeros((500, 28, 28, 1))


def test_gaussian_noise_is_gaussian():
    added = noise.gaussian(PAPER, 0.3, seed=0, clip=False)
    assert kstest(added.ravel(), norm(0, 0.3).cdf).pvalue > 1e-3


def test_clipped_noise_has_the_mean_and_spread_of_the_closed_form():
    """max(0, sigma e) has the mean sigma / sqrt(2 pi) and the mean square sigma^2 / 2."""
    noisy = noise.gaussian(PAPER, 0.1, seed=1)
    assert noisy.min() == 0
    assert noisy.mean() == pytest.approx(0.1 / np.sqrt(2 * np.pi), rel=0.02)
    assert np.square(noisy).mean() == pytest.approx(0.01 / 2, rel=0.02)


def test_noise_of_a_picture_stays_in_range_and_that_of_a_signal_need_not():
    clipped, free = (noise.gaussian(GREY, 1, seed=2, clip=clip) for clip in (True, False))
    np.testing.assert_array_equal(clipped, np.clip(free, 0, 1))
    assert free.min() < -1
    assert free.max() > 2
    assert noise.gaussian([[-3.0, 7.0]], 0, seed=0, clip=False).tolist() == [[-3, 7]]


def test_salt_and_pepper_replaces_its_share_half_by_ink_and_half_by_paper():
    noisy = noise.salt_and_pepper(GREY, 0.2, seed=3)
    shares = [(noisy == value).mean() for value in (0, 0.5, 1)]
    np.testing.assert_allclose(shares, [0.1, 0.8, 0.1], atol=4 * 0.4 / np.sqrt(GREY.size))


def test_all_pixels_or_none_are_replaced_at_the_ends():
    np.testing.assert_array_equal(noise.salt_and_pepper(GREY, 0, seed=0), GREY)
    assert set(np.unique(noise.salt_and_pepper(GREY, 1, seed=0))) == {0, 1}
    np.testing.assert_array_equal(noise.gaussian(GREY, 0, seed=0), GREY)


@pytest.mark.parametrize("spoil", [noise.gaussian, noise.salt_and_pepper])
def test_noise_is_seeded_and_leaves_the_clean_pictures_alone(spoil):
    clean = GREY.copy()
    noisy = spoil(clean, 0.5, seed=4)
    assert noisy.dtype == np.float32
    assert noisy.shape == clean.shape
    np.testing.assert_array_equal(noisy, spoil(clean, 0.5, seed=4))
    assert not np.array_equal(noisy, spoil(clean, 0.5, seed=5))
    np.testing.assert_array_equal(clean, GREY)
    assert not np.shares_memory(spoil(clean, 0.0, seed=4), clean)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: noise.gaussian(PAPER, -1, seed=0), "`sigma` must .* Received: sigma=-1"),
        (lambda: noise.gaussian(PAPER, np.nan, seed=0), r"`sigma` must be a number in \[0, inf\)"),
        (lambda: noise.gaussian(PAPER, np.inf, seed=0), r"`sigma` must be a number in \[0, inf\)"),
        (lambda: noise.gaussian(PAPER - 1, 0.1, seed=0), r"`x` must lie in \[0, 1\]"),
        (lambda: noise.gaussian([[np.nan]], 0.1, seed=0, clip=False), "`x` must be finite"),
        (
            lambda: noise.salt_and_pepper(PAPER, 1.1, seed=0),
            r"`share` must be .* in \[0, 1\]",
        ),
        (lambda: noise.salt_and_pepper(PAPER, np.nan, seed=0), "Received: share=nan"),
        (lambda: noise.salt_and_pepper(PAPER + 2, 0.1, seed=0), r"`x` must lie in \[0, 1\]"),
    ],
)
def test_a_wrong_argument_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
