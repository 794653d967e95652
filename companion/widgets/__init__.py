"""Live pictures, in a notebook and in the printed or rendered book.

- `LatentSliders`: a slider for each number of a code, and what it decodes to (chapter 1).
- `FrameSlider`: a slider over pictures that were drawn beforehand (chapter 4).
"""

from companion.widgets.frame_slider import FrameSlider
from companion.widgets.latent_sliders import LatentSliders

__all__ = ["FrameSlider", "LatentSliders"]
