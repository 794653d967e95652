"""A model of the zoo on the disk: NAME.npz, its weights and codes, and NAME.json, its card.

Nothing half-written ever bears the name of a model, and nothing is read that is not what
its card says.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np

from companion import data
from companion.checks import check_path
from companion.files import write
from companion.zoo.cards import Card, misfits
from companion.zoo.recipes import recipe_of

MODELS = Path(__file__).parent / "models"


class CorruptModelError(ValueError):
    """A file of a model is there, but it is not what it should be."""


def pack(arrays):
    """Pack named arrays into the bytes of an npz file; the same arrays give the same bytes."""
    file = io.BytesIO()
    np.savez(file, **arrays)  # float16 weights hardly compress
    return file.getvalue()


def unpack(content, path, remedy):
    """Give the named arrays of an npz file.

    Raises:
        CorruptModelError: it is no such file, or cut short; `remedy` says what to do.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > len(content):  # `pack` compresses nothing
            raise ValueError(f"{len(content)} bytes that would unpack to {size}")
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {key: np.asarray(archive[key]) for key in archive}
    except Exception as error:  # a parser that is fed garbage may raise anything
        raise CorruptModelError(
            f"{path} is not an intact npz file. {remedy} Found: {type(error).__name__}: {error}"
        ) from error


def write_model(name, arrays, card, folder):
    """Write both files of a model; the card is told the checksums of the other file and its own.

    Args:
        name: of the model.
        arrays: dict of arrays: the weights, and codes if it has any.
        card: dict of all that a `Card` holds, but for those checksums.
        folder: pathlib.Path.
    """
    content = pack(arrays)
    card = card | {"npz_sha256": hashlib.sha256(content).hexdigest()}
    text = json.dumps(card | {"card_sha256": card_checksum(card)}, indent=2) + "\n"
    write(folder, {f"{name}.npz": content, f"{name}.json": text.encode()})


def card_checksum(card):
    """Give the sha256 of all that a card says but for this."""
    rest = {key: value for key, value in card.items() if key != "card_sha256"}
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()


def read_card(name, folder=None):
    """Read the card of a model.

    Raises:
        FileNotFoundError: there is none in `folder`, by default the package's own.
        CorruptModelError: the file is no card, or that of another model, or was changed.
    """
    path = _path(folder, f"{name}.json")
    content = _read(path, name)
    try:
        card = json.loads(content)
    except (ValueError, RecursionError) as error:  # no text, or no JSON
        raise CorruptModelError(f"{path} is not JSON: {error}. {_remedy(path, name)}") from error
    if wrong := next(misfits(card), None):
        found = f"no {wrong}, or one of another type"
    elif card["name"] != name:
        found = card["name"]
    elif not card["figures"] or card["figures"].keys() != card["over_seeds"].keys():
        found = "other figures than are given over seeds"
    elif card["card_sha256"] != card_checksum(card):
        found = "another checksum than it names"
    else:
        return Card(card)
    raise CorruptModelError(
        f"{path} is not the card of {name}, as it was written. {_remedy(path, name)} Found: {found}"
    )


def read_arrays(name, folder=None):
    """Read the arrays of a model: its weights, in order, and a dict of the others.

    Raises:
        FileNotFoundError: a file is not there.
        CorruptModelError: it is not the one that the card was written with, or not of the recipe.
    """
    card = read_card(name, folder)
    path = _path(folder, f"{name}.npz")
    content = _read(path, name)
    found = hashlib.sha256(content).hexdigest()
    if found != card["npz_sha256"]:
        raise CorruptModelError(
            f"{path} is not the file of its card: cut short, changed, or of another training. "
            f"{_remedy(path, name)} Found: {len(content)} bytes of sha256 {found[:12]}…, "
            f"the card says {card['npz_sha256'][:12]}…"
        )
    arrays = unpack(content, path, _remedy(path, name))
    if wrong := next(_misfits(arrays, recipe_of(name)), None):
        raise CorruptModelError(f"{path} is not of this recipe. {_remedy(path, name)} {wrong}")
    weights = [arrays.pop(key) for key in sorted(arrays) if key.startswith("weight_")]
    return weights, arrays


def name_weights(weights):
    """Name weights so that they can be read in order."""
    return {f"weight_{i:02}": w for i, w in enumerate(weights)}


def _misfits(arrays, recipe):
    """Say what of the arrays of a model is not as its recipe makes it."""
    shapes = [shape for inputs, units in recipe.layers for shape in ((inputs, units), (units,))]
    wanted = {key: ("float16", shape) for key, shape in name_weights(shapes).items()}
    if recipe.has_codes:
        n = max(len(np.atleast_1d(arrays.get("z_mean", ()))), 1)
        parts = ("z_mean", "z_log_var")[: recipe.heads]
        wanted |= dict.fromkeys(parts, ("float16", (n, recipe.latent_dim)))
        wanted |= {"labels": ("uint8", (n,))}
    given = {key: (str(array.dtype), array.shape) for key, array in arrays.items()}
    for key in [*wanted, *sorted(given.keys() - wanted.keys())]:
        if given.get(key) != wanted.get(key):
            yield f"`{key}` must be {_text(wanted.get(key))}. Found: {_text(given.get(key))}"
        elif not np.isfinite(arrays[key]).all():
            yield f"`{key}` must be finite. Found: NaN or infinite values"
        elif key == "labels" and arrays[key].max() >= len(data.CLASS_NAMES[recipe.data]):
            yield f"`labels` must name a class of {recipe.data}. Found: {arrays[key].max()}"


def _text(kind):
    return "{} of shape {}".format(*kind) if kind else "absent"


def _path(folder, file):
    if folder is not None:
        check_path(folder=folder)
    return Path(MODELS if folder is None else folder) / file


def _read(path, name):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is not there. {_remedy(path, name)}") from None
    except OSError as error:  # such as a folder of that name
        raise OSError(f"{path} cannot be read: {error.strerror}.") from error


def _remedy(path, name):
    if path.parent == MODELS:
        return "Install the package again."
    return f"`python -m companion train {name} --output {path.parent}` makes it."
