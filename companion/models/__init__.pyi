from typing import Any, NamedTuple, Self

import keras
import numpy as np
from numpy.typing import ArrayLike

class Posterior(NamedTuple):
    z_mean: np.ndarray
    z_log_var: np.ndarray
    @property
    def sigma(self) -> np.ndarray: ...
    @property
    def kl(self) -> np.ndarray: ...
    def sample(self, seed: int) -> np.ndarray: ...

class _EncoderDecoder(keras.Model):
    encoder: keras.Model
    decoder: keras.Model
    likelihood: str
    sigma: float
    @property
    def latent_dim(self) -> int: ...
    @property
    def condition_shape(self) -> tuple[int | None, ...] | None: ...
    def nll(self, x: ArrayLike, z: ArrayLike, condition: ArrayLike | None = None) -> np.ndarray: ...
    def decode(self, z: ArrayLike, condition: ArrayLike | None = None) -> np.ndarray: ...
    def reconstruct(self, x: ArrayLike, condition: ArrayLike | None = None) -> np.ndarray: ...
    def fit(
        self, x: Any = None, y: Any = None, *, validation_data: Any = None, **kwargs: Any
    ) -> keras.callbacks.History: ...
    def evaluate(self, x: Any = None, y: Any = None, **kwargs: Any) -> Any: ...
    def predict(self, x: Any, **kwargs: Any) -> np.ndarray: ...
    def call(self, x: Any, training: bool | None = None) -> Any: ...
    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any: ...
    def get_config(self) -> dict[str, Any]: ...
    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self: ...

class Autoencoder(_EncoderDecoder):
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: str = "bernoulli",
        sigma: float = 1.0,
        **kwargs: Any,
    ) -> None: ...
    def encode(self, x: ArrayLike, condition: ArrayLike | None = None) -> np.ndarray: ...

class VAE(_EncoderDecoder):
    beta: float
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        beta: float = 1.0,
        likelihood: str = "bernoulli",
        sigma: float = 1.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    def price(self, kl: Any) -> Any: ...
    def encode(self, x: ArrayLike, condition: ArrayLike | None = None) -> Posterior: ...
    def sample(self, n: int, seed: int, condition: ArrayLike | None = None) -> np.ndarray: ...
    def elbo(
        self,
        x: ArrayLike,
        draws: int = 1,
        seed: int = 0,
        condition: ArrayLike | None = None,
    ) -> np.ndarray: ...
