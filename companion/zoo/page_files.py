"""Models that a reader trained on the page "Train it here", and saved there as a file."""

import base64
import json
from pathlib import Path

import numpy as np

from companion.zoo.model_files import CorruptModelError
from companion.zoo.recipes import Recipe

FORMAT = "walking-the-latent-space model 1"  # what playground.mjs writes


def read_page_file(path):
    """Read such a file.

    Returns:
        `(recipe, weights)`: a `Recipe`, and arrays in the order of `building.get_weights`.

    Raises:
        OSError: it cannot be read.
        CorruptModelError: it is no such file, or its parts do not fit each other.
    """
    content = Path(path).read_bytes()
    try:
        saved = json.loads(content)
        if saved["format"] != FORMAT:
            raise ValueError(f"format {saved['format']!r}")
        recipe = Recipe(
            about="Trained in a page.",
            data=str(saved["data"]),
            kind=saved["kind"],
            latent_dim=saved["latent_dim"],
            hidden=tuple(saved["hidden"]),
            beta=1.0 if saved["beta"] is None else saved["beta"],
        )
        sizes = (recipe.latent_dim, *recipe.hidden)
        if not recipe.has_codes:
            raise ValueError(f"kind {recipe.kind!r}")
        if not all(type(size) is int and size > 0 for size in sizes):
            raise ValueError(f"sizes {sizes}")
        values = np.frombuffer(base64.b64decode(saved["weights"], validate=True), "<f4")
        if not np.isfinite(values).all():
            raise ValueError("NaN or infinite weights")
        return recipe, _cut(values, recipe)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CorruptModelError(
            f"{path} is not a model as the page saves it. Save it there again. "
            f"Found: {type(error).__name__}: {error}"
        ) from error


def _cut(values, recipe):
    """Cut all weights into those of each layer; a page has both heads of a VAE side by side."""
    layers = recipe.layers
    wanted = sum((inputs + 1) * units for inputs, units in layers)
    if len(values) != wanted:
        raise ValueError(f"{len(values)} weights where {wanted} are needed")
    weights, at, first = [], 0, len(recipe.hidden)
    for i, (inputs, units) in enumerate(layers):
        if recipe.heads == 2 and i == first + 1:
            continue  # cut with the one before it
        together = recipe.heads if i == first else 1
        kernel = values[at : at + inputs * together * units].reshape(inputs, -1)
        bias = values[at + kernel.size : at + kernel.size + together * units]
        at += kernel.size + bias.size
        for k, b in zip(np.split(kernel, together, axis=1), np.split(bias, together), strict=True):
            weights += [k, b]
    return weights
