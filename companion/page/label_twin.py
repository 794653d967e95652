"""What `LabelSheet` shows: its pictures, which a script lets the reader label."""

from html import escape

import numpy as np

from companion.page.packing import base64_text
from companion.page.scripts import json_script, mounting_script, source
from companion.pictures import data_uri


def sheet_html(sheet):
    """Write a figure: the sheet as one picture, which a script replaces by one to be labelled.

    Args:
        sheet: `LabelSheet`.

    Returns:
        str, the same for the same sheet.
    """
    return (
        f"<style>\n{source('label.css')}</style>\n"
        f'<figure class="label-sheet" data-twin="{sheet.twin}" '
        f'aria-label="{escape(sheet.label)} to be labelled">\n'
        f'<div class="label-still"><img src="{data_uri(sheet.still())}" '
        f'alt="{escape(alt_text(sheet))}"></div>\n'
        f"{json_script(sheet_payload(sheet))}"
        f"{mounting_script('label.mjs')}</figure>"
    )


def alt_text(sheet):
    """Describe the sheet to a reader who cannot see it."""
    return f"A sheet of {len(sheet.pictures)} {sheet.label}, ten in a row, without labels."


def sheet_payload(sheet):
    """Gather what `label.mjs` needs.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `label.mjs`.
    """
    return {
        "shape": list(sheet.pictures.shape[1:]),
        "places": sheet.places.tolist(),
        "n": len(sheet.z),
        "neighbours": sheet.neighbours,
        "lines": base64_text(sheet.lines.astype("<u2").tobytes()),
        "asks": base64_text(sheet.asks.astype("<u2").tobytes()),
        "order": base64_text(sheet.order.astype(np.uint8).tobytes()),
        "answers": sheet.test_labels.tolist(),
        "most": sheet.labels,
        "alpha": sheet.alpha,
        "rounds": sheet.rounds,
        "label": sheet.label,
    }
