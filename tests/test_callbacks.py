"""The progress bar counts every step and goes away; the others set beta as their formula says."""

import io
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from IPython.core.events import EventManager, available_events
from small_models import make_pictures, make_vae

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


def test_the_bar_of_a_stream_of_unknown_length_counts_all_the_same(bars):
    progress = callbacks.ProgressBar()
    progress.set_params({"steps": None, "epochs": 2})
    progress.on_train_begin()
    for epoch in range(2):
        for step in range(3):
            progress.on_train_batch_end(step)
        progress.on_epoch_end(epoch)
    (bar,) = bars
    assert (bar.n, bar.total, bar.unit) == (6, None, "step")
    progress.on_train_end()


def test_the_bar_names_the_loss(bars):
    fit(epochs=2, batch_size=5)
    assert "loss=0.0]" in bars[0].fp.getvalue()


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
        return SimpleNamespace(
            update=lambda data, raw: shown.update({name: data["text/html"] if raw else data})
        )

    events = EventManager(None, available_events)
    monkeypatch.setattr(callbacks, "tqdm", callbacks.notebook.tqdm)
    monkeypatch.setattr(callbacks, "display", display)
    monkeypatch.setattr(callbacks.notebook, "display", lambda bar: shown.update(twice=bar))
    monkeypatch.setattr(callbacks, "get_ipython", lambda: SimpleNamespace(events=events))
    return SimpleNamespace(shown=shown, events=events)


def test_the_bar_of_an_interrupted_training_goes_when_its_cell_ends(notebook):
    progress = callbacks.ProgressBar()
    stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: 1 / 0)
    for training in (1, 2):  # the second in the same cell, whose error was caught
        with pytest.raises(ZeroDivisionError):
            fit(callbacks=[progress, stop])
        assert len(notebook.shown) == training
        assert len(notebook.shown[training - 1].children) == 3  # text, bar, text
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


class Seen(keras.callbacks.Callback):
    """Note the beta with which each epoch trains."""

    def __init__(self):
        super().__init__()
        self.betas = []

    def on_epoch_end(self, epoch, logs=None):
        self.betas.append(self.model.beta)


def betas_of(callback, epochs=8, vae=None):
    """Train, and give the model and its beta in each epoch: what it read, before it is set anew."""
    vae, seen = vae or make_vae(), Seen()
    vae.compile("adam")
    vae.fit(make_pictures(8), batch_size=8, epochs=epochs, verbose=0, callbacks=[seen, callback])
    return vae, seen.betas


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, [0, 0.25, 0.5, 0.75, 1, 1, 1, 1]),
        ({"beta": 4.0, "rise": 1.0}, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]),
        ({"beta": 2.0, "cycles": 2}, [0, 1, 2, 2, 0, 1, 2, 2]),
        ({"cycles": 4, "rise": 1.0}, [0, 0.5] * 4),
        ({"beta": 0.0}, [0] * 8),
    ],
)
def test_beta_rises_in_each_cycle_and_is_whole_in_the_end(kwargs, expected):
    vae, betas = betas_of(callbacks.BetaAnnealing(**kwargs))
    assert betas == pytest.approx(expected)
    assert vae.beta == kwargs.get("beta", 1.0)


def test_an_annealed_beta_is_the_one_that_the_loss_is_made_of():
    vae = make_vae()
    vae.compile("adam")
    rising = callbacks.BetaAnnealing(beta=3.0)
    told = vae.fit(make_pictures(), batch_size=60, epochs=4, verbose=0, callbacks=[rising]).history
    loss, reconstruction, kl = map(np.array, (told["loss"], told["reconstruction"], told["kl"]))
    assert (loss - reconstruction) / kl == pytest.approx([0, 1.5, 3, 3], abs=1e-3)


@pytest.mark.parametrize("nats", [0.5, 2.0])
def test_the_divergence_reaches_the_wanted_nats(nats):
    vae = make_vae()
    pictures = np.repeat(make_pictures(20), 20, axis=0)
    vae.compile(keras.optimizers.Adam(5e-3))
    target = callbacks.KLTarget(nats)
    told = vae.fit(pictures, batch_size=40, epochs=40, verbose=0, callbacks=[target]).history
    assert told["kl"][-1] == pytest.approx(nats, rel=0.1)


def test_one_step_of_the_control_is_its_formula():
    vae = make_vae()
    vae.beta = 2.0
    target = callbacks.KLTarget(4.0, gain=0.1)
    target.set_model(vae)
    for kl, factor in ((4.0, 1), (5.0, np.exp(0.025)), (400.0, np.exp(0.1)), (0.0, np.exp(-0.1))):
        vae.beta = 2.0
        target.on_epoch_end(0, {"kl": kl})
        assert vae.beta == pytest.approx(2 * factor)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: callbacks.BetaAnnealing(beta=-1), r"`beta` must be a number in \[0, inf\)"),
        (lambda: callbacks.BetaAnnealing(rise=0), r"`rise` must be a number in \(0, 1\]"),
        (lambda: callbacks.BetaAnnealing(rise=1.1), "`rise` must be"),
        (lambda: callbacks.BetaAnnealing(cycles=0), "`cycles` must be a positive integer"),
        (lambda: callbacks.KLTarget(0), r"`nats` must be a number in \(0, inf\)"),
        (lambda: callbacks.KLTarget(np.nan), "`nats` must be"),
        (lambda: callbacks.KLTarget(3, gain=0), "`gain` must be"),
    ],
)
def test_a_wrong_setting_of_beta_is_refused_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("callback", [callbacks.BetaAnnealing(), callbacks.KLTarget(3.0)])
def test_a_model_without_beta_is_refused_before_it_trains(callback):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match=r"`model` must be a models\.VAE, whose `beta` may be set"):
        model.fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0, callbacks=[callback])


def test_a_beta_of_zero_cannot_be_steered_by_factors():
    vae = make_vae()
    vae.beta = 0.0
    with pytest.raises(ValueError, match=r"`beta` must be a number in \(0, inf\)"):
        betas_of(callbacks.KLTarget(3.0), vae=vae)
