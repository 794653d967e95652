"""Dense networks as plain matrices, which a page can multiply without Keras."""

import base64
from typing import NamedTuple

import numpy as np

# The ones that dense.mjs knows. The sigmoid is written so that no exp overflows.
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: (np.tanh(x / 2) + 1) / 2,
}


class DenseLayer(NamedTuple):
    """h = activation(x @ kernel + bias)."""

    kernel: np.ndarray  # (inputs, units) float32
    bias: np.ndarray  # (units,) float32
    activation: str


def forward(stack, x):
    """Send inputs, `(n, inputs)`, through dense layers: float32 `(n, units)` of the last one."""
    h = np.asarray(x, "float32")
    for kernel, bias, activation in stack:
        h = ACTIVATIONS[activation](h @ kernel + bias)
    return h


def dense_layers(network):
    """Read the matrices that a chain of dense layers holds now.

    Args:
        network: a built `keras.Sequential`, or a `keras.Model` from one input to one
            output in which each layer follows one other; both may nest others.

    Returns:
        list of `DenseLayer`, first to last; None if the network holds anything that is
        not a dense layer, one of `ACTIVATIONS`, or without effect on a flat input.
    """
    import keras

    if not isinstance(network, keras.Sequential):
        if len(getattr(network, "outputs", None) or ()) != 1:
            return None
        network = keras.Model(network.inputs, network.outputs[0])  # what leads to the output
    chain = []
    for layer in leaf_layers(network):
        if isinstance(layer, keras.layers.InputLayer | keras.layers.Dropout):
            continue
        # Flat values stay in order; a Dense that then meets unflat ones is told by its kernel.
        if isinstance(layer, keras.layers.Flatten | keras.layers.Reshape):
            continue
        name = activation_name(layer)
        if name not in ACTIVATIONS:
            return None
        if type(layer) is keras.layers.Dense:
            if chain and layer.kernel.shape[0] != chain[-1][0].units:
                return None
            chain.append((layer, name))
        elif type(layer) in (keras.layers.Activation, keras.layers.ReLU):
            if not chain or chain[-1][1] != "linear":
                return None
            chain[-1] = chain[-1][0], name
        else:
            return None
    return [_read(*link) for link in chain] or None


def _read(layer, activation):
    from keras import ops

    kernel = ops.convert_to_numpy(layer.kernel).astype("float32", copy=False)
    bias = np.zeros(layer.units) if layer.bias is None else ops.convert_to_numpy(layer.bias)
    return DenseLayer(kernel, bias.astype("float32", copy=False), activation)


def side_by_side(stacks):
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


def leaf_layers(model):
    """Yield the layers of a model and of the models inside it, first to last."""
    for layer in getattr(model, "layers", ()):
        if hasattr(layer, "layers"):
            yield from leaf_layers(layer)
        else:
            yield layer


def last_activation(model):
    """Name what the last layer that applies anything applies; None if no layer says."""
    names = [activation_name(layer) for layer in leaf_layers(model)]
    return next((name for name in reversed(names) if name), None)


def activation_name(layer):
    """Name what a layer applies to its sums: 'relu', 'linear', ...; None if it says nothing."""
    import keras

    if isinstance(layer, keras.layers.ReLU):
        plain = not layer.negative_slope and not layer.threshold and layer.max_value is None
        return "relu" if plain else None
    return getattr(getattr(layer, "activation", None), "__name__", None)


def sizes(layers):
    """Describe layers without their weights: a list of dicts that JSON can hold."""
    return [
        {"inputs": len(kernel), "units": len(bias), "activation": activation}
        for kernel, bias, activation in layers
    ]


def all_weights(layers):
    """Give all weights as one float32 array: each kernel, row by row, then its bias."""
    return np.concatenate([part.ravel() for layer in layers for part in layer[:2]])


def pack_float16(layers):
    """Write all weights, rounded to float16, as base64 of little-endian bytes.

    Raises:
        ValueError: a weight is not finite, or too large for float16 (65,504).
    """
    weights = all_weights(layers)
    largest = np.abs(weights).max()
    if not largest <= np.finfo("float16").max:
        raise ValueError(
            f"`decoder` must have weights that float16 can hold. Received: largest weight {largest}"
        )
    return base64.b64encode(weights.astype("<f2").tobytes()).decode("ascii")


def pack_exactly(values):
    """Write numbers as little-endian bytes, in float16 if each of them is one, else in float32.

    Returns:
        dict of `dtype`, "float16" or "float32", and `data`, bytes.
    """
    values = np.asarray(values, "float32").ravel()
    with np.errstate(over="ignore"):
        short = values.astype("<f2")
    if np.array_equal(short, values):
        return {"dtype": "float16", "data": short.tobytes()}
    return {"dtype": "float32", "data": values.astype("<f4").tobytes()}
