"""Sphinx extension of the book: a figure in which a reader trains, and the digits that it loads.

```{training}
Words for where there is no page, as on paper.
```
"""

from pathlib import Path

from companion import zoo
from companion.files import write
from companion.page.training_files import digits_script
from companion.page.training_page import training_html
from companion.pictures import data_uri
from docutils import nodes
from sphinx.addnodes import only
from sphinx.util.docutils import SphinxDirective

FOLDER, FILE = "_static/training", "digits.mjs"  # not .js, which Sphinx would put into every page
ALT = "Grid of small pictures of digits: neighbours look alike, and one digit passes into the next."
CAPTION = (
    "Where scripts can run, a network is trained here. The picture shows what a trained VAE makes "
    "of codes all over its map."
)


class Training(SphinxDirective):
    """Let a reader train an autoencoder and a VAE; where there is no page, the words in it."""

    has_content = True

    def run(self):
        up = "../" * self.env.docname.count("/")
        still = data_uri(zoo.explorer("mnist").still())
        figure = training_html(f"{up}{FOLDER}/{FILE}", still, ALT, CAPTION)
        page = nodes.raw("", figure, format="html")
        return [page, only("", *self.parse_content_to_nodes(), expr="not html")]


def bring_digits(app, exception):
    """Write the digits beside the pages."""
    if exception is None and app.builder.format == "html":
        write(Path(app.outdir, FOLDER), {FILE: digits_script()})


def setup(app):
    app.add_directive("training", Training)
    app.connect("build-finished", bring_digits)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
