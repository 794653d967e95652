"""Convolutional encoders and decoders: shapes, weights, neighbourhoods, refusals."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.signal import correlate2d

from companion import networks
from companion.models import Autoencoder


@pytest.mark.parametrize("latent_dim", [1, 16])
@pytest.mark.parametrize(
    ("image_shape", "filters"),
    [((28, 28, 1), (16, 32)), ((8, 16, 3), (4, 5, 6)), ((6, 10, 2), (3,))],
)
def test_encoder_and_decoder_are_mirror_images(latent_dim, image_shape, filters):
    encoder = networks.conv_encoder(latent_dim, filters=filters, image_shape=image_shape)
    decoder = networks.conv_decoder(latent_dim, filters=filters[::-1], image_shape=image_shape)
    assert encoder.output_shape == decoder.input_shape == (None, latent_dim)
    assert encoder.input_shape == decoder.output_shape == (None, *image_shape)


@pytest.mark.parametrize("encoder", [networks.conv_encoder, networks.dense_encoder])
def test_channels_come_last_whatever_the_user_has_in_keras_json(encoder):
    images = np.random.default_rng(0).random((2, 8, 12, 3))
    usual = encoder(2, image_shape=(8, 12, 3))
    keras.config.set_image_data_format("channels_first")
    try:
        other = encoder(2, image_shape=(8, 12, 3))
        for build in (networks.conv_decoder, networks.dense_decoder):
            assert build(2, image_shape=(8, 12, 3)).output_shape == (None, 8, 12, 3)
    finally:
        keras.config.set_image_data_format("channels_last")
    other.set_weights(usual.get_weights())
    np.testing.assert_array_equal(other(images), usual(images))


def test_each_layer_halves_the_sides_and_has_the_filters_asked_for():
    encoder = networks.conv_encoder(2, filters=(4, 5), image_shape=(8, 12, 3))
    decoder = networks.conv_decoder(2, filters=(5, 4), image_shape=(8, 12, 3))
    convolutions = [layer.output.shape[1:] for layer in encoder.layers if "conv" in layer.name]
    assert convolutions == [(4, 6, 4), (2, 3, 5)]
    assert [layer.output.shape[1:] for layer in decoder.layers[-3:]] == [
        (2, 3, 5),
        (4, 6, 4),
        (8, 12, 3),
    ]


def test_weights_are_counted_as_in_the_formula():
    encoder = networks.conv_encoder(16)
    decoder = networks.conv_decoder(16)
    small = 7 * 7 * 32
    assert encoder.count_params() == (9 * 1 + 1) * 16 + (9 * 16 + 1) * 32 + (small + 1) * 16
    assert decoder.count_params() == (16 + 1) * small + (9 * 32 + 1) * 16 + (9 * 16 + 1) * 1


def test_a_layer_is_the_correlation_with_its_kernel_at_every_second_place():
    encoder = networks.conv_encoder(2, filters=(1,), image_shape=(6, 6, 1))
    rng = np.random.default_rng(0)
    kernel, image = rng.normal(size=(3, 3)), rng.random((6, 6))
    layer = encoder.layers[0]
    layer.set_weights([kernel[..., None, None], np.zeros(1)])
    ours = numpy(layer(image[None, ..., None].astype("float32")))[0, ..., 0]
    # TensorFlow pads even sides below and to the right.
    truth = correlate2d(np.pad(image, ((0, 1), (0, 1))), kernel, mode="valid")[::2, ::2]
    np.testing.assert_allclose(ours, np.maximum(truth, 0), atol=1e-5)


def test_codes_and_logits_are_not_limited_by_an_activation():
    for network in (
        networks.conv_encoder(1, filters=(1,), image_shape=(2, 2, 1)),
        networks.conv_decoder(1, filters=(1,), image_shape=(2, 2, 1)),
    ):
        network.set_weights([np.ones_like(w) for w in network.get_weights()])
        shape = (1, *network.input_shape[1:])
        assert numpy(network(np.full(shape, 100.0))).max() > 100
        network.set_weights(
            [*network.get_weights()[:-2], *[-w for w in network.get_weights()[-2:]]]
        )
        assert numpy(network(np.full(shape, 100.0))).min() < -100


def test_the_stacks_of_chapter_5_give_the_same_numbers():
    """Built by hand from plain Keras, and by the package: the same after training."""
    x = np.random.default_rng(0).random((32, 28, 28, 1), dtype="float32")

    def trained(encoder, decoder):
        model = Autoencoder(encoder, decoder)
        model.compile(keras.optimizers.Adam(1e-2))
        model.fit(x, batch_size=16, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()

    keras.utils.set_random_seed(0)
    package = trained(networks.conv_encoder(16), networks.conv_decoder(16))

    keras.utils.set_random_seed(0)
    half = {"kernel_size": 3, "strides": 2, "padding": "same"}
    encoder = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, **half, activation="relu"),
            layers.Conv2D(32, **half, activation="relu"),
            layers.Flatten(),
            layers.Dense(16),
        ]
    )
    decoder = keras.Sequential(
        [
            keras.Input((16,)),
            layers.Dense(7 * 7 * 32, activation="relu"),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(16, **half, activation="relu"),
            layers.Conv2DTranspose(1, **half),
        ]
    )
    for ours, theirs in zip(package, trained(encoder, decoder), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("build", [networks.conv_encoder, networks.conv_decoder])
@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [
        ({"latent_dim": 0}, "`latent_dim` must .* Received: latent_dim=0"),
        ({"latent_dim": 2, "filters": (4, 0)}, r"`filters` must .*\(4, 0\)"),
        ({"latent_dim": 2, "filters": 4}, "`filters` must be a tuple"),
        ({"latent_dim": 2, "filters": ()}, r"`filters` must hold one .*filters=\(\)"),
        ({"latent_dim": 2, "image_shape": (28, 28)}, r"`image_shape` must .*\(28, 28\)"),
        ({"latent_dim": 2, "image_shape": (30, 28, 1)}, "divisible by .* = 4.*30, 28, 1"),
        ({"latent_dim": 2, "image_shape": (28, 30, 1)}, "divisible by .* = 4.*28, 30, 1"),
        ({"latent_dim": 2, "filters": (4, 4, 4)}, "divisible by .* = 8"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(build, sizes, complaint):
    with pytest.raises(ValueError, match=complaint):
        build(**sizes)


def test_a_saved_autoencoder_works_in_a_fresh_process(tmp_path, run_elsewhere):
    keras.utils.set_random_seed(0)
    sizes = {"filters": (3,), "image_shape": (4, 4, 1)}
    model = Autoencoder(networks.conv_encoder(2, **sizes), networks.conv_decoder(2, **sizes))
    model.compile("adam")
    x = np.random.default_rng(0).random((8, 4, 4, 1), dtype="float32")
    model.fit(x, verbose=0)
    model.save(tmp_path / "model.keras")
    np.savez(tmp_path / "data.npz", x=x, expected=model.reconstruct(x))
    code = """
import companion.models, keras, numpy as np
model, data = keras.models.load_model("model.keras"), np.load("data.npz")
np.testing.assert_array_equal(model.reconstruct(data["x"]), data["expected"])
model.fit(data["x"], verbose=0)
"""
    run_elsewhere(code, tmp_path)


def test_sizes_may_be_integers_of_numpy():
    sizes = {"filters": (np.int64(2),), "image_shape": (np.int64(4), np.int64(6), 1)}
    assert networks.conv_encoder(np.int64(3), **sizes).output_shape == (None, 3)
    assert networks.conv_decoder(np.int64(3), **sizes).output_shape == (None, 4, 6, 1)
