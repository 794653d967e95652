"""Encoders that write a Gaussian over codes, of every kind."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy

from companion import networks

BUILD = {
    "dense": (networks.dense_encoder, {"image_shape": (8, 8, 1), "hidden": (5,)}),
    "conv": (networks.conv_encoder, {"image_shape": (8, 8, 1), "filters": (3,)}),
    "recurrent": (networks.recurrent_encoder, {"sequence_shape": (8, 4), "units": 6}),
}


@pytest.mark.parametrize("kind", BUILD)
def test_a_gaussian_encoder_has_two_heads_on_one_trunk(kind):
    build, sizes = BUILD[kind]
    keras.utils.set_random_seed(0)
    gaussian = build(3, gaussian=True, **sizes)
    keras.utils.set_random_seed(0)
    plain = build(3, **sizes)
    assert gaussian.output_names == ["z_mean", "z_log_var"]
    assert [tensor.shape for tensor in gaussian.outputs] == [(None, 3), (None, 3)]
    assert gaussian.input_shape == plain.input_shape
    # From one seed trunk and first head are those of the encoder without a Gaussian.
    for a, b in zip(gaussian.get_weights(), plain.get_weights(), strict=False):
        np.testing.assert_array_equal(a, b)
    x = np.random.default_rng(0).random((4, *plain.input_shape[1:])).astype("float32")
    z_mean, z_log_var = map(numpy, gaussian(x))
    np.testing.assert_allclose(z_mean, numpy(plain(x)), atol=1e-6)
    assert np.any(z_mean != z_log_var)


def test_any_number_may_be_a_mean_or_a_log_variance():
    encoder = networks.dense_encoder(1, hidden=(), image_shape=(1,), gaussian=True)
    encoder.set_weights([np.ones((1, 1)), np.zeros(1), -np.ones((1, 1)), np.zeros(1)])
    for value in (-100.0, 100.0):
        assert [numpy(part).item() for part in encoder(np.array([[value]]))] == [value, -value]


@pytest.mark.parametrize("code", [{"code_activation": "relu"}, {"activity_regularizer": "l1"}])
def test_what_belongs_to_a_code_does_not_belong_to_a_gaussian(code):
    with pytest.raises(ValueError, match="A Gaussian over codes is no code"):
        networks.dense_encoder(2, gaussian=True, **code)


MORE = {"condition_shape": (2,)}
NAMES = {  # of the network, and of what reads its inputs and writes its outputs
    "dense_encoder": (BUILD["dense"][1], "encoder", ["code"]),
    "dense_encoder, gaussian": (BUILD["dense"][1], "encoder", ["z_mean", "z_log_var"]),
    "dense_encoder, condition": (BUILD["dense"][1] | MORE, "encoder", ["code"]),
    "dense_decoder": (BUILD["dense"][1], "decoder", ["logits"]),
    "dense_decoder, condition": (BUILD["dense"][1] | MORE, "decoder", ["logits"]),
    "conv_encoder": (BUILD["conv"][1], "encoder", ["code"]),
    "conv_decoder": (BUILD["conv"][1], "decoder", ["logits"]),
    "recurrent_encoder": (BUILD["recurrent"][1], "encoder", ["reader", "code"]),
    "recurrent_decoder": (BUILD["recurrent"][1], "decoder", ["writer", "logits"]),
}


@pytest.mark.parametrize("kind", NAMES)
def test_networks_and_their_ends_have_names_to_be_found_by(kind):
    sizes, name, ends = NAMES[kind]
    build, _, special = kind.partition(", ")
    network = getattr(networks, build)(3, **sizes, **{"gaussian": True} if "g" in special else {})
    assert network.name == name
    assert set(ends) <= {layer.name for layer in network.layers}
    if special == "condition":
        assert network.inputs[1].name.split("/")[-1].startswith("condition")
