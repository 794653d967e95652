"""The twin of `LatentSliders`: sliders as HTML, which decode in a page without a kernel."""

from html import escape

import numpy as np

from companion.page.packing import pack_exactly, pack_float16, readable, short
from companion.page.page_layers import all_weights, sizes
from companion.page.scripts import behind, json_script, mounting_script, source
from companion.pictures import data_uri

MANY = 9  # from this many sliders on they stand in narrow columns
EXAMPLES = 100  # codes that the page keeps for its Random button


def latent_html(sliders):
    """Write a figure: a film strip, which a script replaces by sliders that decode in the page.

    Everything is inline, because a page opened from disk may load nothing. A
    decoder that the page cannot run leaves the film strip as it is.

    Args:
        sliders: `LatentSliders`.

    Returns:
        str, the same for the same decoder and codes.
    """
    many = " latent-many" if len(sliders.names) >= MANY else ""
    rows = "".join(f"<li>{escape(name)}</li>" for name in sliders.names)
    scripts, decoder = "", decoder_text(sliders)
    if decoder is not None:
        payload = {**latent_data(sliders), "decoder": decoder}
        scripts = json_script(payload) + mounting_script("latent.mjs")
    return (
        f"<style>\n{source('latent.css')}{behind(sliders.twin)}</style>\n"
        f'<figure class="latent-sliders{many}" data-twin="{sliders.twin}" '
        f'aria-label="{escape(sliders.label)}">\n'
        f'<div class="latent-film"><div class="latent-strip"><ol aria-hidden="true">{rows}</ol>'
        f'<img src="{data_uri(sliders.still())}" alt="{escape(alt_text(sliders))}"></div>\n'
        f"<figcaption>{escape(caption(sliders))}</figcaption></div>\n"
        f"{scripts}</figure>"
    )


def alt_text(sliders):
    """Describe the film strip to a reader who cannot see it."""
    rows = "1 row" if len(sliders.names) == 1 else f"{len(sliders.names)} rows"
    return f"Film strip of the {sliders.label}: {rows} of pictures, one for each latent dimension."


def caption(sliders):
    """Say what moves in the film strip and, where it is short to say, from where to where."""
    text = "In each row one latent dimension moves over its range and the others rest"
    if len(sliders.names) >= MANY:
        return f"{text}."
    ends = zip(sliders.names, sliders.low, sliders.high, strict=True)
    moves = [f"{name} from {readable(low)} to {readable(high)}" for name, low, high in ends]
    return f"{text}: {', '.join(moves)}."


def latent_data(sliders):
    """Gather what `latent.mjs` needs beside the decoder.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `latent.mjs`.
    """
    return {
        "names": sliders.names,
        "low": short(sliders.low),
        "high": short(sliders.high),
        "start": short(sliders.start),
        "codes": [short(code) for code in sliders.codes[:EXAMPLES]],
        "steps": np.rint((sliders.high - sliders.low) / sliders.step).astype(int).tolist(),
        "label": sliders.label,
        "shape": list(sliders.live.shape),
        **_under_conditions(sliders.live),
    }


def _under_conditions(live):
    """Say under what a code is drawn, if under conditions, and where each picture begins."""
    if live.condition is None:
        return {}
    conditions = [short(each) for each in live.condition]
    return {"conditions": conditions, "places": live.places(), "size": list(live.of_one[:2])}


def decoder_text(sliders):
    """Write the decoder as a page holds it, in float16; None if the page cannot run it."""
    layers = sliders.live.layers()
    return layers and {
        "layers": sizes(layers), "dtype": "float16", "data": pack_float16(layers)
    }  # fmt: skip


def decoder_bytes(sliders):
    """Pack the decoder as a notebook sends it, exactly; None if the page cannot run it."""
    layers = sliders.live.layers()
    return layers and {"layers": sizes(layers), **pack_exactly(all_weights(layers))}
