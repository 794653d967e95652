"""Callbacks for `fit`."""

import keras
from IPython import get_ipython
from IPython.display import display
from tqdm import notebook
from tqdm.auto import tqdm


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
