"""Shapes of the networks, and the sizes that they refuse."""

import numpy as np
import pytest

from companion import networks


@pytest.mark.parametrize("latent_dim", [1, 2, 32])
@pytest.mark.parametrize("image_shape", [(28, 28, 1), (5, 7, 3), (11,)])
def test_encoder_and_decoder_are_mirror_images(latent_dim, image_shape):
    encoder = networks.dense_encoder(latent_dim, image_shape=image_shape)
    decoder = networks.dense_decoder(latent_dim, image_shape=image_shape)
    assert encoder.output_shape == decoder.input_shape == (None, latent_dim)
    assert encoder.input_shape == decoder.output_shape == (None, *image_shape)


def test_hidden_layers_are_the_ones_asked_for():
    encoder = networks.dense_encoder(2, hidden=(30, 20, 10))
    assert [layer.units for layer in encoder.layers if hasattr(layer, "units")] == [30, 20, 10, 2]


def test_codes_and_logits_are_not_limited_by_an_activation():
    far = np.full((1, 4), 100.0, "float32")
    encoder = networks.dense_encoder(1, hidden=(), image_shape=(4,))
    decoder = networks.dense_decoder(4, hidden=(), image_shape=(1,))
    for network in (encoder, decoder):
        network.set_weights([np.ones((4, 1)), np.zeros(1)])
        assert network.predict(far, verbose=0).item() == pytest.approx(400)
        assert network.predict(-far, verbose=0).item() == pytest.approx(-400)


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [
        ({"latent_dim": 0}, "`latent_dim` must .* Received: latent_dim=0"),
        ({"latent_dim": 2.0}, "`latent_dim` must"),
        ({"latent_dim": 2, "hidden": (64, -1)}, r"`hidden` must .*\(64, -1\)"),
        ({"latent_dim": 2, "image_shape": (28, None)}, "`image_shape` must"),
        ({"latent_dim": (3,)}, r"`latent_dim` must .* latent_dim=\(3,\)"),
        ({"latent_dim": 2, "hidden": 64}, "`hidden` must be a tuple .* hidden=64"),
    ],
)
def test_sizes_must_be_positive_integers(build, sizes, complaint):
    with pytest.raises(ValueError, match=complaint):
        build(**sizes)
