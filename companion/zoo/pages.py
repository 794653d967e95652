"""Models of the zoo as a page runs them, read without Keras."""

from itertools import pairwise

import numpy as np

from companion.page import DenseLayer, PageModel
from companion.zoo.model_files import CorruptModelError, read_arrays
from companion.zoo.recipes import IMAGE_SHAPE, recipe_of


def page_model(name, folder=None):
    """Read a model with codes as plain layers: the same as a page has of a loaded one.

    Args and errors: as for `zoo.load`.

    Returns:
        `PageModel`.
    """
    recipe = recipe_of(name)
    weights, _ = read_arrays(name, folder)
    # As `building.get_weights` gives them: kernel and bias of each layer in turn.
    pixels = int(np.prod(IMAGE_SHAPE))
    hidden = list(pairwise((pixels, *recipe.hidden)))
    heads = (2 if recipe.kind == "vae" else 1) * [(recipe.hidden[-1], recipe.latent_dim)]
    sizes = [*hidden, *heads, *pairwise((recipe.latent_dim, *recipe.hidden[::-1], pixels))]
    wanted = [shape for inputs, units in sizes for shape in ((inputs, units), (units,))]
    given = [w.shape for w in weights]
    if given != wanted:
        raise CorruptModelError(
            f"{name}.npz is not of this recipe: its weights must have shapes {wanted}. "
            f"Received: {given}"
        )
    parts = [w.astype("float32") for w in weights]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    first, last = len(hidden), len(hidden) + len(heads)
    code = (np.concatenate(each, axis=-1) for each in zip(*pairs[first:last], strict=True))
    draws = "sigmoid" if recipe.likelihood == "bernoulli" else "linear"
    return PageModel(
        IMAGE_SHAPE[:2],
        [*(DenseLayer(*pair, "relu") for pair in pairs[:first]), DenseLayer(*code, "linear")],
        [*(DenseLayer(*pair, "relu") for pair in pairs[last:-1]), DenseLayer(*pairs[-1], draws)],
    )
