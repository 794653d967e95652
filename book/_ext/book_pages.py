"""Sphinx extension of the book: what a page asks for, and from whom.

A page loads nothing from elsewhere, and a content-security policy in it makes the browser see to
that. Nor does it load more than it shows: MathJax only where there is mathematics, icons once,
and pictures when they come near, each in a place of its size, so that nothing jumps.
"""

import io
import re
from html import escape
from pathlib import Path
from urllib.parse import unquote

from book_figures import box
from docutils import nodes
from PIL import Image, ImageChops

# 'self' is the server, or the disk where the book is opened from there. The theme and the figures
# have scripts and styles in the page itself.
POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
# A page that trains compiles a kernel, and hands it to a worker that it makes of its own script.
TRAINING_POLICY = POLICY.replace(
    "script-src 'self'", "worker-src blob:; script-src 'self' 'wasm-unsafe-eval'"
)
PICTURE = re.compile(r'<img ([^>]*\bsrc="[^"]*_images/([^"]+\.png)"[^>]*>)')
# To its picture alone leads a link that Sphinx puts round a figure of a given width.
LINK = re.compile(r'<a class="reference internal image-reference" [^>]*>(<img [^>]*>)\s*</a>')
FIGURE = re.compile(r'<figure [^>]*\bid="([^"]+)"[^>]*>\s*$')
ICON_SCRIPT = re.compile(r"<script [^>]*fontawesome\.js[^>]*></script>")


def write_policy(app, pagename, templatename, context, doctree):
    """Put the policy before all that it rules."""
    policy = TRAINING_POLICY if trains(context.get("body", "")) else POLICY
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=False)}" />'
    context["metatags"] = f"\n    {meta}\n{context.get('metatags', '')}"


def trains(html):
    """Say whether a page trains a network."""
    return 'class="latent-training' in html


def drop_unused_scripts(app, pagename, templatename, context, doctree):
    """Leave out what a page has no use for.

    That is MathJax where there is mathematics only in the chapters below a page, and the script
    that draws the theme's icons, 1.5 MB: its style sheet has them as a font too.
    """
    if doctree is None or not any(doctree.findall(_is_mathematics)):
        context["script_files"] = [
            script
            for script in context.get("script_files", [])
            if "mathjax" not in f"{script.filename} {script.attributes.get('body')}".lower()
        ]
    context["without_icon_script"] = lambda head: ICON_SCRIPT.sub("", head)


def _is_mathematics(node):
    return isinstance(node, nodes.math | nodes.math_block)


def size_pictures(app, pagename, templatename, context, doctree):
    """Give pictures their size, load them when they come near, and put plots into a box."""
    if "body" not in context:
        return
    body = LINK.sub(r"\1", context["body"])
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match):
        rest, file = match[1], unquote(match[2])
        figure = FIGURE.search(body, body.rfind("<", 0, match.start()), match.start())
        with Image.open(sources[file]) as image:
            width, height = image.size
            tag = f'<img width="{width}" height="{height}" loading="lazy" {rest}'
            return box(tag, image, [Path(file).stem, figure and figure[1]])

    context["body"] = PICTURE.sub(sized, body)


def shrink_pictures(app, exception):
    """Write figures again without what they do not need: an opaque sheet, equal colours."""
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir, "_images").glob("*.png"):
        smaller = io.BytesIO()
        with Image.open(path) as image:
            without_idle_channels(image).save(smaller, "PNG", optimize=True)
        if len(smaller.getvalue()) < path.stat().st_size:
            path.write_bytes(smaller.getvalue())


def without_idle_channels(image):
    """Drop the channels of an image that say nothing: opacity that is full, colours that agree."""
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    if image.mode == "RGB":
        red, green, blue = image.split()
        if not any(ImageChops.difference(red, other).getbbox() for other in (green, blue)):
            return red
    return image


def name_toggles(app, pagename, templatename, context, doctree):
    """Give what unfolds a part of the contents a name: the theme gives it an arrow only."""
    contents = context["generate_toctree_html"]

    def named(*args, **kwargs):
        return str(contents(*args, **kwargs)).replace(
            "<summary>", '<summary aria-label="Pages of this part">'
        )

    context["generate_toctree_html"] = named


def visit_citation(self, node):
    """Make an entry of the bibliography an item of its list, as a screen reader expects."""
    type(self).visit_citation(self, node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def depart_citation(self, node):
    type(self).depart_citation(self, node)


def setup(app):
    late = {"priority": 900}  # after the theme and other extensions have added theirs
    app.connect("html-page-context", write_policy, **late)
    app.connect("html-page-context", drop_unused_scripts, **late)
    app.connect("html-page-context", size_pictures, **late)
    app.connect("html-page-context", name_toggles, **late)
    app.connect("build-finished", shrink_pictures)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
