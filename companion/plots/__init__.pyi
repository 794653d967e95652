from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

BLUE: str
GREEN: str
GREY: str
ORANGE: str
PINK: str

def aggregate_posterior(
    z_mean: ArrayLike,
    sigma: ArrayLike,
    shown: int = 30,
    limit: float | None = None,
    ax: Axes | None = None,
) -> Axes: ...
def bars(values: Mapping[str, float], label: str, ax: Axes | None = None) -> Axes: ...
def beta_scale(betas: Mapping[str, float], ax: Axes | None = None) -> Axes: ...
def bound_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    level: float,
    level_name: str,
    xlabel: str,
    ax: Axes | None = None,
) -> Axes: ...
def dictionaries(
    atoms: Mapping[str, ArrayLike], columns: int = 12, ax: Axes | None = None
) -> Axes: ...
def error_scale(
    errors: Mapping[str, float], *, baseline: float, floor: float, ax: Axes | None = None
) -> Axes: ...
def estimate_bands(
    bands: Mapping[str, Mapping[int, tuple[float, float]]], truth: float, ax: Axes | None = None
) -> Axes: ...
def gain_bars(groups: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes: ...
def gaussian_cloud(
    draws: ArrayLike, z_mean: ArrayLike, sigma: ArrayLike, limit: float = 4, ax: Axes | None = None
) -> Axes: ...
def image_rows(
    rows: Mapping[str, ArrayLike],
    marks: Mapping[str, Sequence[str]] | None = None,
    ax: Axes | None = None,
) -> Axes: ...
def kernel_at_work(
    image: ArrayLike, kernel: ArrayLike, response: ArrayLike, ax: Axes | None = None
) -> Axes: ...
def latent_scatter(
    codes: ArrayLike, labels: ArrayLike, class_names: Sequence[str], ax: Axes | None = None
) -> Axes: ...
def loss_curve(
    history: Mapping[str, Sequence[float]], *, baseline: float, floor: float, ax: Axes | None = None
) -> Axes: ...
def picture_map(
    decode: Callable[[np.ndarray], np.ndarray], z1: ArrayLike, z2: ArrayLike, ax: Axes | None = None
) -> Axes: ...
def picture_sums(
    columns: Mapping[str, ArrayLike], signs: Sequence[str], ax: Axes | None = None
) -> Axes: ...
def posterior_ellipses(
    z_mean: ArrayLike,
    sigma: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str],
    widths: float = 2,
    ax: Axes | None = None,
) -> Axes: ...
def posterior_panels(
    panels: Mapping[str, tuple[Any, ...]],
    z: ArrayLike,
    limit: float | None = None,
    axes: np.ndarray | None = None,
) -> np.ndarray: ...
def price_map(
    means: ArrayLike,
    sigmas: ArrayLike,
    nats: ArrayLike,
    levels: Sequence[float],
    ax: Axes | None = None,
) -> Axes: ...
def shift_curves(
    curves: Mapping[str, Sequence[float]], *, level: float, level_name: str, ax: Axes | None = None
) -> Axes: ...
def signal_rows(
    rows: Mapping[str, ArrayLike], clean: ArrayLike | None = None, ax: Axes | None = None
) -> Axes: ...
def signed_as_grey(weights: ArrayLike) -> np.ndarray: ...
def size_curves(
    curves: Mapping[str, Mapping[int, float]],
    *,
    level: float,
    level_name: str,
    ylabel: str,
    ax: Axes | None = None,
) -> Axes: ...
def territories(
    classes: ArrayLike,
    z1: ArrayLike,
    z2: ArrayLike,
    class_names: Sequence[str],
    empty: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes: ...
def text_columns(
    columns: Mapping[str, Sequence[str]],
    wrong: Mapping[str, ArrayLike] | None = None,
    codes: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes: ...
def unit_shares(shares: Mapping[str, tuple[float, float]], ax: Axes | None = None) -> Axes: ...
