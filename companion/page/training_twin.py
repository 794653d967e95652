"""The twin of `LiveTraining`: a training as HTML, which files beside its page bring to life."""

from html import escape

from companion.page.scripts import behind, json_script, mounting_script
from companion.pictures import data_uri

ALT = "A row of handwritten digits, on which the network is never trained."
CAPTION = (
    "Where scripts can run, a network is trained here, in your own browser. These are digits that "
    "it never sees while it learns."
)
# Until the files have come, it has no style sheet but this one.
STYLE = (
    "figure.latent-training { margin: 1.5rem 0; } "
    'html[data-theme="dark"] div.cell_output .text_html:has(> .latent-training) '
    "{ background: none !important; padding: 0 !important; }"
)


def training_twin(training):
    """Write a figure: held-out digits, which a script replaces by the training.

    What trains is not in it, so that notebooks stay small: it is loaded from the folder
    `training.files` when the figure is near, and the pictures when training begins.

    Args:
        training: `LiveTraining`.

    Returns:
        str, the same for the same arguments.
    """
    payload = {"plan": training.plan, "files": training.files.rstrip("/")}
    return (
        f"<style>\n{STYLE}\n{behind(training.twin)}</style>\n"
        f'<figure class="latent-training" data-twin="{training.twin}" '
        f'aria-label="{escape(training.label)}">\n'
        f'<div class="latent-film latent-explorer"><img src="{data_uri(training.still())}" '
        f'alt="{escape(ALT)}" style="max-width: 100%; height: auto">\n'
        f"<figcaption>{escape(CAPTION)}</figcaption></div>\n"
        f"{json_script(payload)}{mounting_script('training_loader.mjs')}</figure>"
    )
