"""The twin of `LiveFilling`: a picture, a cover and completions, without a kernel."""

from html import escape

import numpy as np

from companion.page.explorer_data import extent_of
from companion.page.packing import base64_text, pack_exactly
from companion.page.page_layers import all_weights, sizes
from companion.page.scripts import behind, json_script, mounting_script, source
from companion.pictures import data_uri


def filling_html(filling):
    """Write a figure: pictures and their completions, which a script replaces by live ones.

    Everything is inline, because a page opened from disk may load nothing.

    Args:
        filling: `LiveFilling`.

    Returns:
        str, the same for the same decoder, codes and pictures.
    """
    return (
        f"<style>\n{source('filling.css')}{behind(filling.twin)}</style>\n"
        f'<figure class="live-filling" data-twin="{filling.twin}" '
        f'aria-label="{escape(filling.label)}, partly covered, and completions">\n'
        f'<div class="filling-film"><img src="{data_uri(filling.still())}" '
        f'alt="{escape(alt_text(filling))}">\n'
        f"<figcaption>{escape(caption(filling))}</figcaption></div>\n"
        f"{json_script(page_data(filling))}"
        f"{mounting_script('filling.mjs')}</figure>"
    )


def alt_text(filling):
    """Describe the still picture to a reader who cannot see it."""
    rows, draws = len(filling.examples), len(filling.parts)
    return (
        f"{rows} row{'s' if rows > 1 else ''} of pictures: each begins with a {filling.label}, "
        f"partly covered by grey, and {draws} completion{'s' if draws > 1 else ''} of it "
        f"stand{'' if draws > 1 else 's'} beside it."
    )


def caption(filling):
    """Say what the still picture shows."""
    covered, side = filling.cover
    what = "rows" if side in ("below", "above") else "columns"
    where = side if what == "rows" else f"the {side}"
    return (
        f"On the left a {filling.label} of which {covered} {what} are covered, from {where}; "
        "beside it what a network finds probable there."
    )


def filling_data(filling):
    """Gather what `filling.mjs` needs: a dict, in which arrays are bytes, as a kernel sends them.

    Its keys are explained at the head of `filling.mjs`.
    """
    shown = filling.x if len(filling.x) else filling.examples
    return {
        "label": filling.label,
        "shape": list(filling.shape),
        "extent": extent_of(shown),
        "codes": pack_exactly(filling.codes),
        "decoder": {"layers": sizes(filling.layers), **pack_exactly(all_weights(filling.layers))},
        "pictures": pack_exactly(filling.x),
        "names": filling.names,
        "start": filling.start,
        "labels": None if filling.labels is None else filling.labels.tolist(),
        "class_names": filling.class_names,
        "temperature": filling.temperature,
        "parts": filling.parts.tolist(),
    }


def page_data(filling):
    """Gather the same as JSON can hold it, its arrays in float16, and where the cover begins."""
    covered, side = filling.cover
    data = {**filling_data(filling), "covered": covered, "side": side}
    arrays = {
        "codes": filling.codes,
        "decoder": all_weights(filling.layers),
        "pictures": filling.x,
    }
    for name, values in arrays.items():
        halves = base64_text(np.asarray(values, "<f2").tobytes())
        data[name] = {**data[name], "dtype": "float16", "data": halves}
    return data
