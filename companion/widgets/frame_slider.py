"""A slider over pictures that were drawn beforehand."""

import re
from collections.abc import Iterable

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from companion.checks import as_numbers, check_count, check_images, check_numbers, check_text
from companion.page.frame_twin import alt_text, frame_html, frame_payload
from companion.page.packing import name_of, readable_together
from companion.pictures import png
from companion.widgets.arguments import check_texts
from companion.widgets.page_pictures import FramePicture
from companion.widgets.twins import Twinned

WIDTH = 512  # about the width of the picture on the screen
ROWS = 5  # frames of the film strip


class FrameSlider(Twinned, ipywidgets.VBox):
    """Show one of many frames, which its slider chooses (chapter 4).

    Nothing is computed while it moves, so that the same frames move in a page
    that has no kernel: there the object shows itself as HTML that holds them all,
    and in print as a film strip of a few.

    Args:
        frames: pictures in [0, 1], `(n, h, w)`, where 0 is paper and 1 is ink, or
            `(n, h, w, 3)`, red, green and blue light; two or more.
        values: what each frame belongs to, `n` increasing numbers.
        name: what these values are, such as "noise level".
        columns: names over the picture, which stand evenly; none by default.
        captions: a line under each frame, `n` texts, in which a number gets a true minus;
            none by default.
        label: what the pictures show, in words, for a reader who cannot see them.
        start: number of the frame that is shown first, by default the middle one.

    Raises:
        TypeError: `frames` or `values` does not hold numbers, or `captions` no texts.
        ValueError: an argument has another shape, length or range.
    """

    def __init__(
        self,
        frames: ArrayLike,
        values: ArrayLike,
        *,
        name: str,
        columns: Iterable[str] = (),
        captions: Iterable[str] | None = None,
        label: str = "picture",
        start: int | None = None,
    ) -> None:
        in_colour = as_numbers(frames, "frames").shape[3:] == (3,)
        shape = (None, None, 3) if in_colour else (None, None)
        self.frames = check_images(frames, shape=shape, name="frames")
        n = len(self.frames)
        if n < 2:
            raise ValueError(f"`frames` must hold two frames or more. Received: {n}")
        self.values = _check_values(values, n)
        self.texts = readable_together(self.values)
        texts = [""] * n if captions is None else check_texts(n, captions=captions)
        self.captions = [re.sub(r"(?<![\w.-])-(?=\d)", "\N{MINUS SIGN}", text) for text in texts]
        self.columns = tuple(check_texts(None, columns=columns))
        check_text(name=name, label=label)
        self.name, self.label = name, label
        self.start = n // 2 if start is None else check_count(least=0, most=n - 1, start=start)
        self.slider = ipywidgets.SelectionSlider(
            options=[(text, i) for i, text in enumerate(self.texts)],
            value=self.start,
            description=self.name,
            continuous_update=True,
            style={"description_width": "initial"},
            layout={"width": "auto", "max_width": f"{WIDTH}px"},
        )
        data = frame_payload(self)
        self.twin = name_of(data)
        self.picture = FramePicture(_data=data, _twin=self.twin, slider=self.slider)
        super().__init__(
            [self.slider, self.picture],
            layout={"align_items": "stretch", "max_width": f"{WIDTH}px"},
        )
        self.add_class("frame-widget")

    def render(self, i: int) -> bytes:
        """Draw a frame, enlarged to about 512 pixels of width.

        Args:
            i: its number, from 0.

        Returns:
            PNG bytes.

        Raises:
            ValueError: there is no such frame.
        """
        frame = self.frames[check_count(least=0, most=len(self.frames) - 1, i=i)]
        return png(frame, scale=max(1, round(WIDTH / frame.shape[1])))

    def still(self) -> bytes:
        """Draw the frames of `film_frames` under each other: PNG bytes."""
        return png(np.concatenate(self.frames[self.film_frames()]), scale=2)

    def film_frames(self) -> np.ndarray:
        """Number the few frames that the film strip shows, first and last included."""
        n = len(self.frames)
        return np.linspace(0, n - 1, min(n, ROWS)).round().astype(int)

    def to_html(self) -> str:
        """Write the twin: HTML that works without a kernel and without a network."""
        return frame_html(self)

    def __repr__(self):
        return f"FrameSlider({len(self.frames)} frames)"

    def alt_text(self) -> str:
        """Describe the film strip to a reader who cannot see it."""
        return alt_text(self)


def _check_values(values, n):
    check_numbers(values, shape=(n,), name="values")
    values = np.asarray(values, "float64")
    if not (np.diff(values) > 0).all():
        raise ValueError(f"`values` must increase. Received: {values.tolist()}")
    return values
