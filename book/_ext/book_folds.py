"""Sphinx extension of the book: folded cells, veils over answers, and the score of the guesses.

`book/folds.py` says which cells fold, and MyST-NB folds them. Where such cells follow each other,
one line stands for all of a kind. What lies between a guess and its answer is put into a
`<div class="veil">`, which the guess's script hides until the reader has guessed. Without the
script, and for a search engine, it stands there.
"""

import re

import nbformat
from docutils import nodes
from nbformat.v4 import new_markdown_cell

import folds

BEGINS, ENDS = "% veil begins: ", "% veil ends"
MARK = re.compile(r"veil begins: (\w+)|veil ends")
# It runs before what it hides is read, so that nothing is seen for a moment.
HIDE = """<div class="veil" data-veil="{name}"><script>
(() => {{
  const veil = document.currentScript.parentElement;
  try {{ if (localStorage.getItem("guess-{name}")) return; }} catch {{ /* nothing is kept */ }}
  veil.hidden = "until-found";
}})();
</script>
"""


class veil(nodes.General, nodes.Element):
    """What a guess hides until it is made."""


def fold(app, docname, source):
    """Tag the cells of a notebook that fold, and mark where veils begin and end."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = nbformat.reads(source[0], as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            fold_cell(cell)
    for name, start, end in reversed(folds.veils(notebook.cells)):
        notebook.cells.insert(end + 1, new_markdown_cell(ENDS))
        notebook.cells.insert(start + 1, new_markdown_cell(BEGINS + name))
    notebook.cells = joined(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            say(cell)
    source[0] = nbformat.writes(notebook)


def fold_cell(cell):
    """Give a cell the tag by which MyST-NB folds it, or hides it."""
    kind, tags = folds.kind(cell), cell.metadata.get("tags", [])
    if kind is not None and "remove-input" not in tags:
        cell.metadata["tags"] = [*tags, "remove-input" if kind == "guess" else "hide-input"]


def joined(cells):
    """Make one of folded cells of a kind that follow each other, if the first shows nothing."""
    found = []
    for cell in cells:
        before = found[-1] if found else None
        alike = before and _folded(before) and _folded(cell) and not before.outputs
        if alike and folds.kind(before) == folds.kind(cell):
            cell.source = f"{before.source}\n\n{cell.source}"
            tags = before.metadata["tags"] + cell.metadata["tags"]
            cell.metadata["tags"] = list(dict.fromkeys(tags))
            found.pop()
        found.append(cell)
    return found


def say(cell):
    """Give a folded cell the words of its line; the others of MyST-NB say that it computes."""
    kind = folds.kind(cell)
    said = {"set-up": True, "claims": folds.count(cell), "drawing": cell.outputs}
    if _folded(cell) and said.get(kind):
        line = folds.line(cell)
        prompts = {"code_prompt_show": line, "code_prompt_hide": line}
        cell.metadata["mystnb"] = cell.metadata.get("mystnb", {}) | prompts


def _folded(cell):
    return cell.cell_type == "code" and "hide-input" in cell.metadata.get("tags", [])


def draw_veils(app, doctree):
    """Wrap what lies between two marks, up to the next heading, and place the score."""
    for mark in list(doctree.findall(_is_mark)):
        if name := MARK.fullmatch(mark.astext())[1]:
            parent, start = mark.parent, mark.parent.index(mark)
            rest = parent[start + 1 :]
            stops = (i for i, each in enumerate(rest) if _is_mark(each) or _is_section(each))
            hidden = rest[: next(stops, len(rest))]
            for node in [mark, *hidden]:
                parent.remove(node)
            parent.insert(start, veil("", *hidden, name=name))
        else:
            mark.parent.remove(mark)
    for section in _sections_with_a_score(doctree):
        section.append(nodes.raw("", '<p class="guess-score" hidden></p>', format="html"))


def _sections_with_a_score(doctree):
    """Give the summary of a page with guesses, or where there is none the section of the last."""
    veils = list(doctree.findall(veil))
    summaries = [each for each in doctree.findall(_is_section) if "summary" in each["ids"]]
    return summaries if veils and summaries else [each.parent for each in veils[-1:]]


def _is_mark(node):
    return isinstance(node, nodes.comment) and MARK.fullmatch(node.astext()) is not None


def _is_section(node):
    return isinstance(node, nodes.section)


def visit_veil(self, node):
    self.body.append(HIDE.format(name=node["name"]))


def depart_veil(self, node):
    self.body.append("</div>\n")


def setup(app):
    app.add_node(veil, html=(visit_veil, depart_veil))
    app.connect("source-read", fold)
    app.connect("doctree-read", draw_veils)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
