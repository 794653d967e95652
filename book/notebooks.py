"""Run the notebooks of the book in place, and keep their files tidy.

    python book/notebooks.py execute [NOTEBOOK ...]     make execute
    python book/notebooks.py normalise [NOTEBOOK ...]   the pre-commit hook
    python book/notebooks.py prose [NOTEBOOK ...]       its text, for the spelling

A normalised notebook holds what a reader needs and nothing of the machine or
the moment that made it: no timings, no versions, and no widgets, whose twins do
without a kernel. Its prose shows the numbers that its cells have glued, each
followed by its name in a comment, so that it reads the same in every place that
shows notebooks. Its first cell of code is the set-up, written here, which
installs the package where it is missing, as on Colab. Cells that the page
folds are folded in JupyterLab too. It also holds a fingerprint of the code that
made its outputs, so that a test can tell when they are stale.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import nbformat
from companion import files
from nbclient import NotebookClient

import folds

BOOK = Path(__file__).parent
PYPROJECT = tomllib.loads((BOOK.parent / "pyproject.toml").read_text(encoding="utf-8"))
CELL_METADATA = {"tags", "mystnb", "companion"}
VIEW = "application/vnd.jupyter.widget-view+json"
# A number of the prose, as its author writes it, or as it was written here before.
GLUED = re.compile(
    r"\{glue:text\}`(?P<asked>[^`]+)`"
    r"|\u2212?[\d.\u202f]+(?:e\u2212\d+)?<!-- glue: (?P<shown>\S+) -->"
)
SETUP = "set-up"  # the id of the cell
# Colab shows a cell that begins like this one by its title alone. %pip never
# raises, hence the second look.
SETUP_SOURCE = """\
# @title Set-up: installs the book's package where it is missing
import importlib.util

if importlib.util.find_spec("companion") is None:
    %pip install -q git+{repository}@{ref}
    importlib.invalidate_caches()
    if importlib.util.find_spec("companion") is None:
        raise ImportError(
            "The package of the book is missing, and pip, above, says why it "
            "could not be installed. With a network, run this cell again; "
            "without one, run `pip install .` in a clone of the book."
        )
"""


def setup_cell():
    """Write the first cell of code of every notebook: without a word where the package is."""
    source = SETUP_SOURCE.format(
        repository=PYPROJECT["project"]["urls"]["Repository"],
        ref=PYPROJECT["tool"]["book"]["launch-ref"],
    )
    # Folded on Colab and in JupyterLab; the page, where nothing runs, leaves it out.
    metadata = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["remove-cell"]}
    return nbformat.v4.new_code_cell(source.strip(), id=SETUP, metadata=metadata)


def _begin_with_setup(notebook):
    """Put the set-up before the first cell of code, in the place of an older one."""
    setup, cells = setup_cell(), [cell for cell in notebook.cells if cell.id != SETUP]
    for older in notebook.cells:
        if older.id == SETUP:
            setup.execution_count = older.execution_count
    codes = (i for i, cell in enumerate(cells) if cell.cell_type == "code")
    first = next(codes, len(cells))
    notebook.cells = [*cells[:first], setup, *cells[first:]]


def _fold(notebook):
    """Fold in JupyterLab what the page folds or leaves out, and solutions; on Colab the guesses."""
    for cell in code_cells(notebook):
        kind = folds.kind(cell)
        if kind is not None or "remove-input" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if kind == "guess":
            cell.metadata["cellView"] = "form"  # its code names the answer
    for cell in folds.in_solutions(notebook.cells):
        cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "code":
            cell.metadata["jupyter"]["outputs_hidden"] = True


def code_cells(notebook):
    """Give the cells that hold code of the book: all but the set-up."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip() and cell.id != SETUP
    ]


def prose(notebook):
    """Give the text of the Markdown cells."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def glued_texts(notebook):
    """Give the numbers that `companion.glue` stored, as a sentence shows them, by their names."""
    outputs = (out for cell in code_cells(notebook) for out in cell.outputs)
    stored = (out for out in outputs if "scrapbook" in out.get("metadata", {}))
    return {
        out.metadata.scrapbook.name: out.data["application/papermill.record/text/plain"]
        for out in stored
    }


def _glue(source, texts):
    """Write the numbers into a text. One that no cell has glued yet stays as it is."""

    def shown(match):
        name = match["asked"] or match["shown"]
        return f"{texts[name]}<!-- glue: {name} -->" if name in texts else match[0]

    return GLUED.sub(shown, source)


def fingerprint(notebook):
    """Give the SHA-256 of the code, cell by cell: what the outputs were made by."""
    sources = [cell.source for cell in code_cells(notebook)]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def execute(path):
    """Run a notebook top to bottom as the book is made: seed 0, digits, from its folder."""
    notebook = nbformat.read(path, as_version=4)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMPANION_")}
    environment["KERAS_BACKEND"] = "tensorflow"  # whatever the user has in keras.json
    resources = {"metadata": {"path": path.parent}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources)
    client.execute(env=environment)
    notebook.metadata["companion"] = {"fingerprint": fingerprint(notebook)}
    return notebook


def normalise(notebook):
    """Strip a notebook, in place, of whatever is not the reader's; return it."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **{k: v for k, v in notebook.metadata.items() if k == "companion"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {k: v for k, v in cell.metadata.items() if k in CELL_METADATA and v}
        )
    for cell in code_cells(notebook):
        cell.outputs = [out for out in cell.outputs if not _needs_a_kernel(out)]
    texts = glued_texts(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _glue(cell.source, texts)
    _fold(notebook)
    _begin_with_setup(notebook)
    return notebook


def _needs_a_kernel(output):
    """Say whether an output shows a widget, whose twin is the next one, or an emptied bar."""
    data = output.get("data")
    return data is not None and (VIEW in data or not "".join(map(str, data.values())))


def text_of(notebook):
    """Give the text of a notebook's file."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(notebook, path):
    """Write a notebook, whole or not at all; where a link leads to it, that stays a link."""
    path = path.resolve()
    files.write(path.parent, {path.name: text_of(notebook).encode()})


def picture(cell):
    """Give the PNG bytes of a cell's first figure."""
    pngs = [out.data["image/png"] for out in cell.outputs if "image/png" in out.get("data", {})]
    return base64.b64decode(pngs[0])


def save_pictures(notebook):
    """Write each figure whose cell says `companion: {picture: FILE}` into book/images/."""
    for cell in code_cells(notebook):
        if name := cell.metadata.get("companion", {}).get("picture"):
            files.write(BOOK / "images", {name: picture(cell)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["execute", "normalise", "prose"])
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of the book, without any")
    arguments = parser.parse_args()
    changed = 0
    for path in arguments.notebooks or sorted(BOOK.glob("*.ipynb")):
        if arguments.command == "prose":
            notebook = nbformat.read(path, as_version=4)
            print(prose(notebook), *folds.guesses(notebook.cells), sep="\n")
            continue
        before = path.read_bytes()
        if arguments.command == "execute":
            print(f"==> running {path.name}", flush=True)
            notebook = normalise(execute(path.resolve()))
            save_pictures(notebook)
        else:
            notebook = normalise(nbformat.read(path, as_version=4))
        write(notebook, path)
        changed += path.read_bytes() != before
    # As a pre-commit hook, a changed file must fail the commit.
    sys.exit(arguments.command == "normalise" and changed > 0)


if __name__ == "__main__":
    main()
