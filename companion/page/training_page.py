"""The figure in which a reader trains: what playground.mjs brings to life."""

from html import escape

from companion.page.packing import base64_text
from companion.page.scripts import json_script, mounting_script
from companion.page.training_files import kernel, styles


def training_html(digits, faces, saver, still, alt, caption):
    """Write a figure: a picture, which a script replaces by the training.

    The script stands in the page, and is also what its worker runs, because a page opened from
    disk may load no module. The pictures to train on come when they are asked for.

    Args:
        digits, faces, saver: addresses of what `training_files.digits_script`, `faces_script` and
            `saver_script` give, as files.
        still: address of a picture for where nothing can be trained.
        alt, caption: what the picture shows, for those who cannot see it and for all.

    Returns:
        str.
    """
    data = {"kernel": base64_text(kernel()), "digits": digits, "faces": faces, "saver": saver}
    return (
        f"<style>\n{styles()}</style>\n"
        '<figure class="latent-training" aria-label="Training in the page">\n'
        '<div class="latent-film latent-explorer">'
        f'<img src="{escape(still)}" alt="{escape(alt)}">\n'
        f"<figcaption>{escape(caption)}</figcaption></div>\n"
        f"{json_script(data)}{mounting_script('playground.mjs')}</figure>"
    )
