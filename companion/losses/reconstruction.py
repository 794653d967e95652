"""What a reconstruction costs: a function for each likelihood of the decoder.

Every function takes tensors or arrays of shape `(batch, ...)`, sums over all
axes but the first, and returns `(batch,)`: nats per image, unless its name
says otherwise. Chapter 1 introduces them.
"""

import math

from keras import ops

from companion.checks import check_float, check_same_shape, check_tensors


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
        TypeError: `x` or `mean` is no array, or `sigma` no number.
        ValueError: `x` and `mean` differ in shape; `sigma` is not positive.
    """
    check_same_shape(x=x, mean=mean)
    check_float("(0, inf)", sigma=sigma)
    log_normaliser = math.log(sigma * math.sqrt(2 * math.pi))
    return _sum_pixels(ops.square(x - mean) / (2 * sigma**2) + log_normaliser)


def continuous_bernoulli_nll(x, logits):
    r"""Give the negative log-density of pixels `x` under the continuous Bernoulli.

        p(x) = e^{l x} / C(l)  for x in [0, 1],   C(l) = (e^l - 1) / l,

        -log p(x) = sum_i [ log C(l_i) - x_i l_i ],   l = logits

    The cross-entropy of grey pixels looks like a likelihood and is none: over all
    greys between 0 and 1 its exponential does not integrate to 1. Divided by that
    integral it becomes this density (chapter 8). It may exceed 1, so its negative
    logarithm may fall below 0.

    Args:
        x: pixels in [0, 1], `(batch, ...)`.
        logits: the decoder's output, of the shape of `x`.

    Returns:
        Nats per image, `(batch,)`.

    Raises:
        ValueError: pictures of `x` and `logits` differ in shape.

    Source:
        G. Loaiza-Ganem and J. P. Cunningham, "The continuous Bernoulli: fixing a
        pervasive error in variational autoencoders", NeurIPS 2019, equations 6 to 8.
    """
    _check_shapes(x, logits)
    return _sum_pixels(_log_normaliser(logits) - x * logits)


def continuous_bernoulli_mean(logits):
    r"""Give the mean of a continuous Bernoulli: 1 / (1 - e^-l) - 1 / l, and 1/2 at l = 0.

    Args:
        logits: the decoder's output, of any shape.

    Returns:
        Pixels in (0, 1), of the same shape; nearer to 1/2 than sigmoid(l).

    Raises:
        TypeError: `logits` are no array.
    """
    check_tensors(logits=logits)
    small, size = _apart_from_zero(logits)
    beyond = 1 / (1 - ops.exp(-size)) - 1 / size  # of |l|; that of -|l| is 1 minus it
    near = 0.5 + logits / 12 - logits**3 / 720
    return ops.where(small, near, ops.where(logits > 0, beyond, 1 - beyond))


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
        TypeError: `x` or `y` is no array.
        ValueError: `x` and `y` differ in shape.
    """
    check_same_shape(x=x, y=y)
    return _sum_pixels(ops.square(x - y))


def _check_shapes(x, logits):
    check_same_shape(x=x, logits=logits)


def _sum_pixels(terms):
    return ops.sum(terms, axis=tuple(range(1, len(terms.shape))))


def _log_normaliser(logits):
    """Give log C(l) = log((e^l - 1) / l), by its series near 0, where the quotient is 0 / 0."""
    small, size = _apart_from_zero(logits)
    beyond = ops.relu(logits) + ops.log1p(-ops.exp(-size)) - ops.log(size)
    near = logits / 2 + logits**2 / 24 - logits**4 / 2880
    return ops.where(small, near, beyond)


def _apart_from_zero(logits):
    """Say where |l| is small, and give |l|, or 1 there: no branch may divide by 0."""
    size = ops.abs(logits)
    small = size < 0.1
    return small, ops.where(small, ops.ones_like(size), size)
