"""What the outputs of a notebook depend on: its cells, the modules that it imports, the pins."""

import functools
import hashlib
import json
import subprocess
from pathlib import Path

import grimp
import nbformat
from book_reference import names_in
from notebooks import code_cells

ROOT = Path(__file__).parents[1]


@functools.cache
def graph():
    """Give the imports of the package, module by module."""
    return grimp.build_graph("companion", cache_dir=None)


def module_of(name):
    """Give the module that holds a name of the package: `losses.gaussian_kl` ..."""
    module = f"companion.{name}"
    while module not in graph().modules:
        module = module.rpartition(".")[0]
    return module


def closure(modules):
    """Give what modules import, directly or not, with the packages that hold them."""
    found, stack = set(), list(modules)
    while stack:
        module = stack.pop()
        if module not in found:
            found.add(module)
            stack += graph().find_modules_directly_imported_by(module)
            stack += [module.rpartition(".")[0]] if "." in module else []
    return found


def files(module):
    """Give the files of a module; of a package also what is no Python: weights, scripts."""
    path = ROOT / module.replace(".", "/")
    if not path.is_dir():
        return [path.with_suffix(".py")]
    if module == "companion":
        return [path / "__init__.py"]
    others = [other for other in path.rglob("*") if other.suffix in (".json", ".npz", ".mjs")]
    return [path / "__init__.py", *others]


def inputs(notebook):
    """Give the files that decide about a notebook's outputs, beside its own."""
    code = "\n".join(cell.source for cell in code_cells(nbformat.read(notebook, as_version=4)))
    modules = closure({"companion", *map(module_of, names_in(code))})
    found = {file for module in modules for file in files(module)}
    return sorted(found | {ROOT / "conftest.py", ROOT / "requirements.txt"})


def stamp(notebook, read=Path.read_bytes):
    """Give a fingerprint of a notebook's cells of code, their outputs, and its inputs.

    Args:
        notebook: its path.
        read: function from a path to the file's bytes: by default as it is now.
    """
    digest = hashlib.sha256()
    cells = json.loads(read(notebook) or '{"cells": []}')["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    digest.update(json.dumps([(cell["source"], cell["outputs"]) for cell in code]).encode())
    for file in inputs(notebook):
        digest.update(read(file))
    return digest.hexdigest()[:16]


def at(commit):
    """Return a function that reads a file as it was at a commit; empty where it was not."""

    def read(path):
        name = f"{commit}:{path.relative_to(ROOT).as_posix()}"
        return subprocess.run(["git", "show", name], cwd=ROOT, capture_output=True).stdout

    return read


def changed(notebooks, since):
    """Give the notebooks that have other inputs than at a commit; all, where it is unknown."""
    known = subprocess.run(
        ["git", "cat-file", "-e", f"{since}^{{commit}}"], cwd=ROOT, capture_output=True
    )
    if known.returncode:
        print(f"==> There is no commit {since!r} to compare with: every notebook is run")
        return notebooks
    return [each for each in notebooks if stamp(each) != stamp(each, at(since))]
