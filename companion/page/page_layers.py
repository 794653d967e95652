"""Layers as a page computes them: plain arrays, without Keras.

Here they run in NumPy, in page_layers.mjs in the page, and keras_models.py reads them. A further
kind of layer would be a class here, and a branch in each of these.
"""

from typing import NamedTuple

import numpy as np

# The ones that page_layers.mjs knows. The sigmoid is written so that no exp overflows.
ACTIVATIONS = {
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
    def inputs(self):
        """How many numbers it takes."""
        return len(self.kernel)

    @property
    def units(self):
        """How many numbers it gives."""
        return len(self.bias)

    @property
    def weights(self):
        """All its weights as one array: the kernel, row by row, then the bias."""
        return np.concatenate([self.kernel.ravel(), self.bias])

    def __call__(self, x):
        return ACTIVATIONS[self.activation](x @ self.kernel + self.bias)


def forward(stack, x):
    """Send inputs, `(n, inputs)`, through layers: float32 `(n, units)` of the last one."""
    h = np.asarray(x, "float32")
    for layer in stack:
        h = layer(h)
    return h


def join_heads(stacks):
    """Join stacks that differ in their last layers alone into one, its outputs side by side.

    Args:
        stacks: lists of `DenseLayer`, as for the two heads of a Gaussian encoder.

    Returns:
        list of `DenseLayer`; None if the stacks differ in more.
    """
    first, *others = stacks
    for other in others:
        if len(other) != len(first) or other[-1].activation != first[-1].activation:
            return None
        if not all(_same(a, b) for a, b in zip(first[:-1], other[:-1], strict=True)):
            return None
    kernels, biases, activations = zip(*(stack[-1] for stack in stacks), strict=True)
    last = DenseLayer(np.concatenate(kernels, axis=1), np.concatenate(biases), activations[0])
    return [*first[:-1], last]


def _same(a, b):
    return a.activation == b.activation and all(map(np.array_equal, a[:2], b[:2]))


def sizes(stack):
    """Describe layers without their weights: a list of dicts that JSON can hold."""
    return [
        {"inputs": layer.inputs, "units": layer.units, "activation": layer.activation}
        for layer in stack
    ]


def all_weights(stack):
    """Give the weights of all layers as one array, layer by layer."""
    return np.concatenate([layer.weights for layer in stack])
