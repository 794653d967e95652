"""The figure in which a reader trains: what playground.mjs brings to life."""

from html import escape

from companion.page.packing import base64_text
from companion.page.scripts import json_script, mounting_script, source
from companion.page.training_files import kernel

STYLES = ("latent.css", "explorer.css", "playground.css", "own_pictures.css")


def training_html(digits, faces, still, alt, caption):
    """Write a figure: a picture, which a script replaces by the training.

    The script stands in the page, and is also what its worker runs, because a page opened from
    disk may load no module. The pictures to train on come when they are asked for.

    Args:
        digits, faces: addresses of what `training_files.digits_script` and `faces_script` give,
            as files.
        still: address of a picture for where nothing can be trained.
        alt, caption: what the picture shows, for those who cannot see it and for all.

    Returns:
        str.
    """
    styles = "".join(map(source, STYLES))
    data = {"kernel": base64_text(kernel()), "digits": digits, "faces": faces}
    return (
        f"<style>\n{styles}</style>\n"
        '<figure class="latent-training" aria-label="Training in the page">\n'
        '<div class="latent-film latent-explorer">'
        f'<img src="{escape(still)}" alt="{escape(alt)}">\n'
        f"<figcaption>{escape(caption)}</figcaption></div>\n"
        f"{json_script(data)}{mounting_script('playground.mjs')}</figure>"
    )
