"""Sphinx extension of the book: a figure in which a reader trains, and the files that it loads.

```{training}
Words for where there is no page, as on paper.
```
"""

from pathlib import Path

from companion import zoo
from companion.files import write
from companion.page.training_files import (
    digits_script,
    faces_script,
    saver_script,
    trainer_script,
)
from companion.page.training_page import training_html
from companion.pictures import data_uri
from docutils import nodes
from sphinx.addnodes import only
from sphinx.util.docutils import SphinxDirective

FOLDER = "_static/training"
# Not .js, which Sphinx would put into every page.
FILES = {
    "digits.mjs": digits_script,
    "faces.mjs": faces_script,
    "saver.mjs": saver_script,
    "trainer.mjs": trainer_script,  # for the chapters, whose notebooks do not hold it
}
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
        digits, faces, saver, _ = (f"{up}{FOLDER}/{file}" for file in FILES)
        figure = training_html(digits, faces, saver, still, ALT, CAPTION)
        page = nodes.raw("", figure, format="html")
        return [page, only("", *self.parse_content_to_nodes(), expr="not html")]


def bring_files(app, exception):
    """Write beside the pages what they load to train: pictures, and for chapters the trainer."""
    if exception is None and app.builder.format == "html":
        write(Path(app.outdir, FOLDER), {name: script() for name, script in FILES.items()})


def setup(app):
    app.add_directive("training", Training)
    app.connect("build-finished", bring_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
