from collections.abc import Callable
from typing import Any

from numpy.typing import ArrayLike

def shuffled_batches(
    x: ArrayLike,
    batch_size: int = 128,
    *,
    y: ArrayLike | None = None,
    seed: int | None = None,
    check: Callable[..., Any] = ...,
) -> Any: ...
