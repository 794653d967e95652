from collections.abc import Callable
from typing import Any, NamedTuple

from numpy.typing import ArrayLike

from companion.models import VAE

class Parts(NamedTuple):
    encode: Callable[..., Any]
    decode: Callable[..., Any]
    sample: Callable[..., Any] | None = None
    loss: Callable[..., Any] | None = None
    beta: float = 1.0
    nll: Callable[..., Any] | None = None

class Finding(NamedTuple):
    check: str
    healthy: bool | None
    words: str
    value: float

class Report(dict[str, Finding]):
    @property
    def healthy(self) -> bool: ...
    @property
    def complaints(self) -> Report: ...

def examine(
    model: VAE | Parts, x: ArrayLike, seed: int = 0, condition: ArrayLike | None = None
) -> Report: ...
