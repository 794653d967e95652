"""Each term of the losses, once, as a function that is its formula.

Every function takes tensors or arrays of shape `(batch, ...)`, sums over all
axes but the first, and returns `(batch,)`: nats per image, unless its name
says otherwise. Chapter 1 introduces them.
"""

import math

from keras import ops


def bernoulli_nll(x, logits):
    r"""Give the cross-entropy of pixels `x` with p = sigmoid(logits).

        H(x, p) = - sum_i [ x_i log p_i + (1 - x_i) log(1 - p_i) ]

    For pixels 0 and 1 it is the negative log-likelihood of the picture. For
    grey ones it is least at p = x, and that least value is not zero: it is
    the entropy of the picture (`metrics.floor`).

    Args:
        x: pixels in [0, 1], `(batch, ...)`.
        logits: the decoder's output before the sigmoid, of the shape of `x`.

    Returns:
        Nats per image, `(batch,)`.

    Raises:
        ValueError: pictures of `x` and `logits` differ in shape.
    """
    # softplus(l) - x l is the same sum with p = sigmoid(l) put in. It stays
    # finite for every l, where log(1 - p) would not once p rounds to 1.
    _check_shapes(x, logits)
    return _sum_pixels(ops.softplus(logits) - x * logits)


def gaussian_nll(x, mean, sigma=1.0):
    r"""Give the negative log-density of pixels `x` under N(mean, sigma^2).

        -log p(x) = sum_i [ (x_i - mean_i)^2 / (2 sigma^2)
                            + log(sigma sqrt(2 pi)) ]

    Up to a scale and a constant this is the squared error.

    Args:
        x: pixels, `(batch, ...)`.
        mean: the decoder's output, of the shape of `x`.
        sigma: standard deviation of a pixel, a positive number.

    Returns:
        Nats per image, `(batch,)`.

    Raises:
        ValueError: pictures of `x` and `mean` differ in shape; `sigma` is not positive.
    """
    _check_shapes(x, mean)
    if not 0 < sigma < math.inf:
        raise ValueError(f"`sigma` must be a positive number. Received: {sigma=}")
    log_normaliser = math.log(sigma * math.sqrt(2 * math.pi))
    return _sum_pixels(ops.square(x - mean) / (2 * sigma**2) + log_normaliser)


def categorical_nll(x, logits):
    r"""Give the cross-entropy of classes `x` with p = softmax(logits).

        H(x, p) = - sum_t sum_k x_tk log p_tk

    over the positions t and, along the last axis, the classes k. For one-hot
    `x` it is the negative log-likelihood of the classes that are there.
    Chapter 5 uses it, on the characters of a text.

    Args:
        x: one-hot classes, or shares that add up to 1, `(batch, ..., classes)`.
        logits: the decoder's output before the softmax, of the shape of `x`.

    Returns:
        Nats per example, `(batch,)`.

    Raises:
        ValueError: examples of `x` and `logits` differ in shape.
    """
    _check_shapes(x, logits)
    return _sum_pixels(-x * ops.log_softmax(logits))


def squared_error(x, y):
    """Give the squared error of each image.

        sum_i (x_i - y_i)^2

    Args:
        x, y: pixels, `(batch, ...)`.

    Returns:
        `(batch,)`, in squared units of a pixel.

    Raises:
        ValueError: pictures of `x` and `y` differ in shape.
    """
    _check_shapes(x, y)
    return _sum_pixels(ops.square(x - y))


def bernoulli_kl(rate, mean):
    r"""Give the divergence of a coin with chance `mean` from one with chance `rate`.

        KL(rate || mean) = rate log(rate / mean)
                           + (1 - rate) log((1 - rate) / (1 - mean))

    It is zero where the two chances are equal, and grows the further `mean` is
    off. It stands for each number by itself: nothing is summed (chapter 3).

    Args:
        rate: the wanted chance, between 0 and 1, both excluded.
        mean: the chances found, an array of any shape, in [0, 1]. Those nearer
            than about 1e-7 to 0 or 1, where the divergence would be infinite,
            count as that far off.

    Returns:
        Nats, of the shape of `mean`.

    Raises:
        ValueError: `rate` is not between 0 and 1.
    """
    if not 0 < rate < 1:
        raise ValueError(f"`rate` must lie between 0 and 1. Received: {rate=}")
    mean = ops.clip(mean, 1e-7, 1 - 1e-7)
    return rate * ops.log(rate / mean) + (1 - rate) * ops.log((1 - rate) / (1 - mean))


def _check_shapes(x, y):
    """Refuse pictures of two shapes: broadcasting would make numbers of them, and wrong ones."""
    a, b = tuple(x.shape[1:]), tuple(y.shape[1:])
    # A size that is not known while a graph is traced is None, and fits any.
    if len(a) != len(b) or any(i != j and None not in (i, j) for i, j in zip(a, b, strict=True)):
        raise ValueError(f"Pictures must have the same shape. Received: {a} and {b}")


def _sum_pixels(terms):
    return ops.sum(terms, axis=tuple(range(1, len(terms.shape))))
