"""Live pictures, in a notebook and in the printed or rendered book.

- `LatentSliders`: a slider for each number of a code, and what it decodes to (chapter 1).
- `FrameSlider`: a slider over pictures that were drawn beforehand (chapter 4).
- `LiveCloud`: a Gaussian of the plane, whose mean and widths are dragged (chapter 7).
- `LiveTraining`: a small network that the reader trains (chapters 1, 6, 9, 12).
- `LatentExplorer`: the map of a latent space, and a field to draw on (chapter 10).
- `LiveFilling`: a drawing, a cover over part of it, and several completions (chapter 14).
- `LabelSheet`: pictures that the reader labels, and what the labels name (chapter 15).

`companion.page` has what they show where there is no kernel.
"""

from companion.widgets.frame_slider import FrameSlider
from companion.widgets.label_sheet import LabelSheet
from companion.widgets.latent_explorer import LatentExplorer
from companion.widgets.latent_sliders import LatentSliders
from companion.widgets.live_cloud import LiveCloud
from companion.widgets.live_filling import LiveFilling
from companion.widgets.live_training import LiveTraining

__all__ = [
    "FrameSlider",
    "LabelSheet",
    "LatentExplorer",
    "LatentSliders",
    "LiveCloud",
    "LiveFilling",
    "LiveTraining",
]
