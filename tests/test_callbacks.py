"""The progress bar: it counts every step, names the losses, and goes away."""

import io

import keras
import numpy as np
import pytest

from companion import callbacks


@pytest.fixture
def bars(monkeypatch):
    """Catch the bars that are drawn, in a text that a terminal would show."""
    made = []

    class Caught(callbacks.tqdm):
        def __init__(self, **kwargs):
            super().__init__(**kwargs, file=io.StringIO(), mininterval=0)
            made.append(self)

    monkeypatch.setattr(callbacks, "tqdm", Caught)
    return made


def fit(**kwargs):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=kwargs.pop("steps_per_execution", 1))
    x = np.zeros((50, 2), "float32")
    model.fit(x, x[:, :1], verbose=0, callbacks=[callbacks.ProgressBar()], **kwargs)


@pytest.mark.parametrize("steps_per_execution", [1, 4])
def test_the_bar_counts_every_optimizer_step(bars, steps_per_execution):
    fit(epochs=3, batch_size=5, steps_per_execution=steps_per_execution)
    (bar,) = bars
    assert bar.n == bar.total == 30


def test_the_bar_names_the_loss(bars):
    fit(epochs=2, batch_size=5)
    assert "loss=0.0" in bars[0].fp.getvalue()


def test_the_bar_is_gone_at_the_end(bars):
    fit(epochs=1, batch_size=5)
    assert bars[0].fp.getvalue().rsplit("\r", 2)[-1].strip() == ""


def test_the_bar_shows_one_decimal(bars):
    fit(epochs=2, batch_size=5)
    assert "loss=0.00" not in bars[0].fp.getvalue()
