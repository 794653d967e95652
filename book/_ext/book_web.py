"""Sphinx extension of the book: what a search engine, a link's preview and a lost visitor need.

The address of the site is that of GitHub Pages for the repository of `pyproject.toml`, unless the
environment variable `BOOK_ADDRESS` names another. The extensions for the sitemap, for the previews
and for the page of addresses that lead nowhere take it from here.
"""

import os
import textwrap
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from book_settings import PROJECT, ROOT
from docutils import nodes
from PIL import Image, ImageDraw, ImageFont

LONG = 250  # characters of a description, at most
PREVIEW = "_static/preview.png"
LOST = """<h1>Page not found</h1>
<p>There is no page at this address. It may have been moved, or the link that
brought you here may have lost a piece. The contents beside this page
and the search lead on, and so does <a href="{home}">the first page</a>.</p>"""


def set_address(app, config):
    """Say under which address the site will stand."""
    owner, name = urlsplit(config.html_theme_options["repository_url"]).path.strip("/").split("/")
    pages = f"https://{owner.lower()}.github.io/{name}"
    address = (os.environ.get("BOOK_ADDRESS") or pages).rstrip("/") + "/"
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = root = urlsplit(address).path
    body = LOST.format(home=f"{root}book/intro.html")
    config.notfound_context = {"title": "Page not found", "body": body}
    config.ogp_image, config.ogp_site_name = PREVIEW, config.html_title


def describe(app, pagename, templatename, context, doctree):
    """Describe a page by its first paragraph; those without one, such as the index, by the book."""
    first = next(doctree.findall(nodes.paragraph), None) if doctree else None
    if first is None:
        text = PROJECT["description"]
    else:
        text = textwrap.shorten(first.astext(), LONG, placeholder=" …")
    context["meta"] = {**(context.get("meta") or {}), "og:description": text}
    tag = f'<meta name="description" content="{escape(text)}">'
    context["metatags"] = f"{context.get('metatags', '')}\n{tag}"


def write_files(app, exception):
    """Write the picture of the previews, and say to search engines where the sitemap is."""
    if exception is not None or app.builder.format != "html":
        return
    preview(app.config.html_title).save(Path(app.outdir, PREVIEW))
    robots = f"User-agent: *\nAllow: /\nSitemap: {app.config.html_baseurl}sitemap.xml\n"
    Path(app.outdir, "robots.txt").write_text(robots, encoding="utf-8")


def preview(title):
    """Draw what a link to the book shows elsewhere: the map of codes beside the title."""
    image = Image.new("RGB", (1200, 630), "white")
    with Image.open(ROOT / "book/images/map-of-codes.png") as codes:
        image.paste(codes.convert("RGB").resize((560, 560), Image.Resampling.LANCZOS), (35, 35))
    pen = ImageDraw.Draw(image)
    pen.text((640, 70), title.replace(" ", "\n"), "#14181e", ImageFont.load_default(84), spacing=8)
    pen.text(
        (640, 500),
        "From autoencoders to\nvariational autoencoders",
        "#4a5058",
        ImageFont.load_default(40),
    )
    return image


def setup(app):
    app.connect("config-inited", set_address, priority=600)  # after the repository is known
    app.connect("html-page-context", describe, priority=400)  # before the previews' extension
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
