"""The twin: sliders as HTML, which a page without a kernel shows instead of the widget."""

import json
import re
from html import escape
from importlib.resources import files

import numpy as np

from companion.pictures import data_uri
from companion.widgets.codes import readable
from companion.widgets.dense import pack_float16, sizes

MANY = 9  # from this many sliders on they stand in narrow columns
EXAMPLES = 100  # codes that the page keeps for its Random button
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([^"]+)";\n', re.MULTILINE)


def twin_html(sliders):
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
    return (
        f"<style>\n{source('latent.css')}</style>\n"
        f'<figure class="latent-sliders{many}" aria-label="{escape(sliders.label)}">\n'
        f'<div class="latent-film"><div class="latent-strip"><ol aria-hidden="true">{rows}</ol>'
        f'<img src="{data_uri(sliders.film_strip())}" alt="{escape(alt_text(sliders))}"></div>\n'
        f"<figcaption>{escape(caption(sliders))}</figcaption></div>\n"
        f"{_scripts(payload(sliders))}</figure>"
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


def payload(sliders):
    """Gather what `latent.mjs` needs to decode in the page; None if it cannot.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `latent.mjs`.
    """
    layers = sliders.dense_layers()
    if layers is None:
        return None
    return {
        "names": sliders.names,
        "low": short(sliders.low),
        "high": short(sliders.high),
        "start": short(sliders.start),
        "codes": [short(code) for code in sliders.codes[:EXAMPLES]],
        "steps": np.rint((sliders.high - sliders.low) / sliders.step).astype(int).tolist(),
        "label": sliders.label,
        "shape": list(sliders.shape),
        "layers": sizes(layers),
        "weights": pack_float16(layers),
    }


def _scripts(payload):
    if payload is None:
        return ""
    return json_script(payload) + mounting_script("latent.mjs")


def json_script(payload):
    """Write a dict as data in a page, for the script that comes after it."""
    # A name that holds "</script>" must not end the script.
    data = json.dumps(payload, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json">{data}</script>\n'


def mounting_script(name):
    """Write the script that brings the figures of a page to life, given the module that can."""
    return f'<script type="module">\n{bundle(name)}\nmountAll();\n</script>\n'


def bundle(name):
    """Read a module and those that it imports, as one script that imports nothing.

    A page opened from disk may load no module, and a widget brings one text.
    """
    modules = {}

    def add(name):
        text = source(name)
        for other in IMPORT.findall(text):
            add(other)
        modules.setdefault(name, IMPORT.sub("", text).strip())

    add(name)
    return "\n\n".join(modules.values())


def source(name):
    """Read a script or a style sheet that lies beside this file."""
    return files("companion.widgets").joinpath(name).read_text(encoding="utf-8")


def short(values):
    """Write numbers for JSON, to six digits: finer than float16, and than a pixel."""
    return [float(f"{value:.6g}") for value in np.asarray(values)]
