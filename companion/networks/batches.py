"""Calling a network on many examples."""

import numpy as np
from keras import ops


def in_batches(network, *arrays, batch_size=1024):
    """Call a network on arrays, a part at a time so that memory stays flat; None is passed on.

    For a small network this is much quicker than `predict`, which compiles a
    function for each model first.
    """
    starts = range(0, len(arrays[0]), batch_size)
    parts = ([a if a is None else a[i : i + batch_size] for a in arrays] for i in starts)
    return np.concatenate([ops.convert_to_numpy(network(*part, training=False)) for part in parts])
