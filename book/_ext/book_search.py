"""Sphinx extension of the book: words that a reader looks for and the chapters spell otherwise.

Each becomes an entry of the index that leads to the chapter, and the search lists such entries
first.
"""

from docutils import nodes
from sphinx.addnodes import index
from sphinx.transforms import SphinxTransform

WORDS = {
    "book/07-codes-that-are-clouds": [
        "reparametrization", "reparameterization", "reparametrisation",
    ],
    "book/08-kl-and-the-elbo": ["KL", "Kullback-Leibler", "Kullback-Leibler divergence"],
    "book/10-a-walk-in-latent-space": [
        "interpolation", "slerp", "spherical interpolation", "latent traversal",
    ],
    "book/11-the-moustache": ["mustache", "vector arithmetic", "disentanglement"],
}  # fmt: skip


class AddWords(SphinxTransform):
    """Put the words of a page under its title, where `{index}` would put them."""

    default_priority = 700  # before the index is gathered

    def apply(self):
        section = next(self.document.findall(nodes.section), None)
        words = WORDS.get(self.env.docname, [])
        if section is None or not words:
            return
        entries = [("single", word, section["ids"][0], "main", None) for word in words]
        section.insert(1, index(entries=entries))  # after its title


def setup(app):
    app.add_transform(AddWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
