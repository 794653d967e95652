"""Drawn signals: 128 numbers in time, so that a chapter need not download any.

`heartbeats` look like a pulse train on a hospital monitor, `steps` like a
machine that is switched from level to level. Both lie in about [-0.5, 1.5] and
have no noise: `noise.gaussian(x, sigma, seed, clip=False)` adds some.
"""

import numpy as np

from companion.checks import check_count, generator

LENGTH = 128  # samples of a signal

# A beat is five bumps, height * exp(-(t - place)^2 / (2 width^2)), named as physicians do.
# Each number is uniform in its range; places and widths are in samples, and a place is
# counted from the beat's own time, the top of R. A signal has one height, width and place of
# each bump for all its beats.
#         place           width       height
BUMPS = {
    "P": ((-16.0, -12.0), (2.0, 3.0), (0.10, 0.25)),
    "Q": ((-3.6, -2.8), (0.8, 1.2), (-0.20, -0.05)),
    "R": ((0.0, 0.0), (1.0, 1.6), (0.80, 1.20)),
    "S": ((2.8, 3.6), (0.8, 1.4), (-0.35, -0.10)),
    "T": ((13.0, 18.0), (3.0, 5.0), (0.20, 0.45)),
}
PERIOD = (40.0, 56.0)  # samples between two beats
JITTER = 2.0  # each beat comes up to so many samples early or late
LEVELS = (-0.5, 1.2)  # of `steps`
DWELL = (12.0, 40.0)  # samples for which `steps` stay on a level


def heartbeats(n: int, seed: int) -> np.ndarray:
    """Draw `n` signals of two to four heartbeats each.

    Args:
        n: how many signals, a positive integer.
        seed: of `numpy.random.default_rng`.

    Returns:
        float32 array `(n, 128, 1)`, within [-0.5, 1.5]; 0 is the rest between two bumps.

    Raises:
        ValueError: `n` is not positive.
    """
    rng = _generator(n, seed)
    period, start = rng.uniform(*PERIOD, n), rng.random(n)
    beats = np.arange(int(np.ceil(LENGTH / PERIOD[0])) + 1)[:, None]  # enough for the shortest
    times = (beats - start) * period  # (beats, n), the first before the signal
    times += rng.uniform(-JITTER, JITTER, times.shape)
    t = np.arange(LENGTH, dtype="float32")
    signals = np.zeros((n, LENGTH), "float32")
    for ranges in BUMPS.values():
        place, width, height = (_column(rng.uniform(low, high, n)) for low, high in ranges)
        for beat in times:
            distance = (t - _column(beat) - place) / width  # (n, 128)
            signals += height * np.exp(-np.square(distance) / 2)
    return signals[..., None]


def steps(n: int, seed: int) -> np.ndarray:
    """Draw `n` signals that stay on a level, jump to another one, and stay there.

    Args:
        n: how many signals, a positive integer.
        seed: of `numpy.random.default_rng`.

    Returns:
        float32 array `(n, 128, 1)`, within [-0.5, 1.2].

    Raises:
        ValueError: `n` is not positive.
    """
    rng = _generator(n, seed)
    count = int(np.ceil((LENGTH + DWELL[1]) / DWELL[0]))  # enough for the shortest
    lengths = rng.uniform(*DWELL, (count, n))
    ends = lengths.cumsum(axis=0) - DWELL[1] * rng.random(n)  # the first level began before
    levels = rng.uniform(*LEVELS, (count, n))
    passed = (ends[:, :, None] <= np.arange(LENGTH)).sum(axis=0)  # (n, 128) jumps so far
    signals = np.take_along_axis(levels, passed.T, axis=0).T
    return signals[..., None].astype("float32")


def _generator(n, seed):
    check_count(n=n)
    return generator(seed)


def _column(values):
    return values[:, None].astype("float32")
