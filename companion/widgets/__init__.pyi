from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import anywidget
import ipywidgets
import keras
import numpy as np
from numpy.typing import ArrayLike

from companion.page import PageModel

class FrameSlider(ipywidgets.VBox):
    slider: ipywidgets.SelectionSlider
    twin: str
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
    ) -> None: ...
    def render(self, i: int) -> bytes: ...
    def still(self) -> bytes: ...
    def film_frames(self) -> np.ndarray: ...
    def alt_text(self) -> str: ...
    def to_html(self) -> str: ...

class LabelSheet:
    labels: int
    neighbours: int
    alpha: float
    rounds: int
    twin: str
    def __init__(
        self,
        pictures: ArrayLike,
        places: ArrayLike,
        z: ArrayLike,
        test_z: ArrayLike,
        test_labels: ArrayLike,
        *,
        labels: int = 10,
        neighbours: int = 10,
        alpha: float = 0.8,
        rounds: int = 40,
        label: str = "pictures",
    ) -> None: ...
    def named(self, labels: Mapping[int, int]) -> dict[str, float]: ...
    def still(self) -> bytes: ...
    def alt_text(self) -> str: ...
    def to_html(self) -> str: ...

class LatentSliders(ipywidgets.HBox):
    sliders: list[ipywidgets.FloatSlider]
    twin: str
    z: np.ndarray
    def __init__(
        self,
        decoder: keras.Model,
        codes: ArrayLike,
        *,
        names: Sequence[str] | None = None,
        start: ArrayLike | None = None,
        steps: int = 100,
        activation: str | None = "sigmoid",
        label: str = "decoded picture",
        seed: int = 0,
        condition: ArrayLike | None = None,
    ) -> None: ...
    def reset(self, *_: Any) -> None: ...
    def random(self, *_: Any) -> None: ...
    def render(self, z: ArrayLike) -> bytes: ...
    def still(self) -> bytes: ...
    def alt_text(self) -> str: ...
    def to_html(self) -> str: ...

class LiveCloud:
    z_mean: np.ndarray
    z_log_var: np.ndarray
    noise: np.ndarray
    label: str
    def __init__(
        self,
        z_mean: ArrayLike = (0, 0),
        z_log_var: ArrayLike = (0, 0),
        *,
        draws: int = 150,
        seed: int = 0,
        label: str = "cloud",
    ) -> None: ...
    def still(self) -> str: ...
    def alt_text(self) -> str: ...
    def to_html(self) -> str: ...

class LatentExplorer(anywidget.AnyWidget):
    models: dict[str, PageModel]
    z: tuple[float, ...]
    model: str
    picture: np.ndarray | None
    twin: str
    def __init__(
        self,
        models: Any,
        x: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        *,
        codes: Any = None,
        class_names: Sequence[str] | None = None,
        start: ArrayLike | None = None,
        picture: ArrayLike | None = None,
        label: str = "decoded picture",
        files: str | None = None,
        seed: int = 0,
    ) -> None: ...
    def still(self) -> bytes: ...
    def alt_text(self) -> str: ...
    def to_html(self) -> str: ...
    def to_page(self, title: str) -> str: ...
    def set_state(self, sync_data: dict[str, Any]) -> None: ...
