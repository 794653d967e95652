"""A picture that a page has drawn, or is given: a trait of a widget, in both directions."""

import numpy as np
import traitlets

from companion.checks import check_images


def _to_json(picture, _):
    return None if picture is None else picture.tobytes()


def _from_json(data, widget):
    return None if data is None else np.frombuffer(data, "<f4").reshape(widget.shape)


SYNC = {"sync": True, "to_json": _to_json, "from_json": _from_json}  # for a widget with a `shape`


def check_ink(picture, shape):
    """Return a picture as float32 of that shape, or None for none.

    Raises:
        traitlets.TraitError: it is no such picture.
    """
    if picture is None:
        return None
    several = picture[None] if isinstance(picture, np.ndarray) else [picture]
    try:
        picture = np.squeeze(check_images(several, name="picture"))
    except (TypeError, ValueError) as error:
        raise traitlets.TraitError(str(error)) from error
    if picture.shape != shape:
        raise traitlets.TraitError(
            f"`picture` must have shape {shape}. Received: shape={picture.shape}"
        )
    return picture
