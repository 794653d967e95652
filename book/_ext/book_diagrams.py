"""Sphinx extension of the book: drawings in the page itself, and one colour a symbol.

A picture alone in its paragraph, with slanted words alone in the next, is a figure and its caption:

    ![What is seen, in words.](images/diagrams/autoencoder.svg)

    *What to look at.*

JupyterLab, Colab and GitHub show it as it is written. In a page, a drawing of `book/diagrams.py`
becomes part of the page: in the colours of the theme, with a key of its symbols below it. The
colours come from `companion.plots.style.SYMBOLS`; `symbols.js` gives them to formulas and words.
"""

import re
from html import escape
from itertools import product
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from drawing import STYLE, WORDS, colours, symbol_rules

DRAWINGS = "images/diagrams/"
STYLE_SHEET = "symbols.css"
CELL = re.compile(r"(?<=<t[dh])[^>]*>[^<]*(?:</?(?:p|strong)>[^<]*)*(?=</t[dh]>)")  # without code
# A hyphen before a number, a name or a gap, where a minus is meant; and a power of ten.
HYPHEN = re.compile(r"(?<![^\s>(=])-(?=[\w.]|\s)")
POWER = re.compile(r"(?<=\d)e([-+\N{MINUS SIGN}]?)0*(\d+)\b")
# The pages whose formulas, and comments of code, are coloured, and the symbols that mean there what
# they mean in the book.
FORMULAS = {
    "book/notation": "x z reconstruction mu sigma kl",
    "book/01-an-autoencoder-in-twenty-lines": "x z reconstruction",
    "book/02-the-bottleneck": "x z reconstruction",
    "book/03-sparse-codes": "x z reconstruction",
    "book/04-removing-noise": "x reconstruction",
    "book/05-convolutional-and-recurrent": "x",
    "book/07-codes-that-are-clouds": "x z reconstruction mu sigma kl",
    "book/08-kl-and-the-elbo": "x z reconstruction mu sigma kl",
    "book/09-your-first-vae": "x z reconstruction mu sigma kl",
    "book/12-how-much-to-compress": "sigma",
    "book/13-choosing-the-digit": "x z mu sigma kl",
    "book/14-what-does-not-belong": "z",
    "book/15-few-labels": "x z kl",
    "book/16-how-good-is-it": "x z sigma",
    "book/17-discrete-codes-and-diffusion": "x z reconstruction",
    "book/18-words-melodies-and-the-next-frame": "x z",
    "book/bug-museum": "x reconstruction mu sigma kl",
    "book/what-tutorials-optimise": "x reconstruction kl",
}


class figure_of_page(nodes.General, nodes.Element):
    """A picture, drawn or laid down, and what belongs to it."""


class caption_of_page(nodes.General, nodes.Element):
    """The words below it."""


class Figures(SphinxTransform):
    """Make figures of pictures that stand alone, and put drawings into the page."""

    default_priority = 400  # before Sphinx collects pictures and numbers figures

    def apply(self):
        for image in list(self.document.findall(nodes.image)):
            paragraph = image.parent
            if not (_is_only(paragraph, nodes.image) and "images/" in image["uri"]):
                continue
            following = paragraph.next_node(descend=False, siblings=True)
            slanted = _is_only(following, nodes.emphasis)
            drawn = DRAWINGS in image["uri"]
            if not (slanted or drawn):
                continue
            figure = figure_of_page("", drawn=drawn)
            figure += self.drawing(image) if drawn else image
            if slanted:
                figure += caption_of_page("", nodes.paragraph("", "", *following[0].children))
                following.parent.remove(following)
            if drawn:
                figure += key(figure[0].rawsource)
            paragraph.replace_self(figure)

    def drawing(self, image):
        """Read a drawing, and describe it by the words that the page has for it."""
        path = Path(self.env.srcdir, Path(self.env.docname).parent, image["uri"]).resolve()
        self.env.note_dependency(str(path))
        svg = inline(path.read_text(encoding="utf-8"), path.stem, image.get("alt", ""))
        return nodes.raw(svg, svg, format="html")


def _is_only(node, kind):
    """Say whether a node is a paragraph that holds one thing, of this kind."""
    return (
        isinstance(node, nodes.paragraph)
        and len(node.children) == 1
        and isinstance(node.children[0], kind)
    )


