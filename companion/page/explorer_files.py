"""Weights as files beside a page, which an explorer loads when it needs them."""

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from companion.checks import check_has, check_path, check_text
from companion.files import write
from companion.page.packing import base64_text
from companion.page.page_models import PARTS, PageModel, packed_part


def file_name(name, part):
    """Name the file of an encoder or a decoder, such as `autoencoder-decoder.mjs`.

    The ending is not `.js`, because Sphinx puts every such file of a static folder
    into every page.
    """
    return f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}-{part}.mjs"


def check_file_names(names):
    """Raise ValueError where two models would get one file, or one would get no name."""
    stems = [file_name(name, "") for name in names]
    if len(set(stems)) < len(stems) or file_name("", "") in stems:
        raise ValueError(
            "`models` must have names that differ in their letters a to z and digits, to name "
            f"files. Received: {list(names)}"
        )


def write_files(folder: str | PathLike[str], models: Mapping[str, PageModel]) -> list[Path]:
    """Write the files that a `LatentExplorer` with `files=` loads: two for each model.

    Each is a script that hands its page the weights as base64: a page opened from disk
    may load scripts, and nothing else. Files are replaced all at once or not at all.

    Args:
        folder: where to write; it is made if it is not there.
        models: dict of names to `PageModel`s, as `explorer.models` is.

    Returns:
        list of the paths written.

    Raises:
        TypeError: `models` holds something else, or `folder` is no path.
        ValueError: there is no model, or two would get one file.
        OSError: they cannot be written.
    """
    check_has("a dict of names to `PageModel`s", "keys", "items", models=models)
    check_path(folder=folder)
    if not models:
        raise ValueError("`models` must hold one model or more. Received: none")
    for name in models:
        check_text(**{f"models: {name!r}": name})
    contents = file_contents(models)
    write(Path(folder), contents)
    return [Path(folder, name) for name in contents]


def file_contents(models):
    """Give what `write_files` writes: a dict of the files' names to their bytes."""
    check_file_names(models)
    contents = {}
    for name, model in models.items():
        check_has("a `PageModel`", *PARTS, **{f"models[{name!r}]": model})
        for part in PARTS:
            packed = packed_part(model, part)
            data = base64_text(packed["data"])
            script = f'latentExplorerPart("{packed["digest"]}", "{data}");\n'
            contents[file_name(name, part)] = script.encode()
    return contents
