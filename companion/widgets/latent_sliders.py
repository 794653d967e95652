"""Sliders over a latent space and the picture that they decode to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from companion.checks import check_count, check_has, check_text, generator
from companion.page.axes import names_of, nearest_step, nearest_to_median, ranges, through
from companion.page.latent_twin import alt_text, decoder_bytes, latent_data, latent_html
from companion.page.packing import name_of
from companion.pictures import png, side_by_side
from companion.widgets.arguments import check_code, check_codes, check_conditions, check_texts
from companion.widgets.live_decoder import LiveDecoder
from companion.widgets.page_pictures import DecodedPicture
from companion.widgets.twins import Twinned

if TYPE_CHECKING:
    import keras

SIZE = 252  # about the side of the picture on the screen: nine times 28
WRAP = {"flex_flow": "row wrap", "align_items": "flex-start"}
COLUMNS = 9  # pictures in a row of the film strip


class LatentSliders(Twinned, ipywidgets.HBox):
    """Show x = activation(decoder(z)), with one slider for each entry of z.

    A slider runs over the middle 98 % of what the training codes hold in its
    dimension, in steps that pass through `start`. The page itself decodes, at the next
    frame of the screen, if the decoder is a chain of dense layers and transposed convolutions;
    any other is asked in the kernel. When a slider moves, the kernel sends the page the
    decoder's weights if they have changed. Where no kernel answers, the same object shows
    itself as HTML that decodes, or as a film strip where the page cannot, and in print.

    A decoder that reads a condition too, such as a label, draws the same code under each of
    several, side by side (chapter 13).

    Args:
        decoder: built Keras model, `(batch, latent_dim)` to `(batch, h, w)` or
            `(batch, h, w, channels)`, 1 or 3 channels; or from `[code, condition]`.
        codes: `(n, latent_dim)`, encoded training pictures.
        names: one name for each dimension; by default z₁, z₂, ...
        start: `(latent_dim,)`, where the sliders begin; by default the code nearest
            to the median of `codes`, which decodes to a picture that looks real.
        steps: how many steps a slider has over that range.
        activation: "sigmoid" if `decoder` gives logits, None if it gives pixels in [0, 1].
        label: what the picture shows, in words, for a reader who cannot see it.
        seed: of the order in which Random walks through `codes`.
        condition: `(m, k)`, what the decoder reads beside the code in each of m pictures, if it
            reads something: `np.eye(10)` shows ten classes.

    Raises:
        TypeError: `decoder` cannot be called or is a whole model, or an array holds no numbers.
        ValueError: an argument has another shape or value, `decoder` ends in a sigmoid
            that `activation` would repeat, or it decodes to NaN.
    """

    def __init__(
        self,
        decoder: "keras.Model",
        codes: ArrayLike,
        *,
        names: Sequence[str] | None = None,
        start: ArrayLike | None = None,
        steps: int = 100,
        activation: str | None = "sigmoid",
        label: str = "decoded picture",
        seed: int = 0,
        condition: ArrayLike | None = None,
    ) -> None:
        check_has("a built Keras model", "__call__", decoder=decoder)
        if hasattr(decoder, "decoder"):
            raise TypeError(
                "`decoder` must be the decoder of a model, such as `vae.decoder`. "
                f"Received: the whole {type(decoder).__name__}"
            )
        codes = check_codes(codes, decoder)
        self.decoder = decoder
        latent_dim = codes.shape[1]
        self.names = names_of(latent_dim) if names is None else check_texts(latent_dim, names=names)
        steps = check_count(steps=steps)
        check_text(label=label)
        self.label = label
        self.low, self.high = ranges(codes)
        inside = np.clip(codes, self.low, self.high)
        self.start = nearest_to_median(inside) if start is None else self._check_z(start, "start")
        self.low, self.high, self.step = through(self.start, self.low, self.high, steps)
        # Random walks in the same order here and in the page.
        order = generator(seed).permutation(len(codes))
        self.codes = self._nearest_step(inside[order])
        self._turn = 0
        condition = check_conditions(condition, decoder)
        self.live = LiveDecoder(decoder, activation, self.start, condition)
        self.sliders = self._make_sliders()
        data, weights = latent_data(self), decoder_bytes(self)
        self.twin = name_of(data, weights)
        self.picture = DecodedPicture(_data=data, _twin=self.twin, sliders=self.sliders)
        self._tells = True
        self._tell()
        super().__init__([self.picture, self._grid()], layout=WRAP)
        self.add_class("latent-widget")

    @property
    def z(self) -> np.ndarray:
        """The code that the sliders point at: float32 array, `(latent_dim,)`.

        Setting it moves each slider to its step nearest to the value; `render`
        draws a code exactly.

        Raises:
            ValueError: on setting, if a value lies beyond its slider's ends.
        """
        return np.array([slider.value for slider in self.sliders], "float32")

    @z.setter
    def z(self, z):
        z = self._nearest_step(self._check_z(z))
        self._tells = False  # one picture for all sliders, not one for each
        try:
            for slider, value in zip(self.sliders, z, strict=True):
                slider.value = float(value)
        finally:
            self._tells = True
        self._tell()

    def reset(self, *_: Any) -> None:
        """Move the sliders back to where they began."""
        self.z = self.start

    def random(self, *_: Any) -> None:
        """Move the sliders to their steps nearest to the next of the shuffled training codes."""
        self.z = self.codes[self._turn % len(self.codes)]
        self._turn += 1

    def render(self, z: ArrayLike) -> bytes:
        """Draw what a code decodes to, about 252 pixels wide and high.

        Args:
            z: `(latent_dim,)`, any finite code, also beyond the sliders' ends.

        Returns:
            PNG bytes.

        Raises:
            ValueError: `z` has another shape, or is not finite.
        """
        pixels = self.live.pixels(check_code(z, len(self.names))[None])[0]
        return png(pixels, scale=max(1, round(SIZE / max(self.live.shape[:2]))))

    def still(self) -> bytes:
        """Draw a row of pictures for each dimension, which alone moves over its range.

        Returns:
            PNG bytes: `latent_dim` rows of 9 pictures, or of 3 where each shows several.
        """
        latent_dim = len(self.names)
        columns = COLUMNS if self.live.condition is None else 3  # wide ones
        z = np.tile(self.start, (latent_dim, columns, 1))
        for i in range(latent_dim):
            z[i, :, i] = np.linspace(self.low[i], self.high[i], columns)
        pixels = self.live.pixels(z.reshape(-1, latent_dim))
        return png(side_by_side(pixels.reshape(*z.shape[:2], *pixels.shape[1:])), scale=2)

    def to_html(self) -> str:
        """Write the twin: HTML that works without a kernel and without a network."""
        return latent_html(self)

    def __repr__(self):
        return f"LatentSliders(latent_dim={len(self.names)})"

    def alt_text(self) -> str:
        """Describe the film strip to a reader who cannot see it."""
        return alt_text(self)

    def _check_z(self, z, name="z"):
        z = check_code(z, len(self.names), name)
        beyond = np.flatnonzero((z < np.float32(self.low)) | (z > np.float32(self.high)))
        if beyond.size:
            i = beyond[0]
            raise ValueError(
                f"`{name}` must lie between the ends of its sliders; `render` takes any code. "
                f"Received: {self.names[i]}={z[i]:.3g}, beyond "
                f"[{self.low[i]:.3g}, {self.high[i]:.3g}]"
            )
        return z

    def _nearest_step(self, z):
        return nearest_step(z, self.low, self.high, self.step)

    def _make_sliders(self):
        width = f"{max(map(len, self.names)) + 2}ch"
        sliders = [
            ipywidgets.FloatSlider(
                value=float(value),
                min=float(low),
                max=float(high),
                step=float(step),
                description=name,
                tooltip=f"{name}, from {low:.2f} to {high:.2f}",
                readout_format=".2f",
                continuous_update=True,
                style={"description_width": width},
                layout={"width": "auto", "min_width": "0"},
            )
            for name, value, low, high, step in zip(
                self.names, self.start, self.low, self.high, self.step, strict=True
            )
        ]
        for slider in sliders:
            slider.observe(self._tell, "value")
        return sliders

    def _grid(self):
        columns = f"repeat(auto-fill, minmax({'14rem' if len(self.names) > 8 else '20rem'}, 1fr))"
        layout = {"flex": "1 1 20rem", "min_width": "0", "margin": "0 0 0 1rem"}
        return ipywidgets.GridBox(self.sliders, layout={**layout, "grid_template_columns": columns})

    def _tell(self, *_):
        """Tell the page what it cannot know: the weights of now, or the pixels."""
        if self._tells:
            self.picture._decoder = decoder_bytes(self)
            if self.picture._decoder is None:
                self.picture._pixels = self.live.pixels(self.z[None])[0].astype("<f4").tobytes()