def inline(svg, name, description):
    """Turn a file into a part of a page, whose style sheet has its rules."""
    svg = re.sub(r"<style>.*?</style>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<rect class="paper"[^>]*/>\n', "", svg)
    title, described = f"{name}-title", f"{name}-description"
    svg = svg.replace('role="img"', f'role="img" aria-labelledby="{title} {described}"')
    svg = svg.replace("<title>", f'<title id="{title}">')
    text = f'<desc id="{described}">{escape(description)}</desc>'
    return svg.replace("</title>", f"</title>{text}")


def key(svg):
    """Name the symbols of a drawing: each name shows, on the screen, all that is of its kind."""
    found = dict.fromkeys(re.findall(r'data-symbol="(\w+)"', svg))
    buttons = "".join(
        f'<li><button type="button" data-symbol="{name}" aria-pressed="false">{words}</button></li>'
        for name, words in WORDS.items()
        if name in found
    )
    text = f'<ul class="symbol-key" aria-label="Show where">{buttons}</ul>' if buttons else ""
    return nodes.raw("", text, format="html")


def visit_figure(self, node):
    self.body.append(f'<figure class="{"diagram" if node["drawn"] else "opening"}">')


def depart_figure(self, node):
    self.body.append("</figure>\n")


def visit_caption(self, node):
    self.body.append("<figcaption>")


def depart_caption(self, node):
    self.body.append("</figcaption>")


def style_sheet():
    """Write the colours of both themes, and what they colour."""
    shown = ",\n".join(
        f'html[data-shown="{name}"] .bd-article [data-symbol="{name}"]' for name in WORDS
    )
    light, dark = colours("light"), colours("dark")
    return f"""html {{ --ink: var(--pst-color-text-base); {light} }}
html[data-theme="dark"] {{ {dark} }}
{symbol_rules()}
{STYLE}
{shown} {{
  --lit: color-mix(in srgb, var(--symbol) 22%, transparent);
  --tint: 0.4;
  --heavy: 3.2;
}}
"""


def write_style_sheet(app):
    """Write the style sheet where the pages look for it."""
    if app.builder.format == "html":
        folder = Path(app.outdir, "_static")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STYLE_SHEET).write_text(style_sheet(), encoding="utf-8")


def say_symbols(app, pagename, templatename, context, doctree):
    """Tell the script which symbols it may colour in the formulas of a page."""
    if names := FORMULAS.get(pagename):
        meta = f'<meta name="book-symbols" content="{names}">'
        context["metatags"] = f"{context.get('metatags', '')}\n{meta}"


def number_figures(app, env):
    """Count figures and exercises of a page without a number from 1, as those of a chapter are."""
    for kinds, kind in product(env.toc_fignumbers.values(), ("figure", "exercise")):
        counted = kinds.get(kind, {})
        if counted and all(len(number) == 1 for number in counted.values()):
            kinds[kind] = {name: (i,) for i, name in enumerate(counted, 1)}
    return []


def write_numbers(app, pagename, templatename, context, doctree):
    """Give the numbers of tables a minus as wide as their digits, and powers of ten."""
    if "body" in context:
        context["body"] = CELL.sub(lambda cell: numbers(cell[0]), context["body"])


def numbers(text):
    """Write numbers as print does: a true minus, and 5e-07 as 5 times ten to the minus seven."""
    text = HYPHEN.sub("\N{MINUS SIGN}", text)
    return POWER.sub(_power, text)


def _power(match):
    sign = "\N{MINUS SIGN}" * (match[1] in ("-", "\N{MINUS SIGN}"))
    gap = "\N{NARROW NO-BREAK SPACE}"
    return f"{gap}\N{MIDDLE DOT}{gap}10<sup>{sign}{match[2]}</sup>"


def setup(app):
    app.add_node(figure_of_page, html=(visit_figure, depart_figure))
    app.add_node(caption_of_page, html=(visit_caption, depart_caption))
    app.add_transform(Figures)
    app.add_css_file(STYLE_SHEET)
    app.connect("builder-inited", write_style_sheet)
    app.connect("env-get-updated", number_figures, priority=900)  # after Sphinx has counted
    app.connect("html-page-context", say_symbols, priority=400)
    app.connect("html-page-context", write_numbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
