"""A model of the zoo on the disk: NAME.npz, its weights and codes, and NAME.json, its card.

Nothing half-written ever bears the name of a model, and nothing is read that is not what
its card says.
"""

import hashlib
import io
import json
from pathlib import Path

import numpy as np

from companion.files import write
from companion.zoo.cards import KEYS, Card

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
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return dict(archive)
    except MemoryError:
        raise  # the machine's trouble, not the file's
    except Exception as error:  # a parser that is fed garbage may raise anything
        raise CorruptModelError(
            f"{path} is not an intact npz file. {remedy} Found: {type(error).__name__}: {error}"
        ) from error


def write_model(name, arrays, card, folder):
    """Write both files of a model; the card is told the checksum of the other file.

    Args:
        name: of the model.
        arrays: dict of arrays: the weights, and codes if it has any.
        card: dict of all that a `Card` holds, but for that checksum.
        folder: pathlib.Path.
    """
    content = pack(arrays)
    card = Card(card | {"npz_sha256": hashlib.sha256(content).hexdigest()})
    text = json.dumps(card, indent=2) + "\n"
    write(folder, {f"{name}.npz": content, f"{name}.json": text.encode()})


def read_card(name, folder=None):
    """Read the card of a model.

    Raises:
        FileNotFoundError: there is none in `folder`, by default the package's own.
        CorruptModelError: the file is no card, or that of another model.
    """
    path = Path(folder or MODELS) / f"{name}.json"
    content = _read(path, name)
    try:
        card = json.loads(content)
    except ValueError as error:  # no text, or no JSON
        raise CorruptModelError(f"{path} is not JSON: {error}. {_remedy(path, name)}") from error
    missing = [key for key in KEYS if key not in card] if isinstance(card, dict) else KEYS
    if missing or card["name"] != name:
        raise CorruptModelError(
            f"{path} is not the card of {name}. {_remedy(path, name)} "
            f"Found: {f'no {missing[0]}' if missing else card['name']}"
        )
    return Card(card)


def read_arrays(name, folder=None):
    """Read the arrays of a model: its weights, in order, and a dict of the others.

    Raises:
        FileNotFoundError: a file is not there.
        CorruptModelError: it is not the one that the card was written with.
    """
    card = read_card(name, folder)
    path = Path(folder or MODELS) / f"{name}.npz"
    content = _read(path, name)
    found = hashlib.sha256(content).hexdigest()
    if found != card["npz_sha256"]:
        raise CorruptModelError(
            f"{path} is not the file of its card: cut short, changed, or of another training. "
            f"{_remedy(path, name)} Found: {len(content)} bytes of sha256 {found[:12]}…, "
            f"the card says {card['npz_sha256'][:12]}…"
        )
    arrays = unpack(content, path, _remedy(path, name))
    weights = [arrays.pop(key) for key in sorted(arrays) if key.startswith("weight_")]
    return weights, arrays


def name_weights(weights):
    """Name weights so that they can be read in order."""
    return {f"weight_{i:02}": w for i, w in enumerate(weights)}


def _read(path, name):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is not there. {_remedy(path, name)}") from None


def _remedy(path, name):
    if path.parent == MODELS:
        return "Install the package again."
    return f"`python -m companion train {name} --output {path.parent}` makes it."
