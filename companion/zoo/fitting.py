"""A training of the zoo that can be stopped at any time, and goes on."""

import platform

import keras
import numpy as np

from companion import pipeline, schedules
from companion.callbacks import ProgressBar
from companion.checks import check_array
from companion.files import write
from companion.zoo import model_files
from companion.zoo.building import build
from companion.zoo.classifiers import CLASSIFIERS

BATCH = 128


def fit(recipe, pictures, seed, state):
    """Train the model of a recipe, or go on with a training that was stopped.

    It seeds Keras' global generator, as `keras.utils.set_random_seed` does.

    Args:
        recipe: `Recipe`.
        pictures: `data.ImageData`.
        seed: of the first weights, the order of the pictures and all draws.
        state: pathlib.Path of the file in which the training is kept, epoch by epoch.

    Returns:
        The trained model.
    """
    keras.utils.set_random_seed(seed)
    steps = len(pictures.train) // BATCH
    rate = schedules.warmup_cosine(recipe.peak, recipe.epochs * steps)
    # In an endless stream Keras would round an epoch up to whole executions.
    at_once = max(count for count in range(1, 33) if steps % count == 0)
    model = build(recipe, rate, seed, steps_per_execution=at_once)
    backup = Backup(state, recipe)
    done = backup.restore(model)
    if done:
        print(f"going on after epoch {done}", flush=True)
    backup.save(model, done)  # a folder that cannot be written is met now, not at the end
    if done < recipe.epochs:
        y = None if recipe.has_codes else CLASSIFIERS[recipe.kind].targets(pictures)[0]
        left = range(done, recipe.epochs)
        model.fit(
            pipeline.shuffled_batches(
                pictures.train, BATCH, y=y, seed=seed, epochs=left, check=check_array
            ),
            steps_per_epoch=steps,
            initial_epoch=done,
            epochs=recipe.epochs,
            shuffle=False,  # they are, by `shuffled_batches`
            verbose=0,
            callbacks=[ProgressBar(), backup],
        )
    return model


class Backup(keras.callbacks.Callback):
    """Keep a training on the disk, after each epoch, so that it can go on where it was stopped.

    Keras' own `BackupAndRestore` keeps no random numbers.

    Args:
        path: pathlib.Path of the file.
        recipe: `Recipe`, with which a training must agree to go on, as with the versions.
    """

    def __init__(self, path, recipe):
        super().__init__()
        self.path, self.recipe = path, f"{recipe}, {versions()}"

    def restore(self, model):
        """Bring a model to where its training was stopped, and say after how many epochs."""
        model.optimizer.build(model.trainable_variables)
        try:
            content = self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return 0  # what else is in its place is met by `save`
        remedy = "Delete it, and the training starts anew."
        arrays = model_files.unpack(content, self.path, remedy)
        if str(arrays.get("recipe")) != self.recipe:
            raise model_files.CorruptModelError(
                f"{self.path} is of another recipe, or of other versions. {remedy}"
            )
        for i, variable in enumerate(_variables(model)):
            variable.assign(arrays[f"variable_{i}"])
        return int(arrays["epochs"])

    def save(self, model, epochs):
        """Write the state of a model after `epochs` epochs."""
        values = {
            f"variable_{i}": keras.ops.convert_to_numpy(variable)
            for i, variable in enumerate(_variables(model))
        }
        arrays = {"recipe": np.array(self.recipe), "epochs": np.array(epochs), **values}
        write(self.path.parent, {self.path.name: model_files.pack(arrays)})

    def on_epoch_end(self, epoch, logs=None):
        self.save(self.model, epoch + 1)


def _variables(model):
    return [*model.variables, *model.optimizer.variables]


def versions():
    """Give the versions of what trains."""
    backend = keras.backend.backend()
    module = __import__(backend)
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "keras": keras.__version__,
        backend: module.__version__,
    }
