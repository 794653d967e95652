"""Sphinx extension of the book: explorers of the zoo's models, and the files that they load.

    ```{explorer} mnist
    Words for where there is no page, as on paper.
    ```

puts an explorer of `companion.zoo` into a page. With the option `:walk:` it is what the page is
about: it walks by itself until a hand comes, and keeps its place in the page's address. The
weights of those that have several models are written beside the pages when these are built. A page
that names another file, or other weights, is warned of: in the browser its explorer would be dead.
"""

import json
import posixpath
import re
from pathlib import Path
from types import MappingProxyType

from companion import zoo
from companion.page import write_files
from companion.page.explorer_files import file_name
from companion.zoo.recipes import EXPLORERS
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import only
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

FOLDER = "_static/explorer"
DATA = re.compile(
    r'<figure class="latent-explorer".*?<script type="application/json">(.*?)</script>', re.DOTALL
)
logger = logging.getLogger(__name__)


class Explorer(SphinxDirective):
    """Show an explorer of `zoo.recipes.EXPLORERS`; where there is no page, the words in it."""

    required_arguments = 1
    option_spec = MappingProxyType({"walk": directives.flag})
    has_content = True

    def run(self):
        (name,) = self.arguments
        if name not in EXPLORERS:
            raise self.error(f"explorer must be one of {', '.join(EXPLORERS)}. Received: {name}")
        up = "../" * self.env.docname.count("/")
        html = zoo.explorer(name, files=f"{up}{FOLDER}/{name}").to_html()
        if "walk" in self.options:
            html = f"<div data-walk>\n{html}\n</div>"
        page = nodes.raw("", html, format="html")
        return [page, only("", *self.parse_content_to_nodes(), expr="not html")]


def bring_weights(app, exception):
    """Write the weights of all explorers, and compare with them what the pages ask for."""
    if exception is not None or app.builder.format != "html":
        return
    written = {}
    for name in EXPLORERS:
        explorer = zoo.explorer(name)
        write_files(Path(app.outdir, FOLDER, name), explorer.models)
        for model, parts in explorer.parts.items():
            for part, packed in parts.items():
                written[f"{FOLDER}/{name}/{file_name(model, part)}"] = packed["digest"]
    for page in sorted(Path(app.outdir).rglob("*.html")):
        for file, digest in files_of(page.read_text(encoding="utf-8")):
            path = page.relative_to(app.outdir).parent.as_posix()
            path = posixpath.normpath(posixpath.join(path, file))
            if written.get(path) != digest:
                what = "holds other weights" if path in written else "is not written"
                logger.warning("%s has an explorer of %s, which %s", page.name, path, what)


def files_of(html):
    """Give the files that the explorers of a page load: pairs of address and digest."""
    for data in DATA.findall(html):
        for model in json.loads(data)["models"]:
            parts = (model["encoder"], model["decoder"])
            yield from ((part["file"], part["digest"]) for part in parts if "file" in part)


def setup(app):
    app.add_directive("explorer", Explorer)
    app.connect("build-finished", bring_weights)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
