"""The warm-up cosine against its formula."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy

from companion import schedules


def rates(schedule, steps):
    return np.array([float(numpy(schedule(step))) for step in range(steps + 1)])


@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.29, 0.5])  # 0.29 * 200 is a little below 58
def test_the_rate_rises_evenly_and_falls_along_a_cosine(warmup):
    steps, peak = 200, 0.03
    t, w = np.arange(steps + 1), warmup * steps
    rise = peak * t / max(w, 1)
    fall = peak / 2 * (1 + np.cos(np.pi * (t - w) / (steps - w)))
    truth = np.where(t < w, rise, fall)
    ours = rates(schedules.warmup_cosine(peak, steps, warmup), steps)
    np.testing.assert_allclose(ours, truth, atol=1e-7)


def test_the_rate_rises_in_a_tenth_of_the_steps_if_nothing_is_said():
    usual, tenth = (rates(schedules.warmup_cosine(1e-2, 50, *more), 50) for more in ((), (0.1,)))
    np.testing.assert_array_equal(usual, tenth)


def test_it_ends_at_zero_and_stays_there():
    schedule = schedules.warmup_cosine(1e-2, 50)
    assert rates(schedule, 60)[50:].max() < 1e-8


def test_a_single_step_is_a_training_too():
    assert np.isfinite(rates(schedules.warmup_cosine(1e-2, 1), 1)).all()


def test_an_optimizer_takes_it_and_it_survives_a_file():
    rate = schedules.warmup_cosine(1e-2, 10)
    optimizer = keras.optimizers.Adam(rate)
    twin = keras.optimizers.Adam.from_config(optimizer.get_config())
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(twin, "mse")
    model.fit(np.ones((10, 1)), np.ones((10, 1)), batch_size=1, verbose=0)
    assert float(numpy(twin.learning_rate)) < 1e-8


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((0, 10), r"`peak` must be a number in \(0, inf\). Received: peak=0"),
        ((float("nan"), 10), "`peak` must be a number in"),
        ((1e-2, 0), "`steps` must be a positive integer. Received: steps=0"),
        ((1e-2, 2.5), "`steps` must be a positive integer"),
        ((1e-2, 10, 1.0), r"`warmup` must be a number in \[0, 1\)"),
        ((1e-2, 10, -0.1), r"`warmup` must be a number in \[0, 1\)"),
    ],
)
def test_what_is_no_schedule_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        schedules.warmup_cosine(*arguments)
