"""Sphinx extension of the book: a figure in which a reader trains, and the pictures that it loads.

```{training}
Words for where there is no page, as on paper.
```
"""

from pathlib import Path

from companion import zoo
from companion.files import write
from companion.page.training_files import digits_script, faces_script
from companion.page.training_page import training_html
from companion.pictures import data_uri
from docutils import nodes
from sphinx.addnodes import only
from sphinx.util.docutils import SphinxDirective

FOLDER = "_static/training"
FILES = ("digits.mjs", "faces.mjs")  # not .js, which Sphinx would put into every page
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
        addresses = (f"{up}{FOLDER}/{file}" for file in FILES)
        figure = training_html(*addresses, still, ALT, CAPTION)
        page = nodes.raw("", figure, format="html")
        return [page, only("", *self.parse_content_to_nodes(), expr="not html")]


def bring_pictures(app, exception):
    """Write the pictures to train on beside the pages."""
    if exception is None and app.builder.format == "html":
        contents = (digits_script(), faces_script())
        write(Path(app.outdir, FOLDER), dict(zip(FILES, contents, strict=True)))


def setup(app):
    app.add_directive("training", Training)
    app.connect("build-finished", bring_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
