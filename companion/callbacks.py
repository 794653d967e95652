"""Callbacks for `fit`: a progress bar, and two that set the `beta` of a VAE (chapter 12)."""

import math

import keras
from IPython import get_ipython
from IPython.display import display
from tqdm import notebook
from tqdm.auto import tqdm

from companion.checks import check_count, check_float, check_has


class ProgressBar(keras.callbacks.Callback):
    """Show the progress of `fit` in one line that goes away at the end (chapter 1).

    Give it to `fit` together with `verbose=0`. It counts optimizer steps, names
    the epoch's losses and the time that is left, and is drawn by tqdm: a bar in
    a notebook, a line in a terminal. A training that has ended leaves nothing behind, also in
    a saved notebook. If it was interrupted, the bar of a notebook goes when its cell ends, and
    the line of a terminal stays where it was.
    """

    _bar = _output = None

    def on_train_begin(self, logs=None):
        self._end()  # of a training that did not come to its end
        self._seen = 0
        steps = self.params["steps"]
        in_notebook = issubclass(tqdm, notebook.tqdm)
        self._bar = tqdm(
            total=steps * self.params["epochs"] if steps else None,
            unit="step",
            leave=False,
            **({"display": False} if in_notebook else {}),
        )
        # In an output of its own, which can be emptied: a closed widget would be an error there.
        if in_notebook:
            self._output = display(self._bar.container, display_id=True)
            # Keras tells no callback that a training was interrupted. IPython tells of the cell.
            get_ipython().events.register("post_run_cell", self._end)

    def on_train_batch_end(self, batch, logs=None):
        # With `steps_per_execution`, Keras names the last step of a full round even
        # where the epoch ended within it.
        done = min(batch + 1, self.params["steps"] or batch + 1)
        self._bar.update(done - self._seen)
        self._seen = done

    def on_epoch_end(self, epoch, logs=None):
        self._seen = 0
        losses = {name: f"{value:.1f}" for name, value in (logs or {}).items()}
        self._bar.set_postfix(losses, refresh=False)  # the next step draws it

    def on_train_end(self, logs=None):
        self._end()

    def _end(self, cell=None):
        if self._output:
            self._output.update({"text/html": ""}, raw=True)
            get_ipython().events.unregister("post_run_cell", self._end)
        if self._bar is not None:
            self._bar.close()
        self._bar = self._output = None


class _SetsBeta(keras.callbacks.Callback):
    """Refuse a model that has no beta before its training begins."""

    def on_train_begin(self, logs=None):
        check_has("a models.VAE, whose `beta` may be set", "beta", model=self.model)


class BetaAnnealing(_SetsBeta):
    """Let the weight of the KL term rise from 0 while a VAE trains, once or in cycles.

        beta(t) = beta min(1, c / rise),   c = the share of its cycle that lies behind t

    With `cycles=1` this is the warm-up. It is set once an epoch, and an epoch is
    what `fit` calls so: `steps_per_epoch`, with an endless stream, makes it as short as
    wanted. After the last epoch it is `beta`.

    Args:
        beta: the weight in the end, 0 or more.
        rise: the share of a cycle in which it rises, in (0, 1]; then it stays.
        cycles: how often it starts again at 0, a positive integer.

    Raises:
        TypeError: a number is none, or the model that trains has no `beta`.
        ValueError: a number is out of its range.

    Source:
        S. R. Bowman et al., "Generating Sentences from a Continuous Space", CoNLL 2016,
        for the warm-up; H. Fu et al., "Cyclical Annealing Schedule", NAACL 2019, for the
        cycles.
    """

    def __init__(self, beta=1.0, rise=0.5, cycles=1):
        super().__init__()
        self.beta = check_float("[0, inf)", beta=beta)
        self.rise = check_float("(0, 1]", rise=rise)
        self.cycles = check_count(cycles=cycles)

    def on_epoch_begin(self, epoch, logs=None):
        cycle = self.cycles * epoch / self.params["epochs"] % 1
        self.model.beta = self.beta * min(1, cycle / self.rise)

    def on_train_end(self, logs=None):
        self.model.beta = self.beta


class KLTarget(_SetsBeta):
    """Look for the beta with which a VAE spends a wanted number of nats on its codes.

        beta <- beta exp( gain clip(KL / nats - 1, -1, 1) )   after each epoch

    KL is the mean over the epoch's training pictures, which `fit` reports as `kl`. Where the
    code costs too much, beta rises, otherwise it falls. It starts from the model's own beta,
    which must be above 0, and the model keeps the last one.

    Args:
        nats: the wanted KL divergence, nats per image, above 0.
        gain: how fast beta follows, above 0; at 0.5 an epoch changes it by a factor of
            1.65 at most.

    Raises:
        TypeError: a number is none, or the model that trains has no `beta`.
        ValueError: a number is out of its range.

    Source:
        The idea of a controller is that of H. Shao et al., "ControlVAE", ICML 2020. Theirs
        sets beta from the sum of the errors so far; this one is simpler.
    """

    def __init__(self, nats, gain=0.5):
        super().__init__()
        self.nats = check_float("(0, inf)", nats=nats)
        self.gain = check_float("(0, inf)", gain=gain)

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        check_float("(0, inf)", beta=self.model.beta)

    def on_epoch_end(self, epoch, logs=None):
        error = min(max(logs["kl"] / self.nats - 1, -1), 1)
        self.model.beta *= math.exp(self.gain * error)
