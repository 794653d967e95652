"""Which cells of a notebook fold, and what a guess veils: one rule for page, JupyterLab and Colab.

A cell folds by what its code is, or by a tag that says so:

    guess      asks by `companion.guess`, and names the answer in its source
    claims     only asserts, with plain arithmetic that feeds them
    set-up     only imports, and the seed
    drawing    only calls that draw

The tag `open` keeps a cell open. `notebooks.py normalise` and `_ext/book_folds.py` read this.
"""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

GUESS = re.compile(r'data-guess="(\w+)"')
TAGS = ("claims", "set-up", "drawing")
LINES = {"set-up": "Set-up", "drawing": "Drawn by this code"}
# What a claim may call and still be arithmetic.
SIMPLE = {"abs", "all", "any", "float", "int", "len", "max", "min", "round", "sum"}
MEASURES = {"all", "any", "argmax", "argmin", "max", "mean", "min", "std", "sum"}
DRAWING = ("plots.", "plt.", "ax.", "axes.", "axes[", "figure.")


def kind(cell):
    """Say how a cell of code folds: "guess", "claims", "set-up", "drawing", or None."""
    tags = cell.metadata.get("tags", [])
    if "open" in tags:
        return None
    for tag in TAGS:
        if tag in tags:
            return tag
    body = _tree(cell).body
    if any(_asked(statement) for statement in body):
        return "guess"
    for name, fits in (("claims", _is_claim), ("set-up", _sets_up), ("drawing", _draws)):
        if body and all(map(fits, body)):
            return name if name != "claims" or count(cell) else None
    return None


def line(cell):
    """Give the line that stands for a folded cell in the page."""
    if kind(cell) != "claims":
        return LINES[kind(cell)]
    claims = count(cell)
    return f"Checked: {claims} claim{'s' if claims > 1 else ''}"


def count(cell):
    """Count the claims of a cell: its asserts, and the guesses that it holds to a measurement."""
    nodes = list(ast.walk(_tree(cell)))
    return sum(isinstance(node, ast.Assert) or _checked(node) is not None for node in nodes)


def veils(cells):
    """Say what each guess veils: a list of its name, the place of its cell, and that of its end.

    The veil ends with the first cell of text after the cell that checks the guess.
    """
    found = []
    for i, cell in enumerate(cells):
        if cell.cell_type != "code" or kind(cell) != "guess":
            continue
        variable = next(filter(None, map(_asked, _tree(cell).body)))
        outputs = "".join(out.get("data", {}).get("text/html", "") for out in cell.outputs)
        if name := GUESS.search(outputs):
            found.append((name[1], i, _end(cells, i, variable)))
    return found


def _end(cells, start, variable):
    checked = False
    for i in range(start + 1, len(cells)):
        if cells[i].cell_type == "code":
            names = map(_checked, ast.walk(_tree(cells[i])))
            checked = checked or variable in names
        elif checked:
            return i
    raise ValueError(f"A guess must be checked, and answered in words after that: {variable}")


def guesses(cells):
    """Give the code of the guesses: text, for the most part."""
    return [cell.source for cell in cells if cell.cell_type == "code" and kind(cell) == "guess"]


def in_solutions(cells):
    """Give the cells of the solutions of exercises, their first and last lines included."""
    found, within = [], False
    for cell in cells:
        within = within or "{solution-start}" in cell.source
        if within:
            found.append(cell)
        within = within and "{solution-end}" not in cell.source
    return found


def _tree(cell):
    return ast.parse(TransformerManager().transform_cell(cell.source))


def _asked(statement):
    """Give the variable of a guess that a statement asks, or None."""
    if isinstance(statement, ast.Assign) and _called(statement.value) == "companion.guess":
        return ast.unparse(statement.targets[0])
    return None


def _checked(node):
    """Give the variable of a guess that a node checks, or None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return ast.unparse(node.func.value) if node.func.attr == "check" else None
    return None


def _called(node):
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _is_claim(statement):
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.Expr):
        return _checked(statement.value) is not None
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return isinstance(statement, ast.Assign) and all(map(_is_arithmetic, calls))


def _is_arithmetic(call):
    name = _called(call)
    method = isinstance(call.func, ast.Attribute) and call.func.attr in MEASURES
    return name in SIMPLE or (name.startswith("np.") and name.count(".") == 1) or method


def _sets_up(statement):
    seeds = {"companion.chapter_seed", "keras.utils.set_random_seed"}
    return isinstance(statement, ast.Import | ast.ImportFrom) or (
        isinstance(statement, ast.Assign | ast.Expr) and _called(statement.value) in seeds
    )


def _draws(statement):
    if isinstance(statement, ast.Assign | ast.Expr):
        return _called(statement.value).startswith(DRAWING)
    return False
