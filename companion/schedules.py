"""Learning rates that change as training goes on."""

import keras
from keras.optimizers.schedules import CosineDecay

from companion.checks import check_count, check_float


def warmup_cosine(peak: float, steps: int, warmup: float = 0.1) -> CosineDecay:
    """Give a learning rate that rises to `peak`, and falls to 0 along a cosine.

        rate(t) = peak t / w                                        for t <= w = warmup * steps,
        rate(t) = peak / 2 [ 1 + cos(pi (t - w) / (steps - w)) ]    after that

    The first steps of Adam, before it knows the size of the gradients, are the ones
    that a high rate spoils. With the rise, a peak several times as high as Keras' 1e-3
    is stable, and the fall ends the noise that such a rate keeps up.

    Args:
        peak: the highest rate, a positive number; 1e-2 suits the dense networks of the book.
        steps: optimizer steps of the whole training: epochs times batches in an epoch.
        warmup: share of the steps in which the rate rises, in [0, 1).

    Returns:
        keras.optimizers.schedules.CosineDecay, for an optimizer's `learning_rate`.

    Raises:
        TypeError: `peak` or `warmup` is no number.
        ValueError: `peak` is not positive, `steps` no positive integer, or
            `warmup` out of its range.

    Source:
        I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm
        restarts", ICLR 2017, equation 5, for the cosine.
    """
    steps = check_count(steps=steps)
    check_float("(0, inf)", peak=peak)
    check_float("[0, 1)", warmup=warmup)
    rise = round(warmup * steps)
    if not rise:
        return keras.optimizers.schedules.CosineDecay(peak, steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(steps - rise, 1), warmup_target=peak, warmup_steps=rise
    )
