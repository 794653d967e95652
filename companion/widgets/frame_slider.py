"""A slider over pictures that were drawn beforehand."""

from html import escape

import ipywidgets
import numpy as np

from companion.checks import check_images
from companion.page.frame_twin import alt_text, frame_html
from companion.page.packing import base64_text, readable
from companion.pictures import png
from companion.widgets.latent_sliders import Picture

WIDTH = 512  # about the width of the picture on the screen
ROWS = 5  # frames of the film strip


class FrameSlider(ipywidgets.VBox):
    """Show one of many frames, which its slider chooses (chapter 4).

    Nothing is computed while it moves, so that the same frames move in a page
    that has no kernel: there the object shows itself as HTML that holds them all,
    and in print as a film strip of a few.

    Args:
        frames: pictures in [0, 1], `(n, h, w)`, two or more; 0 is paper, 1 is ink.
        values: what each frame belongs to, `n` increasing numbers.
        name: what these values are, such as "noise level".
        columns: names over the picture, which stand evenly; none by default.
        captions: a line under each frame, `n` texts; none by default.
        label: what the pictures show, in words, for a reader who cannot see them.
        start: number of the frame that is shown first, by default the middle one.

    Raises:
        TypeError: `frames` does not hold numbers.
        ValueError: an argument has another shape, length or range.
    """

    def __init__(
        self, frames, values, *, name, columns=(), captions=None, label="picture", start=None
    ):
        self.frames = check_images(frames, shape=(None, None), name="frames")
        n = len(self.frames)
        if n < 2:
            raise ValueError(f"`frames` must hold two frames or more. Received: {n}")
        self.values = _check_values(values, n)
        self.texts = [readable(value) for value in self.values]
        self.captions = [""] * n if captions is None else [str(text) for text in captions]
        if len(self.captions) != n:
            raise ValueError(f"`captions` must hold {n} texts. Received: {len(self.captions)}")
        self.name, self.columns, self.label = str(name), tuple(map(str, columns)), str(label)
        self.start = self._check_index(n // 2 if start is None else start, "start")
        self.slider = ipywidgets.SelectionSlider(
            options=[(text, i) for i, text in enumerate(self.texts)],
            value=self.start,
            description=self.name,
            continuous_update=True,
            style={"description_width": "initial"},
            layout={"width": "auto", "max_width": f"{WIDTH}px"},
        )
        self.picture = Picture(
            format="png", tooltip=self.label, layout={"max_width": "100%", "object_fit": "contain"}
        )
        self.caption = ipywidgets.HTML()
        self.slider.observe(self._redraw, "value")
        self._redraw()
        heads = [ipywidgets.HTML(_heads(self.columns))] if self.columns else []
        super().__init__(
            [self.slider, *heads, self.picture, self.caption],
            layout={"align_items": "stretch", "max_width": f"{WIDTH}px"},
        )

    def render(self, i):
        """Draw a frame, enlarged to about 512 pixels of width.

        Args:
            i: its number, from 0.

        Returns:
            PNG bytes, grey.

        Raises:
            ValueError: there is no such frame.
        """
        frame = self.frames[self._check_index(i, "i")]
        return png(frame, scale=max(1, round(WIDTH / frame.shape[1])))

    def film_strip(self):
        """Draw the frames of `film_frames` under each other: PNG bytes, grey."""
        return png(np.concatenate(self.frames[self.film_frames()]), scale=2)

    def film_frames(self):
        """Number the few frames that the film strip shows, first and last included."""
        n = len(self.frames)
        return np.linspace(0, n - 1, min(n, ROWS)).round().astype(int)

    def to_html(self):
        """Write the twin: HTML that works without a kernel and without a network."""
        return frame_html(self)

    def __repr__(self):
        return f"FrameSlider({len(self.frames)} frames)"

    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.to_html()
        data["image/png"] = base64_text(self.film_strip())
        return data, {"image/png": {"alt": alt_text(self)}}

    def _check_index(self, i, name):
        if not isinstance(i, int | np.integer) or not 0 <= i < len(self.frames):
            raise ValueError(
                f"`{name}` must be the number of a frame, 0 to {len(self.frames) - 1}. "
                f"Received: {name}={i!r}"
            )
        return int(i)

    def _redraw(self, *_):
        self.picture.value = self.render(self.slider.value)
        self.caption.value = escape(self.captions[self.slider.value])


def _check_values(values, n):
    values = np.asarray(values, "float64")
    if values.shape != (n,) or not (np.diff(values) > 0).all():
        raise ValueError(
            f"`values` must hold {n} increasing numbers. Received: shape={values.shape}, "
            f"{values.tolist()}"
        )
    return values


def _heads(columns):
    heads = "".join(f"<span>{escape(column)}</span>" for column in columns)
    style = f"display: grid; grid-template-columns: repeat({len(columns)}, 1fr)"
    return f'<div style="{style}; text-align: center">{heads}</div>'
