"""Keras models, read as what a page runs: a network as layers, a model as a `PageModel`."""

import numpy as np

from companion.page.page_layers import (
    ACTIVATIONS,
    ConvTransposeLayer,
    DenseLayer,
    forward,
    join_heads,
)
from companion.page.page_models import PARTS, PageModel, check_page_model


def page_layers(network):
    """Read the matrices that a chain of layers holds now.

    Args:
        network: a built `keras.Sequential`, or a `keras.Model` from one input to one
            output in which each layer follows one other; both may nest others. It may have
            a second input, a condition, if that only stands beside the first one.

    Returns:
        list of `DenseLayer` and `ConvTransposeLayer`, first to last; None if the network holds
        anything that is neither one of them, nor written as one (a convolution of stride 1, a
        picture enlarged by repeated pixels), nor one of `ACTIVATIONS`, nor without effect.
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
        # Values stay in order; a layer that then meets another shape is told by its size.
        if isinstance(layer, keras.layers.Flatten | keras.layers.Reshape):
            continue
        if isinstance(layer, keras.layers.Concatenate) and not chain and len(network.inputs) == 2:
            continue
        if type(layer) in (keras.layers.Activation, keras.layers.ReLU):
            if not chain or chain[-1].activation != "linear":
                return None
            chain[-1] = chain[-1]._replace(activation=activation_name(layer))
        else:
            chain.append(_page_layer(layer))
        if chain[-1] is None or chain[-1].activation not in ACTIVATIONS:
            return None
        if len(chain) > 1 and chain[-2].units != chain[-1].inputs:
            return None
    return chain or None


def _page_layer(layer):
    """Read a layer of Keras, whatever its activation; None if a page has none that is the same."""
    import keras

    if type(layer) is keras.layers.Dense:
        return DenseLayer(_array(layer.kernel), _bias(layer, layer.units), activation_name(layer))
    if getattr(layer, "data_format", None) != "channels_last":
        return None
    shape = tuple(layer.input.shape[1:])
    if type(layer) is keras.layers.UpSampling2D:
        (stride, other), channels = layer.size, shape[2]
        if stride != other or layer.interpolation != "nearest":
            return None
        kernel = np.broadcast_to(
            np.eye(channels, dtype="float32"), (stride, stride, *2 * (channels,))
        )
        return ConvTransposeLayer(kernel, np.zeros(channels, "float32"), "linear", shape, stride)
    if type(layer) not in (keras.layers.Conv2D, keras.layers.Conv2DTranspose):
        return None
    (stride, other), kernel = layer.strides, _array(layer.kernel)
    turned = type(layer) is keras.layers.Conv2D  # with stride 1, one the other way round
    odd = all(side % 2 for side in kernel.shape[:2])
    plain = stride == other and layer.padding == "same" and tuple(layer.dilation_rate) == (1, 1)
    plain = plain and getattr(layer, "groups", 1) == 1
    plain = plain and getattr(layer, "output_padding", None) is None
    if not plain or (turned and (stride != 1 or not odd)):
        return None
    kernel = kernel[::-1, ::-1] if turned else kernel.swapaxes(2, 3)
    bias = _bias(layer, layer.filters)
    return ConvTransposeLayer(kernel, bias, activation_name(layer), shape, stride)


def _array(weights):
    from keras import ops

    return ops.convert_to_numpy(weights).astype("float32", copy=False)


def _bias(layer, n):
    return np.zeros(n, "float32") if layer.bias is None else _array(layer.bias)


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


def read_model(name, model):
    """Read a model that a page can run.

    Args:
        name: what the model is called, for the error message.
        model: `VAE`, `Autoencoder`, or any object with built Keras models `encoder` and
            `decoder`; or a `PageModel`, which is returned as it is.

    Raises:
        TypeError: it has no such parts.
        ValueError: a part is not a chain of layers that a page has, or its shape is not that of
            grey pictures and their codes, or a weight is not finite.
    """
    if not isinstance(model, PageModel):
        model = _page_model(name, model)
    check_page_model(name, model)
    return model


def _page_model(name, model):
    import keras

    for part in PARTS:
        if not isinstance(getattr(model, part, None), keras.Model):
            raise TypeError(
                f"`models[{name!r}]` must have built Keras models `encoder` and `decoder`. "
                f"Received: {model!r}"
            )
    encoder, decoder = model.encoder, model.decoder
    shape = tuple(decoder.output_shape[1:])
    if len(shape) not in (2, 3) or shape[2:] not in ((), (1,)):
        raise ValueError(
            f"`models[{name!r}].decoder` must give pictures, (batch, h, w) or (batch, h, w, 1). "
            f"Received: shape={decoder.output_shape}"
        )
    rng = np.random.default_rng(0)
    read = PageModel(
        shape[:2],
        _checked(name, "encoder", _encoder_layers(encoder), encoder,
                 rng.random((4, *encoder.input_shape[1:]), dtype="float32")),
        _checked(name, "decoder", page_layers(decoder), decoder,
                 rng.standard_normal((4, *decoder.input_shape[1:]), dtype="float32")),
    )  # fmt: skip
    last = read.decoder[-1]
    return read._replace(
        decoder=[*read.decoder[:-1], last._replace(activation=_pixels(name, model, last))]
    )


def _encoder_layers(encoder):
    """Read an encoder with one output, or with two: z_mean and z_log_var."""
    import keras

    if len(getattr(encoder, "outputs", None) or ()) != 2:
        return page_layers(encoder)
    heads = [page_layers(keras.Model(encoder.inputs, output)) for output in encoder.outputs]
    return join_heads(heads) if all(heads) else None


def _checked(name, part, stack, network, x):
    """Return a stack that computes what the network computes, or say that there is none."""
    if stack is not None:
        from keras import ops

        outputs = network(x, training=False)
        parts = outputs if isinstance(outputs, list | tuple) else [outputs]
        wanted = [ops.convert_to_numpy(each).reshape(len(x), -1) for each in parts]
        given = forward(stack, x.reshape(len(x), -1))
        if np.allclose(given, np.concatenate(wanted, axis=1), rtol=1e-2, atol=1e-3, equal_nan=True):
            return stack
    raise ValueError(
        f"`models[{name!r}].{part}` must be a chain of dense layers, or of transposed "
        "convolutions too, which a page can run without Keras. `LatentSliders` shows any decoder, "
        "from a kernel. "
        f"Received: {network!r}"
    )


def _pixels(name, model, last):
    """Say what makes pixels of the decoder's last sums, from the likelihood if there is one."""
    likelihood = getattr(model, "likelihood", None)
    if likelihood == "gaussian":
        return last.activation
    if likelihood not in ("bernoulli", None):
        raise ValueError(
            f"`models[{name!r}]` must have a Bernoulli or a Gaussian likelihood. "
            f"Received: likelihood={likelihood!r}"
        )
    if likelihood and last.activation != "linear":  # the model draws the sigmoid of that
        raise ValueError(
            f"`models[{name!r}].decoder` must end without an activation, in logits, where the "
            f"likelihood is Bernoulli. Received: activation={last.activation!r}"
        )
    return "sigmoid" if last.activation == "linear" else last.activation
