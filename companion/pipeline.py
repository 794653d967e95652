"""A quick way for arrays to reach `fit`, by TensorFlow's own streams.

`fit(x)` shuffles and slices an array well, but each batch is cut in Python. Here
TensorFlow does it, a few batches ahead of the training. No model needs this module; it
also feeds models that train under another backend, as long as TensorFlow is installed.
The whole recipe for a quick training is three pieces that stay plain Keras:

    encoder = networks.dense_encoder(2, gaussian=True)
    decoder = networks.dense_decoder(2, wide_start=True)
    model = VAE(encoder, decoder)
    rate = schedules.warmup_cosine(1e-2, steps=epochs * (len(x) // 128))
    model.compile(keras.optimizers.Adam(rate, beta_2=0.99), steps_per_execution=32)
    model.fit(pipeline.shuffled_batches(x, 128), epochs=epochs)

Where an epoch is a few dozen batches, starting it anew costs as much as several of them. One
endless stream starts once: `fit(batches.repeat(), steps_per_epoch=len(batches), ...)`. There
`steps_per_execution` must divide `steps_per_epoch`, for Keras runs whole executions, and would
round an epoch of 46 steps up to 64.
`benchmarks/training.py` measures what they gain.
"""

from collections.abc import Callable, Iterator
from typing import Any

import keras
from numpy.typing import ArrayLike

from companion.checks import check_count, check_has, check_images, check_seed, received


def shuffled_batches(
    x: ArrayLike,
    batch_size: int = 128,
    *,
    y: ArrayLike | None = None,
    seed: int | None = None,
    epochs: range | None = None,
    check: Callable[..., Any] = check_images,
) -> Any:
    """Cut pictures into batches, in another order at each epoch, a few batches ahead.

    What is left over by the last full batch of an epoch is not used in that epoch:
    batches of one size need to be compiled only once.

    Args:
        x: pictures, `(n, ...)`. They are checked here, before a training begins.
        batch_size: pictures in a batch, at most n.
        y: targets, one for each picture, for models that need them.
        seed: of the order; None takes one from TensorFlow's global generator,
            which `keras.utils.set_random_seed` sets.
        epochs: numbers of the epochs, which then follow each other as one stream. The order of
            an epoch depends on `seed` and its number alone, so that a training that was stopped
            after 7 of 20 goes on with `range(7, 20)` as if it had not been. None gives one epoch
            at a time, whose order depends on how often the stream was started.
        check: how `x` and `y` are looked at: as pixels in [0, 1], or, by
            `checks.check_array`, as any finite numbers.

    Returns:
        tf.data.Dataset of tuples `(x,)` or `(x, y)`, for `fit` and `evaluate`:
        `n // batch_size` batches an epoch, which `fit` must be told as `steps_per_epoch` where
        `epochs` are given.

    Raises:
        ImportError: TensorFlow is not installed.
        TypeError: `epochs` is no range, or `x` or `y` is a stream. To make every order as likely
            as any other, all pictures must be in memory, so a stream shuffles and batches itself,
            as well as its buffer allows, and goes to `fit` as it is.
        ValueError: `check` finds something, `x` and `y` are not equally many, or
            fewer than one batch, or `epochs` without a `seed`, empty, or negative.
    """
    import tensorflow as tf

    check_has("a function that looks at an array", "__call__", check=check)
    for name, given in {"x": x, "y": y}.items():
        if isinstance(given, tf.data.Dataset | keras.utils.PyDataset | Iterator):
            raise TypeError(
                f"`{name}` must be an array, for all pictures are shuffled at once. A stream has "
                "`shuffle` and `batch` of its own, and goes to `fit` as it is. "
                f"{received(name, given)}"
            )
    arrays = [check(x, name="x")] + ([] if y is None else [check(y, name="y")])
    n = len(arrays[0])
    if len(arrays[-1]) != n:
        raise ValueError(f"`x` and `y` must be equally many. Received: {n} and {len(arrays[-1])}")
    batch_size = check_count(most=n, batch_size=batch_size)
    seed = check_seed(seed, none=epochs is None)
    if epochs is not None:
        if not isinstance(epochs, range):
            raise TypeError(
                f"`epochs` must be a range of their numbers. {received('epochs', epochs)}"
            )
        if not epochs or min(epochs) < 0:
            message = "`epochs` must hold a number or more, from 0 on."
            raise ValueError(f"{message} {received('epochs', epochs)}")
    with tf.device("CPU"):
        tensors = tuple(tf.constant(array) for array in arrays)

    # Numbers are shuffled and not pictures: they are small, and all of them fit
    # into the buffer, so that every order is as likely as any other.
    numbers = tf.data.Dataset.range(n)
    if epochs is None:
        orders = numbers.cache().shuffle(n, seed=seed, reshuffle_each_iteration=True)
        orders = orders.batch(batch_size, drop_remainder=True)
    else:
        orders = tf.data.Dataset.range(epochs.start, epochs.stop, epochs.step).flat_map(
            lambda epoch: tf.data.Dataset.from_tensor_slices(
                tf.random.experimental.stateless_shuffle(tf.range(n), [seed, epoch])
            ).batch(batch_size, drop_remainder=True)
        )
    return orders.map(lambda i: tuple(tf.gather(tensor, i) for tensor in tensors)).prefetch(
        tf.data.AUTOTUNE
    )
