"""Pictures that the page draws as the sliders beside them say: no kernel is asked."""

import anywidget
import ipywidgets
import traitlets

from companion.page.scripts import bundle, source


def _refers():
    return {"sync": True, **ipywidgets.widget_serialization}


class DecodedPicture(anywidget.AnyWidget):
    """Show what a code decodes to, each of whose numbers a slider holds.

    The page decodes by `_decoder`, or, where that is None, shows the pixels that
    the kernel has decoded.
    """

    _esm = bundle("latent.mjs")
    _css = source("latent.css")
    _twin = traitlets.Unicode().tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)  # what `latent_data` gathers
    _decoder = traitlets.Dict(None, allow_none=True).tag(sync=True)
    _pixels = traitlets.Bytes().tag(sync=True)  # little-endian float32, `(h, w)`
    sliders: traitlets.List = traitlets.List().tag(**_refers())


class FramePicture(anywidget.AnyWidget):
    """Show one of many frames, whose number a slider holds."""

    _esm = bundle("frames.mjs")
    _css = source("frames.css")
    _twin = traitlets.Unicode().tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)  # what `frame_payload` gathers
    slider: traitlets.Any = traitlets.Any().tag(**_refers())
