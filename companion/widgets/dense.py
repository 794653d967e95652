"""Dense decoders as plain matrices, which a page can multiply without Keras."""

import base64
from typing import NamedTuple

import numpy as np

ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid")  # the ones that latent.mjs knows


class DenseLayer(NamedTuple):
    """h = activation(x @ kernel + bias)."""

    kernel: np.ndarray  # (inputs, units) float32
    bias: np.ndarray  # (units,) float32
    activation: str


def dense_layers(decoder):
    """Read the matrices of a stack of dense layers.

    Args:
        decoder: a built `keras.Sequential`, which may nest others.

    Returns:
        list of `DenseLayer`, first to last; None if the stack holds anything that
        is not a dense layer, one of `ACTIVATIONS`, or without effect on a flat code.
    """
    import keras

    if not isinstance(decoder, keras.Sequential):
        return None
    stack = []
    for layer in leaf_layers(decoder):
        if isinstance(layer, keras.layers.InputLayer | keras.layers.Dropout):
            continue
        # Flat values stay in order; a Dense that then meets unflat ones is told by its kernel.
        if isinstance(layer, keras.layers.Flatten | keras.layers.Reshape):
            continue
        name = activation_name(layer)
        if name not in ACTIVATIONS:
            return None
        if type(layer) is keras.layers.Dense:
            if stack and layer.kernel.shape[0] != len(stack[-1].bias):
                return None
            stack.append(_dense(layer, name))
        elif type(layer) in (keras.layers.Activation, keras.layers.ReLU):
            if not stack or stack[-1].activation != "linear":
                return None
            stack[-1] = stack[-1]._replace(activation=name)
        else:
            return None
    return stack or None


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


def _dense(layer, activation):
    from keras import ops

    kernel = ops.convert_to_numpy(layer.kernel)
    bias = np.zeros(layer.units) if layer.bias is None else ops.convert_to_numpy(layer.bias)
    return DenseLayer(kernel.astype("float32"), bias.astype("float32"), activation)


def pack_float16(layers):
    """Write all weights as base64 of little-endian float16: each kernel, row by row, then its bias.

    Raises:
        ValueError: a weight is not finite, or too large for float16 (65,504).
    """
    weights = np.concatenate([part.ravel() for layer in layers for part in layer[:2]])
    largest = np.abs(weights).max()
    if not largest <= np.finfo("float16").max:
        raise ValueError(
            f"`decoder` must have weights that float16 can hold. Received: largest weight {largest}"
        )
    return base64.b64encode(weights.astype("<f2").tobytes()).decode("ascii")
