from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

class DenseLayer(NamedTuple):
    kernel: np.ndarray
    bias: np.ndarray
    activation: str
    @property
    def inputs(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def weights(self) -> np.ndarray: ...
    def __call__(self, x: np.ndarray) -> np.ndarray: ...

class ConvTransposeLayer(NamedTuple):
    kernel: np.ndarray
    bias: np.ndarray
    activation: str
    shape: tuple[int, int, int]
    stride: int
    @property
    def inputs(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def weights(self) -> np.ndarray: ...
    def __call__(self, x: np.ndarray) -> np.ndarray: ...

class PageModel(NamedTuple):
    shape: tuple[int, ...]
    encoder: Sequence[DenseLayer | ConvTransposeLayer]
    decoder: Sequence[DenseLayer | ConvTransposeLayer]
    @property
    def latent_dim(self) -> int: ...
    @property
    def gaussian(self) -> bool: ...
    def encode(self, x: ArrayLike) -> tuple[np.ndarray, np.ndarray | None]: ...
    def decode(self, z: ArrayLike) -> np.ndarray: ...

def write_files(folder: str | PathLike[str], models: Mapping[str, PageModel]) -> list[Path]: ...
