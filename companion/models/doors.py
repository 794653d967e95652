"""The methods of Keras that learn or measure, on data that is looked at."""

from contextlib import contextmanager, nullcontext
from inspect import signature

import keras

from companion.checks import check_count
from companion.models.streams import is_stream

SIZES = {"batch_size": 1, "validation_batch_size": 1, "epochs": 0, "initial_epoch": 0}


class Doors(keras.Model):
    """Look at data and settings, by the `_inputs` of a subclass, before Keras gets them.

    Arguments are those of Keras, in its order.
    """

    def fit(self, x=None, y=None, *args, **kwargs):
        """Train as `keras.Model.fit` does, on pictures that are looked at.

        With a condition, `x` is `(pictures, condition)` or a dict of `x` and `condition`.
        """
        self._build_optimizer()
        return self._call_keras(super().fit, x, y, *args, **kwargs)

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """Measure as `keras.Model.evaluate` does, on pictures that are looked at."""
        return self._call_keras(super().evaluate, x, y, *args, **kwargs)

    def train_on_batch(self, x, y=None, *args, **kwargs):
        """Take a step as `keras.Model.train_on_batch` does, on pictures that are looked at."""
        self._build_optimizer()
        return self._call_keras(super().train_on_batch, x, y, *args, **kwargs)

    def test_on_batch(self, x, y=None, *args, **kwargs):
        """Measure as `keras.Model.test_on_batch` does, on pictures that are looked at."""
        return self._call_keras(super().test_on_batch, x, y, *args, **kwargs)

    def _build_optimizer(self):
        """Make the optimizer's variables. Made within the first step, as Keras would, they let
        TensorFlow trace that step twice.
        """
        if not self.compiled or self.optimizer.built:
            return
        strategy = getattr(self, "distribute_strategy", None)  # of TensorFlow's alone
        with strategy.scope() if strategy else nullcontext():
            self.optimizer.build(self.trainable_variables)

    def _call_keras(self, method, *args, **kwargs):
        """Call a method of Keras on what was looked at."""
        bound = signature(method).bind(*args, **kwargs)
        given = bound.arguments
        if "kwargs" in given:  # the `fit` of Keras measures, on what was looked at
            return method(*args, **kwargs)
        if "y" in given and self.compiled and self.loss is not None:
            raise ValueError("This model brings its own loss: compile it without one.")
        if given.get("class_weight") is not None:
            raise ValueError(
                "`class_weight` needs classes, and here are no classes: give `sample_weight`."
            )
        for size, least in SIZES.items():
            if given.get(size) is not None:
                given[size] = check_count(least, **{size: given[size]})
        inputs, names = self._inputs, ("x", "y", "sample_weight")
        seen = inputs.looked_at(*map(given.get, names))
        given |= {name: part for name, part in zip(names, seen, strict=True) if part is not None}
        if given.get("validation_data") is not None:
            given["validation_data"] = inputs.validation(given["validation_data"])
        ordered = is_stream(given["x"]) and not isinstance(given["x"], keras.utils.PyDataset)
        if ordered and "shuffle" in bound.signature.parameters:
            given.setdefault("shuffle", False)  # or Keras warns that it cannot
        with inputs.as_found(), _weights_kept(method.__self__):
            return method(*bound.args, **bound.kwargs)


@contextmanager
def _weights_kept(model):
    """Give a model its weights back after an error: Keras under JAX takes them out for a while."""
    if keras.backend.backend() != "jax":
        yield
        return
    optimizer = model.optimizer.variables if model.compiled else []
    before = [(v, v.value) for v in (*model.variables, *model.metrics_variables, *optimizer)]
    try:
        yield
    except BaseException:
        model.jax_state_sync()  # to what the last whole step left
        for variable, value in before:
            if variable._value is None:  # there was no step
                variable.assign(value)
        raise
