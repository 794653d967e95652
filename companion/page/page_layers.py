"""Layers as a page computes them: plain arrays, without Keras.

Here they run in NumPy, in page_layers.mjs in the page, and keras_models.py reads them. A further
kind of layer would be a class here, a branch there, and a function in the page.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# The ones that page_layers.mjs knows. The sigmoid is written so that no exp overflows.
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: (np.tanh(x / 2) + 1) / 2,
}


class DenseLayer(NamedTuple):
    """A dense layer, h = activation(x @ kernel + bias)."""

    kernel: np.ndarray  #: `(inputs, units)` float32
    bias: np.ndarray  #: `(units,)` float32
    activation: str  #: "linear", "relu", "tanh" or "sigmoid"

    @property
    def inputs(self) -> int:
        """How many numbers it takes."""
        return len(self.kernel)

    @property
    def units(self) -> int:
        """How many numbers it gives."""
        return len(self.bias)

    @property
    def weights(self) -> np.ndarray:
        """All its weights as one array: the kernel, row by row, then the bias."""
        return np.concatenate([self.kernel.ravel(), self.bias])

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return ACTIVATIONS[self.activation](x @ self.kernel + self.bias)


class ConvTransposeLayer(NamedTuple):
    """A transposed convolution of pictures, whose sides it multiplies by `stride`.

    It takes and gives pictures row by row, pixel by pixel, channel by channel. Each pixel paints
    a patch, its channels times the kernel, at its place in the larger picture; patches add up,
    and what lies beyond the picture is cut off on both sides, or if that is odd, more of it
    at the end (Keras' padding="same").
    """

    kernel: np.ndarray  #: `(patch height, patch width, channels, filters)` float32
    bias: np.ndarray  #: `(filters,)` float32
    activation: str  #: as for `DenseLayer`
    shape: tuple[int, int, int]  #: `(h, w, channels)` of a picture that it takes
    stride: int

    @property
    def inputs(self) -> int:
        """How many numbers it takes."""
        return int(np.prod(self.shape))

    @property
    def units(self) -> int:
        """How many numbers it gives."""
        height, width, _ = self.shape
        return height * width * self.stride**2 * len(self.bias)

    @property
    def weights(self) -> np.ndarray:
        """All its weights as one array: the kernel, row by row, then the bias."""
        return np.concatenate([self.kernel.ravel(), self.bias])

    def __call__(self, x: np.ndarray) -> np.ndarray:
        (height, width, channels), s = self.shape, self.stride
        rows, columns, _, filters = self.kernel.shape
        x = x.reshape(-1, height, width, channels)
        # Wide enough for the patches, and for a stride that leaves gaps between them.
        sums = np.zeros((len(x), height * s + rows, width * s + columns, filters), "float32")
        for i in range(rows):
            for j in range(columns):
                sums[:, i : i + height * s : s, j : j + width * s : s] += x @ self.kernel[i, j]
        top, left = max(rows - s, 0) // 2, max(columns - s, 0) // 2
        sums = sums[:, top : top + height * s, left : left + width * s] + self.bias
        return ACTIVATIONS[self.activation](sums).reshape(len(x), -1)


def forward(stack, x):
    """Send inputs, `(n, inputs)`, through layers: float32 `(n, units)` of the last one."""
    h = np.asarray(x, "float32")
    for layer in stack:
        h = layer(h)
    return h


def join_heads(stacks):
    """Join stacks that differ in their last layers alone into one, its outputs side by side.

    Args:
        stacks: lists of layers, as for the two heads of a Gaussian encoder.

    Returns:
        list of layers; None if the stacks differ in more, or their last ones are not dense.
    """
    first, *others = stacks
    for other in others:
        if len(other) != len(first) or other[-1].activation != first[-1].activation:
            return None
        if not isinstance(other[-1], DenseLayer) or not isinstance(first[-1], DenseLayer):
            return None
        if not all(_same(a, b) for a, b in zip(first[:-1], other[:-1], strict=True)):
            return None
    kernels, biases, activations = zip(*(stack[-1] for stack in stacks), strict=True)
    last = DenseLayer(np.concatenate(kernels, axis=1), np.concatenate(biases), activations[0])
    return [*first[:-1], last]


def _same(a, b):
    return sizes([a]) == sizes([b]) and np.array_equal(a.weights, b.weights)


def sizes(stack):
    """Describe layers without their weights: a list of dicts that JSON can hold."""
    return [_size(layer) for layer in stack]


def _size(layer):
    size = {"inputs": layer.inputs, "units": layer.units, "activation": layer.activation}
    if isinstance(layer, ConvTransposeLayer):
        size |= {"shape": [*layer.shape], "patch": [*layer.kernel.shape[:2]]}
        size |= {"filters": len(layer.bias), "stride": layer.stride}
    return size


def all_weights(stack):
    """Give the weights of all layers as one array, layer by layer."""
    return np.concatenate([layer.weights for layer in stack])
