"""What explorer.mjs needs to know of a `LatentExplorer`, by the keys that its head explains."""

import numpy as np

from companion.page.axes import names_of, ranges, through
from companion.page.explorer_files import file_name
from companion.page.packing import base64_text, pack_exactly, short
from companion.page.page_models import PARTS

STEPS = 100  # of an arrow key, or of a slider, from end to end
SOME = 200  # codes whose pictures say how large a picture is
INK = 0.3  # and what of them is no mere blur


def explorer_data(explorer):
    """Gather all but the weights: a dict, in which arrays are bytes, as a kernel sends them."""
    return {
        "label": explorer.label,
        "shape": list(explorer.shape),
        "extent": _extent(explorer),
        "class_names": explorer.class_names,
        "labels": explorer.labels.tolist(),
        "models": [_model_data(explorer, name) for name in explorer.models],
    }


def _extent(explorer):
    name, model = next(iter(explorer.models.items()))
    return extent_of(model.decode(explorer.codes[name][:SOME]).reshape(-1, *explorer.shape))


def extent_of(pictures):
    """Measure how large pictures, `(n, h, w)`, are: pixels of the longer side of their ink.

    A drawing is brought to the median of these before a network reads it, as the pictures of most
    data sets were.
    """
    inked = np.asarray(pictures) > INK
    sides = [np.ptp(np.argwhere(each), axis=0).max() + 1 for each in inked if each.any()]
    return round(float(np.median(sides))) if sides else max(inked.shape[1:])


def _model_data(explorer, name):
    model, codes, start = explorer.models[name], explorer.codes[name], explorer.starts[name]
    low, high = ranges(codes)
    low, high, step = through(start, np.minimum(low, start), np.maximum(high, start), STEPS)
    return {
        "name": name,
        "names": names_of(model.latent_dim),
        "gaussian": model.gaussian,
        "start": short(start),
        "low": short(low),
        "high": short(high),
        "steps": np.rint((high - low) / step).astype(int).tolist(),
        "view": short(_view(codes)) if model.latent_dim == 2 else None,
        "codes": pack_exactly(codes),
        **{
            part: {key: packed[key] for key in ("layers", "dtype", "digest")}
            for part, packed in explorer.parts[name].items()
        },
    }


def _view(codes):
    """Choose the square that a map shows: centre and half of its side, `(3,)`.

    It holds the prior's circles, and all codes but the outermost percent in each direction.
    """
    low, high = np.percentile(codes, [0.5, 99.5], axis=0)
    low, high = np.minimum(low, -2.4), np.maximum(high, 2.4)
    return [*(low + high) / 2, 0.53 * (high - low).max()]


def page_data(explorer):
    """Gather the same as JSON can hold it, with the picture on the field.

    Returns:
        `(data, blocks)`: a dict, and the weights as HTML, blocks of base64, which is empty
        if they are in files.
    """
    data, blocks = explorer_data(explorer), []
    if explorer.picture is not None:
        packed = pack_exactly(explorer.picture)
        data["picture"] = {**packed, "data": base64_text(packed["data"])}
    for i, model in enumerate(data["models"]):
        model["codes"]["data"] = base64_text(model["codes"]["data"])
        for part in PARTS:
            if explorer.files is None:
                text = base64_text(explorer.parts[model["name"]][part]["data"])
                blocks.append(f'<script type="text/plain" data-part="{i}-{part}">{text}</script>\n')
            else:
                address = f"{explorer.files.rstrip('/')}/{file_name(model['name'], part)}"
                model[part]["file"] = address
    return data, "".join(blocks)
