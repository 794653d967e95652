"""Sphinx extension of the book: a link to a term brings what the vocabulary says of it along.

The script terms.js shows it when a pointer or the focus comes to the link, so that nobody has to
leave the page.
"""

import re
from html import escape

from docutils import nodes

VOCABULARY = "book/notation"
LINK = re.compile(r'<a class="reference internal" href="[^"#]*#(term-[^"]+)">')
LONG = 300  # characters, after which no further sentence is begun
SIGNS = {
    r"\mathcal N": "N",
    r"\mathbb E": "E",
    r"\mid": "|",
    r"\cdot": "\N{MIDDLE DOT}",
    r"\approx": "\N{ALMOST EQUAL TO}",
    r"\,": "",
    r"\log": "log",
    r"\sigma": "\N{GREEK SMALL LETTER SIGMA}",
    r"\mu": "\N{GREEK SMALL LETTER MU}",
    r"\varepsilon": "\N{GREEK SMALL LETTER EPSILON}",
    r"\ell": "\N{SCRIPT SMALL L}",
}
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def gather(app, env):
    """Read the vocabulary, once all pages are read: the words on each term by its place."""
    if VOCABULARY in env.found_docs:
        env.book_definitions = definitions(env.get_doctree(VOCABULARY))


def definitions(doctree):
    """Give for the id of each term of a glossary its definition as plain text."""
    found = {}
    for item in doctree.findall(nodes.definition_list_item):
        (definition,) = item.findall(nodes.definition)
        words = plain(next(definition.findall(nodes.paragraph)))
        for term in item.findall(nodes.term):
            found |= dict.fromkeys(term["ids"], words)
    return found


def plain(paragraph):
    """Write a paragraph without mark-up: the sentences whose formulas are words without it."""
    text = ""
    for node in paragraph.findall(nodes.Text):
        text += formula(node) if isinstance(node.parent, nodes.math) else node.astext()
    kept = ""
    for sentence in SENTENCE.split(" ".join(text.split())):
        if "\\" in sentence and not kept and ", \\" in sentence:
            return sentence.split(", \\")[0] + "."
        if "\\" in sentence or len(kept) > LONG:
            break  # what follows may refer to it
        kept = f"{kept} {sentence}".strip()
    return kept


def formula(tex):
    """Write a short formula as a line of text; a longer one begins with a backslash, as a mark."""
    text = str(tex)
    for command, sign in SIGNS.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", sign, text)
    text = re.sub(r"\\mathrm\{(\w+)\}", r"\1", text)
    return text if re.fullmatch(r"[^\\_^{}]*", text) else f"\\{text}"


def define(app, pagename, templatename, context, doctree):
    """Give each link to a term what the vocabulary says."""
    found = getattr(app.env, "book_definitions", {})
    if "body" not in context or pagename == VOCABULARY:
        return

    def defined(match):
        words = found.get(match[1])
        if not words:
            return match[0]
        return f'{match[0][:-1]} data-definition="{escape(words)}">'

    context["body"] = LINK.sub(defined, context["body"])


def setup(app):
    app.connect("env-updated", gather)
    app.connect("html-page-context", define, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
