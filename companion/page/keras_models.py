"""Keras models, read as what a page runs: a network as layers, a model as a `PageModel`."""

import numpy as np

from companion.page.page_layers import ACTIVATIONS, DenseLayer, forward, join_heads
from companion.page.page_models import PARTS, PageModel, check_page_model


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
    return [_dense_layer(*link) for link in chain] or None


def _dense_layer(layer, activation):
    from keras import ops

    kernel = ops.convert_to_numpy(layer.kernel).astype("float32", copy=False)
    bias = np.zeros(layer.units) if layer.bias is None else ops.convert_to_numpy(layer.bias)
    return DenseLayer(kernel, bias.astype("float32", copy=False), activation)


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
        ValueError: a part is not a chain of dense layers, or its shape is not that of
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
        _checked(name, "decoder", dense_layers(decoder), decoder,
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
        return dense_layers(encoder)
    heads = [dense_layers(keras.Model(encoder.inputs, output)) for output in encoder.outputs]
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
        f"`models[{name!r}].{part}` must be a chain of dense layers, which a page can run "
        "without Keras. `LatentSliders` shows any decoder, from a kernel. "
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
    return "sigmoid" if last.activation == "linear" else last.activation
