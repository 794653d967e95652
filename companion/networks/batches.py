"""Calling a network on many examples."""

import numpy as np
from keras import ops


def in_batches(network, x, batch_size=1024):
    """Call a network on an array, a part at a time so that memory stays flat.

    For a small network this is much quicker than `predict`, which compiles a
    function for each model first.
    """
    parts = (x[i : i + batch_size] for i in range(0, len(x), batch_size))
    return np.concatenate([ops.convert_to_numpy(network(part, training=False)) for part in parts])
