"""Recurrent encoders and decoders: shapes, steps, shared weights, refusals."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit

from companion import networks
from companion.models import Autoencoder

rng = np.random.default_rng(0)


@pytest.mark.parametrize("latent_dim", [1, 16])
@pytest.mark.parametrize(("sequence_shape", "chunk"), [((11, 33), 1), ((128, 1), 8), ((6, 2), 6)])
def test_encoder_and_decoder_are_mirror_images(latent_dim, sequence_shape, chunk):
    sizes = {"units": 5, "sequence_shape": sequence_shape, "chunk": chunk}
    encoder = networks.recurrent_encoder(latent_dim, **sizes)
    decoder = networks.recurrent_decoder(latent_dim, **sizes)
    assert encoder.output_shape == decoder.input_shape == (None, latent_dim)
    assert encoder.input_shape == decoder.output_shape == (None, *sequence_shape)
    assert encoder.get_layer("reader").units == decoder.get_layer("writer").units == 5


def test_the_encoder_is_the_recurrence_of_the_gated_unit():
    """Step by step in numpy, by the equations of Cho et al. (2014) as Keras orders them."""
    encoder = networks.recurrent_encoder(2, units=4, sequence_shape=(5, 3))
    encoder.set_weights([rng.normal(0, 0.5, w.shape) for w in encoder.get_weights()])
    kernel, recurrent, bias, w, b = encoder.get_weights()
    x = rng.normal(size=(7, 5, 3)).astype("float32")
    h = np.zeros((7, 4))
    for t in range(5):
        update, reset, new = np.split(x[:, t] @ kernel + bias[0], 3, axis=1)
        update_h, reset_h, new_h = np.split(h @ recurrent + bias[1], 3, axis=1)
        keep = expit(update + update_h)
        h = keep * h + (1 - keep) * np.tanh(new + expit(reset + reset_h) * new_h)
    np.testing.assert_allclose(numpy(encoder(x)), h @ w + b, atol=1e-5)


def test_the_decoder_writes_from_the_start_and_does_not_know_the_end():
    """The first steps of a long sequence are the sequence of a decoder that stops there."""
    long = networks.recurrent_decoder(2, units=4, sequence_shape=(12, 3), chunk=2)
    short = networks.recurrent_decoder(2, units=4, sequence_shape=(6, 3), chunk=2)
    short.set_weights(long.get_weights())
    z = rng.normal(size=(5, 2)).astype("float32")
    np.testing.assert_allclose(numpy(short(z)), numpy(long(z))[:, :6], atol=1e-6)


def test_weights_are_counted_as_in_the_formula():
    encoder = networks.recurrent_encoder(2, sequence_shape=(5, 3))
    decoder = networks.recurrent_decoder(2, sequence_shape=(5, 3))
    assert encoder.count_params() == 3 * 64 * (3 + 64 + 2) + (64 + 1) * 2
    assert decoder.count_params() == 3 * 64 * (2 + 64 + 2) + (64 + 1) * 3


def test_the_number_of_weights_does_not_depend_on_the_length():
    for build in (networks.recurrent_encoder, networks.recurrent_decoder):
        sizes = {build(3, units=8, sequence_shape=(n, 4)).count_params() for n in (1, 10, 200)}
        assert len(sizes) == 1


def test_a_chunk_is_read_as_one_step():
    chunked = networks.recurrent_encoder(2, units=4, sequence_shape=(6, 1), chunk=3)
    plain = networks.recurrent_encoder(2, units=4, sequence_shape=(2, 3))
    plain.set_weights(chunked.get_weights())
    x = rng.normal(size=(5, 6, 1)).astype("float32")
    np.testing.assert_allclose(chunked(x), plain(x.reshape(5, 2, 3)), atol=1e-6)


def test_the_stacks_of_chapter_5_give_the_same_numbers():
    """Built by hand from plain Keras, and by the package: the same after training."""
    x = np.eye(33, dtype="float32")[rng.integers(0, 33, (32, 11))]

    def trained(encoder, decoder):
        model = Autoencoder(encoder, decoder, "categorical")
        model.compile(keras.optimizers.Adam(1e-2))
        model.fit(x, batch_size=16, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()

    sizes = {"units": 64, "sequence_shape": (11, 33)}
    keras.utils.set_random_seed(0)
    package = trained(
        networks.recurrent_encoder(16, **sizes), networks.recurrent_decoder(16, **sizes)
    )

    keras.utils.set_random_seed(0)
    reader = keras.Sequential([keras.Input((11, 33)), layers.GRU(64), layers.Dense(16)])
    writer = keras.Sequential(
        [
            keras.Input((16,)),
            layers.RepeatVector(11),
            layers.GRU(64, return_sequences=True),
            layers.Dense(33),
        ]
    )
    for ours, theirs in zip(package, trained(reader, writer), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("build", [networks.recurrent_encoder, networks.recurrent_decoder])
@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [
        ({"latent_dim": 0}, "`latent_dim` must .* Received: latent_dim=0"),
        ({"units": -1}, r"`units` must .*-1"),
        ({"chunk": 0}, r"`chunk` must .*0"),
        ({"chunk": 3}, r"divisible by `chunk`.*\(8, 2\).*chunk=3"),
        ({"sequence_shape": (8,)}, r"must be \(length, features\).*\(8,\)"),
        ({"sequence_shape": (None, 2)}, "`sequence_shape` must be a tuple of positive"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(build, sizes, complaint):
    with pytest.raises(ValueError, match=complaint):
        build(**{"latent_dim": 2, "sequence_shape": (8, 2), **sizes})


def test_a_saved_autoencoder_works_in_a_fresh_process(tmp_path, run_elsewhere):
    keras.utils.set_random_seed(0)
    sizes = {"units": 4, "sequence_shape": (6, 3), "chunk": 2}
    model = Autoencoder(
        networks.recurrent_encoder(2, **sizes),
        networks.recurrent_decoder(2, **sizes),
        "categorical",
    )
    model.compile("adam")
    x = np.eye(3, dtype="float32")[rng.integers(0, 3, (8, 6))]
    model.fit(x, verbose=0)
    model.save(tmp_path / "model.keras")
    np.savez(tmp_path / "data.npz", x=x, expected=model.reconstruct(x))
    code = """
import companion.models, keras, numpy as np
model, data = keras.models.load_model("model.keras"), np.load("data.npz")
assert model.likelihood == "categorical"
np.testing.assert_allclose(model.reconstruct(data["x"]), data["expected"], atol=1e-6)
model.fit(data["x"], verbose=0)
"""
    run_elsewhere(code, tmp_path)


def test_sizes_may_be_integers_of_numpy():
    sizes = {
        "units": np.int64(4),
        "sequence_shape": (np.int64(6), np.int64(1)),
        "chunk": np.int64(2),
    }
    encoder = networks.recurrent_encoder(np.int64(2), **sizes)
    assert encoder.output_shape == (None, 2)
    assert networks.recurrent_decoder(np.int64(2), **sizes).output_shape == (None, 6, 1)
