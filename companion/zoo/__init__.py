"""Trained models, each with a card that says how it was made and what was measured.

    from companion import zoo
    zoo.names()                            # all there are
    model = zoo.load("mnist-vae-2d")       # a `VAE`, trained
    zoo.card("mnist-vae-2d")               # what it is, and how good
    zoo.codes("mnist-vae-2d")              # where the held-out pictures lie
    zoo.explorer("mnist")                  # three models under the hand

Nothing is downloaded: weights lie in the package, as float16. `python -m companion train
NAME` makes one again, `evaluate NAME` measures one again, `export NAME` brings one to a
page. `from_page` opens what a reader trained on the page "Train it here", and `to_page` writes
what can be opened there. Only `load`, `from_page` and `to_page` import Keras.
"""

from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from companion import data
from companion.widgets import LatentExplorer
from companion.zoo.cards import Card
from companion.zoo.model_files import CorruptModelError, read_arrays, read_card
from companion.zoo.recipes import EXPLORERS, LABELS, RECIPES, recipe_of

__all__ = [
    "Card", "Codes", "CorruptModelError", "card", "codes", "explorer", "explorers", "from_page",
    "load", "names", "to_page",
]  # fmt: skip


class Codes(NamedTuple):
    """What a model makes of the n test pictures of its data set, in their order."""

    z_mean: np.ndarray  #: `(n, latent_dim)` float32; an autoencoder's codes
    sigma: np.ndarray | None  #: `(n, latent_dim)` float32, of q(z | x); None for an autoencoder
    labels: np.ndarray  #: `(n,)` uint8: the pictures' classes
    class_names: tuple[str, ...]  #: what the labels 0, 1, ... stand for


def names() -> tuple[str, ...]:
    """Give the names of all models.

    Returns:
        tuple of str.

    Example:
        >>> from companion import zoo
        >>> "mnist-vae-2d" in zoo.names()
        True
    """
    return tuple(RECIPES)


def load(name: str, folder: str | PathLike[str] | None = None) -> Any:
    """Load a trained model.

    Args:
        name: one of `names()`.
        folder: a path: where its files are; by default in the package.

    Returns:
        `VAE` or `Autoencoder`; a classifier is a keras.Sequential that gives logits, and
        `metrics.features` takes it. All are compiled: `evaluate` and `fit` work at once.

    Raises:
        TypeError: `folder` is no path.
        ValueError: there is no model of that name.
        FileNotFoundError: `folder` has no files of it.
        CorruptModelError: they are not what the card and the recipe say.
    """
    from companion.zoo.building import build, set_weights  # Keras takes seconds to import

    recipe = recipe_of(name)
    weights, _ = read_arrays(name, folder)
    model = build(recipe)
    set_weights(model, weights)
    return model


def from_page(path: str | PathLike[str]) -> Any:
    """Open a model that was trained on the page "Train it here", and saved there.

    Args:
        path: of the file, such as `my-vae.json`.

    Returns:
        `VAE` or `Autoencoder`, compiled: `evaluate` and `fit` work at once.

    Raises:
        TypeError: `path` is none.
        OSError: the file cannot be read.
        CorruptModelError: it is not what the page writes.
    """
    from companion.zoo.building import build, set_weights
    from companion.zoo.page_files import read_page_file

    recipe, weights = read_page_file(path)
    model = build(recipe)
    set_weights(model, weights)
    return model


def to_page(model: Any, path: str | PathLike[str], *, data: str | None = "digits") -> Path:
    """Write a model as a file, which the page "Train it here" opens in its explorer.

    Args:
        model: `VAE` or `Autoencoder` of the kind that the page trains: pictures of (28, 28, 1),
            dense layers with ReLU, as `networks.dense_encoder` and `networks.dense_decoder` make
            them, and a Bernoulli likelihood.
        path: of the file, such as `my-vae.json`; one that is there is replaced.
        data: whose held-out pictures the page shows on its map: "digits", "faces", or None
            for none.

    Returns:
        pathlib.Path of the file. `from_page` opens it, too.

    Raises:
        TypeError: `model` is no such model, or `path` is none.
        ValueError: it is of another kind, or its weights are not finite; or `data` is unknown.
        OSError: the file cannot be written.
    """
    from companion.zoo.page_files import write_page_file

    return write_page_file(model, path, data)


def card(name: str, folder: str | PathLike[str] | None = None) -> Card:
    """Give the card of a model, a dict that shows as a text or in Jupyter as a table.

    Args:
        name, folder: as for `load`.

    Returns:
        `Card`.

    Raises:
        TypeError, ValueError, FileNotFoundError, CorruptModelError: as `load` does.

    Example:
        >>> from companion import zoo
        >>> zoo.card("mnist-vae-2d")["data"]["name"]
        'mnist'
    """
    recipe_of(name)
    return read_card(name, folder)


def codes(name: str, folder: str | PathLike[str] | None = None) -> Codes:
    """Give the codes of the test pictures, as the model itself would encode them.

    Args:
        name, folder: as for `load`.

    Returns:
        `Codes`, to the precision of float16.

    Raises:
        ValueError: there is no model of that name, or it is a classifier, which has no codes.
        FileNotFoundError, CorruptModelError: as `load` does.

    Example:
        >>> from companion import zoo
        >>> zoo.codes("mnist-vae-2d").z_mean.shape
        (10000, 2)
    """
    recipe = recipe_of(name)
    if not recipe.has_codes:
        raise ValueError(f"`name` must be a model with codes. Received: the classifier {name!r}")
    _, arrays = read_arrays(name, folder)
    sigma = None
    if "z_log_var" in arrays:
        sigma = np.exp(arrays["z_log_var"].astype("float32") / 2)
    z_mean = arrays["z_mean"].astype("float32")
    return Codes(z_mean, sigma, arrays["labels"], data.CLASS_NAMES[recipe.data])


def explorers() -> tuple[str, ...]:
    """Give what `explorer` knows: those of the book, and each model with codes.

    Returns:
        tuple of str.
    """
    return (*EXPLORERS, *(name for name in RECIPES if RECIPES[name].has_codes))


def explorer(
    name: str, *, files: str | None = None, folder: str | PathLike[str] | None = None
) -> LatentExplorer:
    """Show models of the zoo on the map of their held-out codes, without Keras.

    Args:
        name: one of `explorers()`: "mnist" shows three models of digits, "fashion" two of
            clothes, the name of a model that one.
        files: as for `widgets.LatentExplorer`.
        folder: where the models' files are; by default in the package.

    Returns:
        `widgets.LatentExplorer`.

    Raises:
        ValueError: there is no explorer of that name.
        FileNotFoundError: `folder` has no files of a model.
        CorruptModelError: they are not what a card says.
    """
    from companion.widgets import LatentExplorer  # these two take their time to import
    from companion.zoo.pages import page_model

    if name not in explorers():
        raise ValueError(f"`name` must be one of {', '.join(explorers())}. Received: name={name!r}")
    models = EXPLORERS.get(name, {name: name})
    found = {shown: codes(model, folder) for shown, model in models.items()}
    first = next(iter(found.values()))
    return LatentExplorer(
        {shown: page_model(model, folder) for shown, model in models.items()},
        codes={shown: each.z_mean for shown, each in found.items()},
        labels=first.labels,
        class_names=first.class_names,
        label=LABELS[recipe_of(next(iter(models.values()))).data],
        files=files,
    )
