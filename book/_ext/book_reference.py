"""Sphinx extension of the book: the package's docstrings as pages, and who uses what.

Docstrings are written to be read in an editor: names stand in single backticks, formulas and
examples are indented. Here they become reStructuredText, on the way to Napoleon, which knows
their sections; and each name gets a line that says which chapters use it, found in their cells.
"""

import ast
import inspect
import os
import re
from functools import cache
from pathlib import Path

import companion
import nbformat
from IPython.core.inputtransformer2 import TransformerManager

BOOK = Path(__file__).parents[1]
SECTION = re.compile(r"(Args|Call arguments|Attributes|Returns|Raises|Source|Example):$")
FIELDS = ("Returns", "Source")  # free text: Napoleon would take a colon for the end of a type
CODE = re.compile(r"`([^`]+)`(\w?)")
EMPHASIS = re.compile(r"(?<![\w\\])\\\*(\w+)\\\*(?!\w)")  # of one word, once its stars are escaped


@cache
def modules():
    """Give the modules that a reader may name: `losses`, `data.noise` ..., by those names."""
    found = {name: getattr(companion, name) for name in companion.__all__}
    for prefix, module in [each for each in found.items() if inspect.ismodule(each[1])]:
        found |= {f"{prefix}.{name}": getattr(module, name) for name in _all(module)}
    return {name: thing for name, thing in sorted(found.items()) if inspect.ismodule(thing)}


def _all(module):
    """Give the public names of a module: its `__all__`, or else what it defines itself."""
    own = [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]
    return getattr(module, "__all__", own)


@cache
def public():
    """Give all that a reader may name in those modules: `losses.gaussian_kl` -> the object."""
    found = {}
    for prefix, module in modules().items():
        found |= {f"{prefix}.{name}": getattr(module, name) for name in _all(module)}
    return {name: thing for name, thing in found.items() if name not in modules()}


# Which chapter uses what


def names_in(code):
    """Give what code takes from the package by its own name, whichever way it imports it."""
    tree = ast.parse(TransformerManager().transform_cell(code))
    meaning, used = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "companion":
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            meaning |= {a.name: a.name for a in node.names if a.name == "companion"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, *rest = ast.unparse(node).split(".")
            if first in meaning:
                used.add(".".join([meaning[first], *rest]).removeprefix("companion."))
    shortcuts = {name: f"{module}.{name}" for name, module in companion._SHORTCUTS.items()}
    return {shortcuts.get(name, name) for name in used}


def names_used(code):
    """Give the public names that Python code uses: `losses.gaussian_kl` ..."""
    return names_in(code) & public().keys()


@cache
def chapters_by_name():
    """Give for each public name the notebooks that use it, in the order of the book."""
    users = {}
    for path in sorted(BOOK.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        code = "\n\n".join(cell.source for cell in cells if cell.cell_type == "code")
        for name in names_used(code):
            users.setdefault(name, []).append(path.stem)
    return users


def link_to(chapter):
    """Write a link to a notebook: "chapter 3", or its title if it has no number."""
    number = re.match(r"\d+", chapter)
    label = f"chapter {int(number[0])}" if number else chapter.replace("-", " ")
    return f":doc:`{label} </book/{chapter}>`"


# Docstrings as reStructuredText


def restructured(text, module=""):
    """Rewrite a docstring of `module` (a name such as `losses`) as reStructuredText."""
    blocks, section = [], None
    for block in re.split(r"\n\s*\n", text):
        head, *rest = block.split("\n")
        if SECTION.match(head):
            section = head[:-1]
            if section in FIELDS:
                # An initial would begin a list: "D. Somebody" is its fourth item.
                first = re.sub(r"^(?=[A-Z]\. )", r"\\", rest[0].strip())
                block = "\n".join([f":{section.lower()}: {first}", *rest[1:]])
            elif section == "Attributes":
                block = re.sub(r"(?m)^( +\w+)_(?=[ :])", r"\1\\_", block)  # no link
        if section == "Example" or head.startswith(">>>"):
            blocks.append(block)
        elif head.startswith("    ") and section is None:
            language = "python" if _is_python(block) else "text"
            blocks.append(f".. code-block:: {language}\n\n{block}")
        else:
            blocks.append(inline(block, module))
    return "\n\n".join(blocks)


def inline(text, module):
    """Set the names of a paragraph as code, linked if they are of the package."""
    parts, end = [], 0
    for match in CODE.finditer(text):
        parts += [_escaped(text[end : match.start()]), _code(*match.groups(), module)]
        end = match.end()
    return "".join([*parts, _escaped(text[end:])])


def _code(name, letter, module):
    full = next((n for n in (name, f"{module}.{name}") if n in public()), None)
    full = f"{companion._SHORTCUTS[name]}.{name}" if name in companion._SHORTCUTS else full
    code = f":py:obj:`{name} <companion.{full}>`" if full else f"``{name}``"
    return f"{code}\\ {letter}" if letter else code  # `PageModel`s


def _escaped(text):
    text = re.sub(r"(?<![\w.)*-])-(?=[\d.]|log\b)|(?<=[\w)\]}]) - (?=[\w(])", _minus, text)
    return EMPHASIS.sub(r"*\1*", re.sub(r"([*|])", r"\\\1", text))


def _minus(match):
    return match[0].replace("-", "\N{MINUS SIGN}")


def _is_python(block):
    try:
        return bool(ast.parse(inspect.cleandoc(block)).body)
    except SyntaxError:
        return False


def rewrite(app, what, name, thing, options, lines):
    """Turn a docstring into reStructuredText, and add the chapters that use the name."""
    short = name.removeprefix("companion.")
    module = max((m for m in modules() if f"{short}.".startswith(f"{m}.")), key=len, default="")
    text = restructured("\n".join(lines).strip(), module)
    if chapters := chapters_by_name().get(short):
        text += f"\n\n:used in: {', '.join(map(link_to, chapters))}"
    # Napoleon takes what stands before a colon in an attribute's first line for its type.
    first = ["..", ""] if what in ("attribute", "data", "property") else []
    lines[:] = [*first, *text.split("\n"), ""]


def made_by(app, what, name, thing, options, signature, returns):
    """Show the arguments of a Keras class: its `__new__` takes any, its `__init__` not."""
    if what == "class" and signature and signature.startswith("(*args"):
        own = inspect.signature(thing.__init__)
        bare = [p.replace(annotation=p.empty) for p in own.parameters.values()]
        signature = str(own.replace(parameters=bare[1:], return_annotation=own.empty))
    return signature, returns


def setup(app):
    os.environ.setdefault("KERAS_BACKEND", "numpy")  # docstrings need no TensorFlow
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-signature", made_by)
    app.connect("autodoc-process-docstring", rewrite, priority=400)  # before Napoleon
    return {"parallel_read_safe": True, "parallel_write_safe": True}
