from collections.abc import Callable
from typing import Any, NamedTuple, Self

import keras
import numpy as np
from numpy.typing import ArrayLike

from companion.data import ImageData
from companion.models import VAE, Autoencoder, Posterior

class Strokes(NamedTuple):
    slant: np.ndarray
    ink: np.ndarray
    width: np.ndarray

class LogJoint(NamedTuple):
    axis: np.ndarray
    values: np.ndarray
    @property
    def log_likelihood(self) -> np.ndarray: ...
    @property
    def posterior(self) -> np.ndarray: ...

def active_share(codes: ArrayLike, threshold: float = 0.0) -> float: ...
def active_units(z_mean: ArrayLike, threshold: float = 0.01) -> int: ...
def anomaly_scores(
    model: VAE | Autoencoder, x: ArrayLike, draws: int = 1, seed: int = 0
) -> dict[str, np.ndarray]: ...
def baseline(train: ArrayLike, test: ArrayLike) -> float: ...
def code_information(posterior: Posterior, seed: int = 0) -> float: ...
def code_noise_cost(
    model: VAE | Autoencoder,
    images: ArrayLike,
    codes: ArrayLike,
    share: float = 0.1,
    seed: int = 0,
    draws: int = 10,
) -> float: ...
def coverage(real: ArrayLike, fake: ArrayLike, k: int = 5) -> float: ...
def dead_share(codes: ArrayLike, threshold: float = 0.0) -> float: ...
def features(classifier: keras.Sequential, images: ArrayLike) -> np.ndarray: ...
def floor(x: ArrayLike) -> float: ...
def frechet_distance(real: ArrayLike, fake: ArrayLike) -> float: ...
def grid_log_joint(vae: VAE, x: ArrayLike, mesh: float = 0.06, reach: float = 4.5) -> LogJoint: ...
def jump_ratio(pictures: ArrayLike) -> float: ...
def knn_accuracy(
    codes: ArrayLike,
    labels: ArrayLike,
    test_codes: ArrayLike,
    test_labels: ArrayLike,
    k: int = 5,
) -> float: ...
def log_likelihood(
    vae: VAE,
    x: ArrayLike,
    draws: int = 500,
    *,
    wider: float = 2.0,
    from_prior: float = 0.1,
    seed: int = 0,
    condition: ArrayLike | None = None,
) -> np.ndarray: ...
def log_weights(
    vae: VAE,
    x: ArrayLike,
    draws: int = 500,
    *,
    wider: float = 1.0,
    from_prior: float = 0.0,
    seed: int = 0,
    condition: ArrayLike | None = None,
) -> np.ndarray: ...
def mutual_information_gap(codes: ArrayLike, factors: ArrayLike, bins: int = 20) -> np.ndarray: ...
def perplexity(tokens: ArrayLike, codes: int) -> float: ...
def psnr(clean: ArrayLike, pictures: ArrayLike) -> float: ...
def train_classifier(data: ImageData, seed: int = 0) -> keras.Sequential: ...
def strokes(images: ArrayLike) -> Strokes: ...

class AnomalyDetector:
    low_: float
    middle_: float
    high_: float
    offset_: float
    n_features_in_: int
    def __init__(
        self,
        score_func: Callable[[np.ndarray], ArrayLike],
        false_alarms: float = 0.05,
        two_sided: bool = False,
    ) -> None: ...
    def fit(self, X: ArrayLike, y: Any = None) -> Self: ...
    def score_samples(self, X: ArrayLike) -> np.ndarray: ...
    def decision_function(self, X: ArrayLike) -> np.ndarray: ...
    def predict(self, X: ArrayLike) -> np.ndarray: ...
