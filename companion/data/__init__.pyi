from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from companion.data import dates as dates
from companion.data import faces as faces
from companion.data import noise as noise
from companion.data import signals as signals

NAMES: tuple[str, ...]
CLASS_NAMES: dict[str, tuple[str, ...]]

class CorruptDataError(ValueError): ...
class DataUnavailableError(OSError): ...

class ImageData:
    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray
    test_labels: np.ndarray
    class_names: tuple[str, ...]
    name: str
    licence: str
    source: str
    def __init__(
        self,
        train: np.ndarray,
        test: np.ndarray,
        train_labels: np.ndarray,
        test_labels: np.ndarray,
        class_names: tuple[str, ...],
        name: str,
        licence: str,
        source: str,
    ) -> None: ...
    @classmethod
    def from_arrays(
        cls,
        train: ArrayLike,
        test: ArrayLike,
        train_labels: ArrayLike | None = None,
        test_labels: ArrayLike | None = None,
        class_names: tuple[str, ...] | None = None,
        name: str = "yours",
        licence: str = "",
        source: str = "",
    ) -> Self: ...

def load(name: str | None = None) -> ImageData: ...
