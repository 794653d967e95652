"""Calling a network on many examples."""

import math

import numpy as np
from keras import ops

from companion.checks import check_count

LARGEST_BATCH = 1024  # examples, and together no more numbers than as many squared


def in_batches(network, x, *more, batch_size=None):
    """Call a network on arrays, a part at a time so that memory stays flat.

    For a small network this is much quicker than `predict`, which compiles a
    function for each model first.

    Args:
        network: called as `network(*parts, training=False)`.
        x: an array, `(n, ...)`.
        more: arrays `(n, ...)`; an array `(1, ...)` and None go with every part.
        batch_size: examples in a part; None takes what is `fitting` for `x`.

    Returns:
        What the network answers, an array in float32 or finer.

    Raises:
        ValueError: `batch_size` is no positive integer.
    """
    if batch_size is None:
        batch_size = fitting(x.shape[1:])
    batch_size = check_count(batch_size=batch_size)  # or a small type of NumPy overflows below
    answers = []
    for i in range(0, len(x), batch_size):
        parts = (a if a is None or len(a) == 1 else a[i : i + batch_size] for a in (x, *more))
        answers.append(ops.convert_to_numpy(network(*parts, training=False)))
    return np.concatenate(answers).astype(np.result_type(answers[0], np.float32), copy=False)


def fitting(shape):
    """Say how many examples of a shape make a batch: 1024, or fewer where they are large."""
    return max(1, min(LARGEST_BATCH, LARGEST_BATCH**2 // math.prod(shape)))
