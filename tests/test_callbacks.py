"""The progress bar: it counts every step, names the losses, and goes away."""

import io
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from IPython.core.events import EventManager, available_events

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
    kwargs = {"callbacks": [callbacks.ProgressBar()], **kwargs}
    model.fit(x, x[:, :1], verbose=0, **kwargs)


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


@pytest.fixture
def notebook(monkeypatch):
    """Stand for a notebook: tell of the ends of its cells, and keep what its outputs show."""
    shown = {}

    def display(thing, display_id):
        name = len(shown)
        shown[name] = thing
        return SimpleNamespace(update=lambda data, raw: shown.update({name: data["text/html"]}))

    events = EventManager(None, available_events)
    monkeypatch.setattr(callbacks, "tqdm", callbacks.notebook.tqdm)
    monkeypatch.setattr(callbacks, "display", display)
    monkeypatch.setattr(callbacks, "get_ipython", lambda: SimpleNamespace(events=events))
    return SimpleNamespace(shown=shown, events=events)


def test_the_bar_of_an_interrupted_training_goes_when_its_cell_ends(notebook):
    progress = callbacks.ProgressBar()
    stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: 1 / 0)
    for training in (1, 2):  # the second in the same cell, whose error was caught
        with pytest.raises(ZeroDivisionError):
            fit(callbacks=[progress, stop])
        assert len(notebook.shown) == training
        assert notebook.shown[training - 1] != ""
    assert notebook.shown[0] == ""
    notebook.events.trigger("post_run_cell", None)
    assert notebook.shown[1] == ""
    assert not notebook.events.callbacks["post_run_cell"]


def test_the_bar_of_a_training_that_has_ended_does_not_wait_for_its_cell(notebook):
    fit(epochs=1)
    assert notebook.shown == {0: ""}
    assert not notebook.events.callbacks["post_run_cell"]


def test_the_bar_shows_one_decimal(bars):
    fit(epochs=2, batch_size=5)
    assert "loss=0.00" not in bars[0].fp.getvalue()
