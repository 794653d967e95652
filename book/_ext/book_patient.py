"""Sphinx extension of the book: the patient of the bug museum, which a reader breaks.

```{patient}
Words for where there is no page, as on paper.
```

Its digits are those that `book_training` writes beside the pages.
"""

from book_training import FOLDER
from companion.page.patient_page import patient_html
from docutils import nodes
from sphinx.addnodes import only
from sphinx.util.docutils import SphinxDirective

CAPTION = "Where scripts can run, a VAE trains here, and six switches break it."


class Patient(SphinxDirective):
    """Let a reader break a VAE while it trains; where there is no page, the words in it."""

    has_content = True

    def run(self):
        up = "../" * self.env.docname.count("/")
        page = nodes.raw("", patient_html(f"{up}{FOLDER}/digits.mjs", CAPTION), format="html")
        return [page, only("", *self.parse_content_to_nodes(), expr="not html")]


def setup(app):
    app.add_directive("patient", Patient)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
