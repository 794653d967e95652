"""Sphinx extension of the book: the table of its chapters for teachers, read from the chapters.

```{chapters}
```
"""

import re
from pathlib import Path

import nbformat
from sphinx.util.docutils import SphinxDirective

BOOK = Path(__file__).parents[1]
LINE = {
    title: re.compile(rf"- \*\*{title}\*\* (.*?)(?=\n- |\n\n|\Z)", re.DOTALL)
    for title in ("You need", "It runs")
}
HEAD = """| chapter | needs | runs | exercises |
| --- | --- | --- | --- |
"""


def frame(path):
    """Read from a notebook's frame what it needs and how long it runs, and count its exercises."""
    cells = nbformat.read(path, as_version=4).cells
    first = cells[0].source
    needs, runs = (" ".join(LINE[title].search(first)[1].split()) for title in LINE)
    exercises = sum(cell.source.startswith(":::{exercise}") for cell in cells)
    return needs, runs, exercises


class Chapters(SphinxDirective):
    """Write a row for each notebook that has a frame."""

    def run(self):
        rows = []
        for path in sorted(BOOK.glob("*.ipynb")):
            if "**You need**" in nbformat.read(path, as_version=4).cells[0].source:
                rows.append(f"| [](/book/{path.stem}) | {' | '.join(map(str, frame(path)))} |")
        return self.parse_text_to_nodes(HEAD + "\n".join(rows))


def setup(app):
    app.add_directive("chapters", Chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
