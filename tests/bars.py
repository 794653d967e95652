"""Small pictures of one bar each, easy to learn, and what tests of models do with them."""

import numpy as np

SHAPE = (6, 6, 1)


def bars(n=60):
    """Give n pictures with a bar at one of six places: float32 `(n, 6, 6, 1)`."""
    rng = np.random.default_rng(0)
    images = np.zeros((n, *SHAPE), "float32")
    for image, column in zip(images, rng.integers(0, 6, n), strict=True):
        image[:, column] = rng.uniform(0.5, 1)
    return images


def copies(x, n):
    """Give n epochs of pictures as one: to begin an epoch costs more than its few steps."""
    return np.concatenate([x] * n)


def broken(x, how):
    """Give the pictures with one pixel set to `how`."""
    x = x.copy()
    x[3, 2, 2, 0] = how
    return x


def error(model, x, y=None):
    """Give a model's losses by their names."""
    return model.evaluate(x, y, verbose=0, return_dict=True)
