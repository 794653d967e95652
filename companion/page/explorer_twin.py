"""The twin of `LatentExplorer`: the same explorer as HTML, which needs no kernel."""

from html import escape

from companion.page.explorer_data import page_data
from companion.page.scripts import behind, json_script, mounting_script, source
from companion.pictures import data_uri

BLANK_ALT = "Rows of pictures that the network decodes, from codes all over its range."
BLANK_CAPTION = "What the network decodes, from codes all over its range."
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; }}
</style>
<h1>{title}</h1>
{explorer}
</html>
"""


def explorer_html(explorer):
    """Write a figure: decoded pictures, which a script replaces by the explorer.

    Everything is inline, because a page opened from disk may load nothing but scripts;
    with `files`, weights are such scripts, and come when they are needed.

    Args:
        explorer: `LatentExplorer`.

    Returns:
        str, the same for the same models and codes.
    """
    data, blocks = page_data(explorer)
    return _figure(
        f' data-twin="{explorer.twin}"',
        behind(explorer.twin),
        explorer.label,
        data_uri(explorer.still()),
        alt_text(explorer),
        caption(explorer),
        f"{blocks}{json_script(data)}",
    )


def _figure(twin, hidden, label, still, alt, caption, content):
    return (
        f"<style>\n{source('latent.css')}{source('explorer.css')}{hidden}</style>\n"
        f'<figure class="latent-explorer"{twin} aria-label="{escape(label)}">\n'
        f'<div class="latent-film"><img src="{still}" alt="{escape(alt)}">\n'
        f"<figcaption>{escape(caption)}</figcaption></div>\n"
        f"{content}{mounting_script('explorer.mjs')}</figure>"
    )


def explorer_page(explorer, title):
    """Write a page that holds nothing but the explorer, and needs nothing beside it.

    Args:
        explorer: `LatentExplorer` without `files`.
        title: text.
    """
    return PAGE.format(title=escape(title), explorer=explorer_html(explorer))


def blank_page():
    """Write such a page for a script to fill in: `{{title}}`, `{{still}}` and `{{content}}`.

    The content is blocks of weights and the data, as in `explorer_html`.
    """
    blanks = ("decoded picture", "{{still}}", BLANK_ALT, BLANK_CAPTION, "{{content}}")
    figure = _figure("", "", *blanks)
    return PAGE.format(title="{{title}}", explorer=figure)


def alt_text(explorer):
    """Describe the still picture to a reader who cannot see it."""
    name, model = next(iter(explorer.models.items()))
    if model.latent_dim == 2:
        return f"Grid of what {name} decodes all over its map: {explorer.label}."
    return f"Film strip of what {name} decodes, a row for each latent dimension: {explorer.label}."


def caption(explorer):
    """Say what the still picture shows."""
    name, model = next(iter(explorer.models.items()))
    if model.latent_dim == 2:
        return (
            f"What {name} decodes all over its map of codes: to the right the first number of "
            "the code increases, upwards the second."
        )
    return (
        f"What {name} decodes: in each row one latent dimension moves over its range and the "
        "others rest."
    )
