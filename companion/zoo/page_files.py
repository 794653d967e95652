"""Models as files of the page "Train it here": saved there and read here, or the other way."""

import base64
import json
from pathlib import Path

import numpy as np

from companion.checks import check_path, received
from companion.files import write
from companion.page import DenseLayer
from companion.page.keras_models import read_model
from companion.page.packing import base64_text
from companion.page.page_layers import all_weights
from companion.zoo.model_files import CorruptModelError
from companion.zoo.recipes import IMAGE_SHAPE, Recipe

FORMAT = "walking-the-latent-space model 1"  # what model_file.mjs writes and reads
PICTURES = ("digits", "faces", None)  # whose held-out ones the page can show on its map


def read_page_file(path):
    """Read such a file.

    Returns:
        `(recipe, weights)`: a `Recipe`, and arrays in the order of `building.get_weights`.

    Raises:
        TypeError: `path` is none.
        OSError: it cannot be read.
        CorruptModelError: it is no such file, or its parts do not fit each other.
    """
    check_path(path=path)
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


def write_page_file(model, path, data):
    """Write such a file.

    Returns:
        pathlib.Path of it.

    Raises:
        TypeError, ValueError: as `zoo.to_page` says.
        OSError: it cannot be written; what was there before is as it was.
    """
    check_path(path=path)
    if data not in PICTURES:
        raise ValueError(f"`data` must be 'digits', 'faces' or None. {received('data', data)}")
    read = _read(model)
    saved = {
        "format": FORMAT,
        "kind": "vae" if read.gaussian else "autoencoder",
        "latent_dim": read.latent_dim,
        "hidden": [layer.units for layer in read.encoder[:-1]],
        "beta": model.beta if read.gaussian else None,
        "data": data or "none",
        "weights": base64_text(all_weights([*read.encoder, *read.decoder]).astype("<f4").tobytes()),
    }
    path = Path(path)
    write(path.parent, {path.name: json.dumps(saved).encode()})
    return path


def _read(model):
    """Read a model of the kind that the page trains, or say what is missing."""
    if not hasattr(model, "likelihood"):
        raise TypeError(f"`model` must be a `VAE` or an `Autoencoder`. {received('model', model)}")
    try:
        read = read_model("", model)
    except ValueError as error:
        raise ValueError(str(error).replace("`models['']", "`model")) from error
    units = [layer.units for layer in read.encoder[:-1]]
    shapes = [layer.units for layer in read.decoder[:-1]]
    found = [getattr(layer, "activation", None) for layer in [*read.encoder, *read.decoder]]
    wanted = [*["relu"] * len(units), "linear", *["relu"] * len(shapes), "sigmoid"]
    dense = all(isinstance(layer, DenseLayer) for layer in [*read.encoder, *read.decoder])
    same = units == shapes[::-1] and found == wanted and read.shape == IMAGE_SHAPE[:2]
    if not (dense and same and units and model.likelihood == "bernoulli"):
        raise ValueError(
            "`model` must be of the kind that the page trains: pictures of (28, 28, 1), dense "
            "layers with ReLU, the decoder's hidden ones those of the encoder backwards, and a "
            f"Bernoulli likelihood. Received: pictures of {read.shape}, hidden layers {units} and "
            f"{shapes}, likelihood={model.likelihood!r}"
        )
    return read
