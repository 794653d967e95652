"""The figure in which a reader breaks a VAE: what patient.mjs brings to life."""

from html import escape

from companion.page.packing import base64_text
from companion.page.scripts import json_script, mounting_script, source
from companion.page.training_files import kernel

PATIENT_STYLES = ("latent.css", "explorer.css", "playground.css", "patient.css")


def patient_html(digits, caption):
    """Write a figure: a sentence, which a script replaces by a training with six switches.

    As in `training_page`, the script stands in the page, and is also what its worker runs.

    Args:
        digits: address of what `training_files.digits_script` gives, as a file.
        caption: what there would be, for where nothing can be trained.

    Returns:
        str.
    """
    styles = "".join(map(source, PATIENT_STYLES))
    return (
        f"<style>\n{styles}</style>\n"
        '<figure class="latent-training latent-patient" '
        'aria-label="A VAE to break, and the doctor\'s report">\n'
        '<div class="latent-film latent-explorer">'
        f"<figcaption>{escape(caption)}</figcaption></div>\n"
        f"{json_script({'kernel': base64_text(kernel()), 'digits': digits})}"
        f"{mounting_script('patient.mjs')}</figure>"
    )
