"""What comes into a model, looked at before the model learns from it or answers."""

from contextlib import contextmanager, suppress
from functools import partial

import numpy as np

from companion.checks import as_numbers, check_array, check_condition, received
from companion.models.streams import is_stream, looked_at, pictures_in


class Inputs:
    """Look at pictures, conditions, targets and weights: arrays now, streams batch by batch.

    Args:
        check: of a `Likelihood`: what it may be asked the price of.
        image_shape: of one picture; None in it stands for any size.
        condition_shape: of one condition; None if the model reads none.
        has_target: whether a model may be given what it shall answer.
    """

    def __init__(self, check, image_shape, condition_shape, *, has_target=True):
        self._check, self._image_shape = check, image_shape
        self._condition_shape, self._has_target = condition_shape, has_target
        self._streams = []
        self._found = None  # what was wrong with a batch of a stream

    def pictures(self, x, name="x", check=None):
        """Give an array of pictures as float32, or say what is wrong with it."""
        if isinstance(x, tuple | dict):
            raise TypeError(f"`{name}` must be one array. Received: a {type(x).__name__}")
        return (check or self._check)(x, shape=self._image_shape, name=name)

    def condition(self, condition, n):
        """Give the condition of each of `n` examples, if the model reads one."""
        condition = check_condition(condition, self._condition_shape)
        if condition is not None and len(condition) != n:
            raise ValueError(
                f"`condition` must hold one for each example. Received: {len(condition)} for {n}"
            )
        return condition

    def looked_at(self, x, y=None, sample_weight=None, prefix=""):
        """Give the three as a method of Keras shall have them."""
        if not is_stream(x):
            if y is not None and not self._has_target:
                raise ValueError(_no_target(f"{prefix}y", y))
            return self._arrays(x, y, sample_weight, prefix)
        if sample_weight is not None:
            raise ValueError(
                f"`{prefix}sample_weight` must be in the stream, in batches of (x, y, "
                f"sample_weight). Received: {type(sample_weight).__name__} beside the stream"
            )
        self._streams.append(looked_at(x, partial(self._batch, prefix=prefix)))
        return self._streams[-1], y, None

    def validation(self, data):
        """Give `validation_data` as `fit` shall have it.

        A tuple or list of one to three is (x, y, sample_weight); a longer list is an array.
        """
        parts = data if isinstance(data, tuple | list) and 0 < len(data) <= 3 else (data,)
        x, *rest = self.looked_at(*parts, prefix="validation ")
        return x if is_stream(x) else (x, *rest)

    @contextmanager
    def as_found(self):
        """Raise what was found in a stream in place of the error that a backend makes of it."""
        try:
            yield
        except Exception:
            for stream in self._streams:  # it may have failed on a shape, before any batch came
                with suppress(Exception):
                    next(pictures_in(stream) or iter(()))
            if self._found is None:
                raise
            raise self._found from None
        finally:
            # TensorFlow never lets go of what `looked_at` has it call, and so of this object.
            self._streams.clear()

    def _batch(self, x, y, sample_weight, prefix):
        try:
            self._arrays(x, y, sample_weight, prefix)
        except (TypeError, ValueError) as error:
            self._found = self._found or error
            raise

    def _arrays(self, x, y, sample_weight, prefix):
        # With a target of its own nobody asks for the price of x, which need only be finite.
        check = None if y is None else check_array
        if self._condition_shape is None:
            x = pictures = self.pictures(x, f"{prefix}x", check)
        else:
            x = self._with_condition(x, f"{prefix}x", check)
            pictures = x[0]
        if y is not None:
            name = f"{prefix}y"
            if not self._has_target and sample_weight is None:  # in a stream it stands before them
                raise ValueError(_no_target(name, y))
            y = self._target(y, name)
        if sample_weight is not None:
            sample_weight = _weights(sample_weight, len(pictures), f"{prefix}sample_weight")
            y = pictures if y is None else y  # Keras drops the weights where there is no target
        return x, y, sample_weight

    def _with_condition(self, x, name, check):
        if not isinstance(x, tuple | dict) or len(x) != 2:
            raise TypeError(
                f"`{name}` must hold pictures and the condition of each: (x, condition), or a "
                f"dict of both. Received: a {type(x).__name__}"
            )
        if isinstance(x, dict) and x.keys() != {"x", "condition"}:
            raise ValueError(f"`{name}` must have 'x' and 'condition'. Received: {sorted(x)}")
        pictures, condition = picture_and_condition(x)
        pictures = self.pictures(pictures, name, check)
        return pictures, self.condition(condition, len(pictures))

    def _target(self, y, name):
        try:
            return self.pictures(y, name)
        except ValueError as error:
            if np.ndim(y) > 2:
                raise
            raise ValueError(f"{error}. Labels are no target: fit(x) needs none.") from None


def picture_and_condition(x):
    """Take apart what a model was given: pictures, and the condition of each or None."""
    if isinstance(x, dict):
        return x["x"], x["condition"]
    return x if isinstance(x, tuple | list) else (x, None)


def _no_target(name, y):
    return f"`{name}` must be None, without a target. {received(name, y)}"


def _weights(weights, n, name):
    """Give the weights of `n` pictures as float32 `(n,)`, or say what is wrong with them."""
    weights = as_numbers(weights, name)
    if weights.shape not in ((n,), (n, 1)):
        raise ValueError(
            f"`{name}` must hold one number for each picture, shape ({n},). "
            f"Received: shape={weights.shape}"
        )
    weights = check_array(weights.reshape(n, 1), name=name)[:, 0]
    if weights.min() < 0:
        raise ValueError(f"`{name}` must be 0 or more. Received: down to {weights.min():.3g}")
    return weights
