"""The peak signal-to-noise ratio against its closed form."""

import numpy as np
import pytest

from companion import metrics

rng = np.random.default_rng(0)


def test_a_constant_error_of_a_tenth_is_twenty_decibel():
    clean = rng.random((3, 28, 28, 1))
    assert metrics.psnr(clean, clean + 0.1) == pytest.approx(20, abs=1e-3)


def test_white_noise_is_minus_twenty_log_sigma():
    """A picture of 100,000 pixels: the mean of the squares is sigma^2 to half a per cent."""
    clean = np.zeros((4, 100_000))
    noisy = rng.normal(0, 0.3, clean.shape)
    assert metrics.psnr(clean, noisy) == pytest.approx(-20 * np.log10(0.3), abs=0.05)


def test_a_tenth_of_the_squared_error_is_ten_decibel_more():
    clean, error = rng.random((5, 7)), rng.normal(size=(5, 7))
    gain = metrics.psnr(clean, clean + error / np.sqrt(10)) - metrics.psnr(clean, clean + error)
    assert gain == pytest.approx(10, abs=1e-4)


def test_it_is_the_mean_of_decibels_and_not_the_decibel_of_the_mean():
    clean = np.zeros((2, 10))
    pictures = np.stack([np.full(10, 0.1), np.full(10, 0.01)])  # 20 dB and 40 dB
    assert metrics.psnr(clean, pictures) == pytest.approx(30, abs=1e-4)


def test_an_exact_copy_is_infinitely_near():
    clean = rng.random((2, 5))
    assert metrics.psnr(clean, clean) == np.inf
    assert metrics.psnr(clean, [clean[0], clean[1] + 1]) == np.inf


def test_signals_outside_0_and_1_are_measured_too():
    assert metrics.psnr([[-1.0, 5.0]], [[0.0, 4.0]]) == 0


@pytest.mark.parametrize(
    ("clean", "pictures", "message"),
    [
        (np.zeros((2, 4)), np.zeros((2, 5)), r"`pictures` must have shape \(n, 4\)"),
        (np.zeros((2, 4)), np.zeros((1, 4)), r"equally many. Received: shapes \(2, 4\)"),
        (np.zeros((0, 4)), np.zeros((0, 4)), "`clean` must hold one example or more"),
        (np.zeros((2, 4)), np.full((2, 4), np.nan), "`pictures` must be finite"),
        (np.full((2, 4), np.inf), np.zeros((2, 4)), "`clean` must be finite"),
    ],
)
def test_what_cannot_be_compared_is_named(clean, pictures, message):
    with pytest.raises(ValueError, match=message):
        metrics.psnr(clean, pictures)


def test_many_pictures_are_averaged_without_loss():
    """In float32 a mean over 60,000 pictures would be off in its sixth digit."""
    rng = np.random.default_rng(0)
    clean = rng.random((300, 40), dtype="float32")
    noisy = clean + np.float32(1e-4) * rng.standard_normal(clean.shape, dtype="float32")
    error = np.square(clean.astype("float64") - noisy).mean(axis=1)
    ours = metrics.psnr(np.tile(clean, (200, 1)), np.tile(noisy, (200, 1)))
    assert ours == pytest.approx(-10 * np.log10(error).mean(), rel=1e-8)
