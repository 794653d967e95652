from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Self

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

class _Doors(keras.Model):
    def fit(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> keras.callbacks.History: ...
    def evaluate(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any: ...
    def train_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any: ...
    def test_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any: ...
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

class _EncoderDecoder(_Doors):
    encoder: keras.Model
    decoder: keras.Model
    likelihood: str
    sigma: float
    @property
    def latent_dim(self) -> int: ...
    @property
    def condition_shape(self) -> tuple[int | None, ...] | None: ...
    def nll(
        self,
        x: ArrayLike,
        z: ArrayLike,
        condition: ArrayLike | None = None,
        batch_size: int | None = None,
    ) -> np.ndarray: ...
    def decode(
        self, z: ArrayLike, condition: ArrayLike | None = None, batch_size: int | None = None
    ) -> np.ndarray: ...
    def reconstruct(
        self, x: Any, condition: ArrayLike | None = None, batch_size: int | None = None
    ) -> np.ndarray: ...
    def predict(self, x: Any, *args: Any, **kwargs: Any) -> np.ndarray: ...
    def predict_on_batch(self, x: Any) -> np.ndarray: ...
    def export(self, filepath: Any, *args: Any, **kwargs: Any) -> None: ...
    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]: ...

class Autoencoder(_EncoderDecoder):
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: str = "bernoulli",
        sigma: float | Literal["optimal"] = 1.0,
        **kwargs: Any,
    ) -> None: ...
    def encode(
        self, x: Any, condition: ArrayLike | None = None, batch_size: int | None = None
    ) -> np.ndarray: ...

class VAE(_EncoderDecoder):
    beta: float
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        beta: float = 1.0,
        likelihood: str = "bernoulli",
        sigma: float | Literal["optimal"] = 1.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    def price(self, kl: Any) -> Any: ...
    def encode(
        self, x: Any, condition: ArrayLike | None = None, batch_size: int | None = None
    ) -> Posterior: ...
    def sample(self, n: int, seed: int, condition: ArrayLike | None = None) -> np.ndarray: ...
    def elbo(
        self,
        x: ArrayLike,
        draws: int = 1,
        seed: int = 0,
        condition: ArrayLike | None = None,
    ) -> np.ndarray: ...

def explaining_weights(
    model: VAE | Autoencoder,
    x: ArrayLike,
    mask: ArrayLike,
    codes: ArrayLike,
    temperature: float = 1.0,
) -> np.ndarray: ...
def impute(
    model: VAE | Autoencoder,
    x: ArrayLike,
    mask: ArrayLike,
    codes: ArrayLike,
    draws: int = 1,
    temperature: float = 1.0,
    seed: int = 0,
) -> np.ndarray: ...

class FreeBitsVAE(VAE):
    floor: float
    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, floor: float = 0.1, **kwargs: Any
    ) -> None: ...
    def price(self, kl: Any) -> Any: ...
    def get_config(self) -> dict[str, Any]: ...

class SemiSupervisedVAE(VAE):
    classifier: keras.Model
    alpha: float
    @property
    def classes(self) -> int: ...
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        classifier: keras.Model,
        alpha: float = 1.0,
        **kwargs: Any,
    ) -> None: ...
    def classify(self, x: ArrayLike, batch_size: int | None = None) -> np.ndarray: ...
    def get_config(self) -> dict[str, Any]: ...
    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self: ...

class IWAE(VAE):
    draws: int
    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, draws: int = 5, **kwargs: Any
    ) -> None: ...
    def get_config(self) -> dict[str, Any]: ...

class VQVAE(Autoencoder):
    commitment: float
    codebook: np.ndarray
    @property
    def codes(self) -> int: ...
    @property
    def grid(self) -> tuple[int | None, ...]: ...
    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        codes: int = 64,
        commitment: float = 0.25,
        decay: float | None = 0.95,
        restart: float = 0.0,
        likelihood: str = "bernoulli",
        sigma: float | Literal["optimal"] = 1.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    def start_on(self, x: Any, seed: int = 0, condition: ArrayLike | None = None) -> None: ...
    def tokens(
        self, x: Any, condition: ArrayLike | None = None, batch_size: int | None = None
    ) -> np.ndarray: ...

class GAN(_Doors):
    generator: keras.Model
    discriminator: keras.Model
    noise: float
    seed: int | None
    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        noise: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    @property
    def latent_dim(self) -> int: ...
    def sample(self, n: int, seed: int) -> np.ndarray: ...

class Diffusion(_Doors):
    network: keras.Model
    seed: int | None
    def __init__(self, network: keras.Model, seed: int | None = None, **kwargs: Any) -> None: ...
    def denoise(self, x: ArrayLike, u: float) -> np.ndarray: ...
    def score(self, x: ArrayLike, u: float) -> np.ndarray: ...
    def sample(self, n: int, seed: int, steps: int = 50) -> np.ndarray: ...
    def path(self, n: int, seed: int, steps: int = 50) -> np.ndarray: ...

def denoise_in_steps(
    denoise: Callable[[np.ndarray, float], np.ndarray], x: ArrayLike, steps: int
) -> np.ndarray: ...

class Message:
    words: list[int]
    head: int
    def __init__(self, data: bytes = b"", seed: int = 0) -> None: ...
    def push(self, start: int, share: int, bits: int) -> None: ...
    def peek(self, bits: int) -> int: ...
    def pop(self, start: int, share: int, bits: int) -> None: ...
    def to_bytes(self) -> bytes: ...

def compress(vae: VAE, x: ArrayLike, seed: int = 0) -> bytes: ...
def decompress(vae: VAE, data: bytes, n: int) -> np.ndarray: ...
