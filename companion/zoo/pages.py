"""Models of the zoo as a page runs them, read without Keras."""

import numpy as np

from companion.page import DenseLayer, PageModel
from companion.zoo.model_files import read_arrays
from companion.zoo.recipes import IMAGE_SHAPE, recipe_of


def page_model(name, folder=None):
    """Read a model with codes as plain layers: the same as a page has of a loaded one.

    Args and errors: as for `zoo.load`.

    Returns:
        `PageModel`.
    """
    recipe = recipe_of(name)
    weights, _ = read_arrays(name, folder)
    parts = [w.astype("float32") for w in weights]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))  # kernel and bias of each layer
    first, last = len(recipe.hidden), len(pairs) - len(recipe.hidden) - 1
    code = (np.concatenate(each, axis=-1) for each in zip(*pairs[first:last], strict=True))
    draws = "sigmoid" if recipe.likelihood == "bernoulli" else "linear"
    return PageModel(
        IMAGE_SHAPE[:2],
        [*(DenseLayer(*pair, "relu") for pair in pairs[:first]), DenseLayer(*code, "linear")],
        [*(DenseLayer(*pair, "relu") for pair in pairs[last:-1]), DenseLayer(*pairs[-1], draws)],
    )
