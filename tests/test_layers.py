"""Sampling: its distribution, its gradient, its seed, and its file."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from scipy import stats

from companion.layers import Sampling

MEAN = np.array([[1.0, -2.0]], "float32")
LOG_VAR = np.log(np.array([[0.25, 9.0]], "float32"))  # sigma 0.5 and 3


def draws(seed, n=20_000):
    return numpy(Sampling(seed)([MEAN.repeat(n, axis=0), LOG_VAR.repeat(n, axis=0)]))


def test_draws_follow_the_gaussian_of_their_mean_and_log_variance():
    for column, mean, sigma in zip(draws(0).T, (1, -2), (0.5, 3), strict=True):
        assert stats.kstest(column, stats.norm(mean, sigma).cdf).pvalue > 1e-3


def test_the_numbers_of_a_code_are_independent_and_so_are_the_pictures():
    z = draws(1)
    assert abs(np.corrcoef(z.T)[0, 1]) < 0.03
    assert abs(np.corrcoef(z[:-1, 0], z[1:, 0])[0, 1]) < 0.03


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_draws_are_of_the_kind_that_a_layer_computes_in(dtype):
    assert keras.backend.standardize_dtype(Sampling(0, dtype=dtype)([MEAN, LOG_VAR]).dtype) == dtype


def test_a_code_without_variance_is_its_mean():
    z = numpy(Sampling(0)([MEAN, np.full_like(MEAN, -80.0)]))
    np.testing.assert_allclose(z, MEAN)


def test_each_call_draws_anew_and_the_same_seed_the_same():
    layer, twin = Sampling(3), Sampling(3)
    first, second = (numpy(layer([MEAN, LOG_VAR])) for _ in range(2))
    assert np.all(first != second)
    np.testing.assert_array_equal(numpy(twin([MEAN, LOG_VAR])), first)
    keras.utils.set_random_seed(5)
    unseeded = numpy(Sampling()([MEAN, LOG_VAR]))
    keras.utils.set_random_seed(5)
    np.testing.assert_array_equal(numpy(Sampling()([MEAN, LOG_VAR])), unseeded)


def test_it_draws_in_training_and_outside_alike():
    layer = Sampling(0)
    codes = [numpy(layer([MEAN, LOG_VAR], training=flag)) for flag in (True, False, None)]
    assert len({code.tobytes() for code in codes}) == 3


def test_the_gradient_passes_to_mean_and_log_variance():
    """One step of gradient descent on E[z^2], whose gradient is 2 mean and sigma^2."""
    n = 50_000
    one = keras.Input((1,))
    kwargs = {"use_bias": False}
    mean = keras.layers.Dense(1, kernel_initializer="ones", **kwargs)(one)
    log_var = keras.layers.Dense(1, kernel_initializer="zeros", **kwargs)(one)
    z = Sampling(0)([mean, log_var])
    model = keras.Model(one, z)
    model.compile(keras.optimizers.SGD(1.0), lambda _, z: z**2)
    model.fit(np.ones((n, 1)), np.zeros((n, 1)), batch_size=n, verbose=0)
    moved_mean, moved_log_var = (float(w.squeeze()) for w in model.get_weights()[:2])
    assert 1 - moved_mean == pytest.approx(2.0, abs=0.05)
    assert -moved_log_var == pytest.approx(1.0, abs=0.05)


def test_other_seeds_and_none_draw_other_codes():
    drawn = {numpy(Sampling(seed)([MEAN, LOG_VAR])).tobytes() for seed in (1, 2, None, None)}
    assert len(drawn) == 4


def test_a_seed_of_numpy_is_that_integer():
    ours, numpys = (numpy(Sampling(seed)([MEAN, LOG_VAR])) for seed in (3, np.int64(3)))
    np.testing.assert_array_equal(ours, numpys)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", float("nan"), True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match=r"`seed` must be an integer from 0 .*, or None. Received"):
        Sampling(seed)


ROWS = np.zeros((2, 3), "float32")


@pytest.mark.parametrize("inputs", [ROWS, [ROWS], [ROWS] * 3, None])
def test_other_than_two_tensors_are_refused(inputs):
    with pytest.raises(ValueError, match=r"`inputs` must be \[z_mean, z_log_var\]|positional"):
        Sampling(0)(inputs)


@pytest.mark.parametrize("other", [ROWS[:1], ROWS[:, :1], ROWS[0]])
def test_a_mean_and_a_log_variance_of_two_shapes_are_refused_and_not_broadcast(other):
    for inputs in ([ROWS, other], [other, ROWS]):
        with pytest.raises(ValueError, match="`z_mean` and `z_log_var` must have the same shape"):
            Sampling(0)(inputs)


def test_it_survives_its_configuration():
    twin = Sampling.from_config(Sampling(seed=7, name="cloud").get_config())
    assert (twin.seed, twin.name) == (7, "cloud")
    assert keras.saving.get_registered_object("companion>Sampling") is Sampling
