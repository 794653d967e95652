"""Shapes of the networks, and the sizes that they refuse."""

import keras
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


def test_weights_are_counted_as_in_the_formula():
    encoder, decoder = networks.dense_encoder(2), networks.dense_decoder(2)
    inner = (256 + 1) * 64
    assert encoder.count_params() == (784 + 1) * 256 + inner + (64 + 1) * 2
    assert decoder.count_params() == (2 + 1) * 64 + (64 + 1) * 256 + (256 + 1) * 784


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


def test_the_code_passes_through_its_activation():
    encoder = networks.dense_encoder(1, hidden=(), image_shape=(1,), code_activation="relu")
    encoder.set_weights([np.ones((1, 1)), np.zeros(1)])
    assert encoder.predict(np.array([[-2.0], [2.0]]), verbose=0).tolist() == [[0], [2]]


def test_the_activity_penalty_falls_on_the_code_after_its_activation():
    penalty = keras.regularizers.L1(0.5)
    encoder = networks.dense_encoder(
        1, hidden=(3,), image_shape=(1,), code_activation="relu", activity_regularizer=penalty
    )
    x = np.random.default_rng(0).normal(size=(10, 1)).astype("float32")
    for sign in (-1, 1):  # Keras divides the sum over pictures by their number
        encoder.set_weights([np.ones((1, 3)), np.zeros(3), np.full((3, 1), sign), np.zeros(1)])
        codes = keras.ops.convert_to_numpy(encoder(x))
        (loss,) = encoder.losses
        assert float(loss) == pytest.approx(0.5 * codes.sum() / 10, rel=1e-5)
    assert codes.sum() > 0


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
def test_dropout_follows_each_hidden_layer_and_acts_only_in_training(build):
    keras.utils.set_random_seed(0)  # or all units may be off, and nothing is left to drop
    network = build(2, hidden=(8, 4), dropout=0.25)
    names = [type(layer).__name__ for layer in network.layers]
    rates = [layer.rate for layer in network.layers if hasattr(layer, "rate")]
    assert rates == [0.25, 0.25]
    places = [i for i, name in enumerate(names) if name == "Dropout"]
    assert [network.layers[i - 1].units for i in places] == [8, 4]
    assert names[-1] != "Dropout"
    x = np.ones((3, *network.input_shape[1:]), "float32")
    np.testing.assert_array_equal(network(x, training=False), network(x, training=False))
    assert np.any(network(x, training=True) != network(x, training=True))


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
def test_without_dropout_there_is_no_such_layer(build):
    assert "Dropout" not in [type(layer).__name__ for layer in build(2).layers]


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
def test_max_norm_limits_the_weights_into_each_hidden_unit(build):
    network = build(3, hidden=(5, 4), image_shape=(6,), max_norm=0.1)
    network.compile("sgd", "mse")
    x = np.ones((4, *network.input_shape[1:]), "float32")
    network.fit(x, np.ones((4, *network.output_shape[1:])), verbose=0)
    *hidden, last = [layer.kernel for layer in network.layers if hasattr(layer, "units")]
    assert len(hidden) == 2
    for kernel in hidden:
        assert np.linalg.norm(kernel, axis=0).max() <= 0.1 + 1e-5
    assert np.linalg.norm(last, axis=0).max() > 0.1


def test_a_wide_start_spreads_the_first_layer_of_a_decoder_from_its_code():
    sizes = {"hidden": (2000, 900), "image_shape": (50,)}
    narrow, wide = (networks.dense_decoder(4, wide_start=w, **sizes) for w in (False, True))
    kernel, bias, *others = wide.get_weights()
    for part in (kernel, bias):  # even over +-1 / sqrt(4)
        assert np.abs(part).max() <= 0.5
        assert part.std() == pytest.approx(0.5 / np.sqrt(3), rel=0.05)
    assert not np.isin(bias, kernel).all()
    assert not narrow.get_weights()[1].any()
    assert others[0].std() == pytest.approx(np.sqrt(2 / 2000), rel=0.05)  # He: 2 / inputs
    assert others[2].std() == pytest.approx(np.sqrt(2 / 950), rel=0.05)  # logits: as Keras does


def test_a_wide_start_follows_he_in_the_hidden_layers_of_an_encoder():
    sizes = {"hidden": (900, 100), "image_shape": (500,), "gaussian": True}
    first, second = networks.dense_encoder(4, wide_start=True, **sizes).get_weights()[:4:2]
    assert first.std() == pytest.approx(np.sqrt(2 / 500), rel=0.05)
    assert second.std() == pytest.approx(np.sqrt(2 / 900), rel=0.05)


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


def test_a_wide_start_is_normal_and_not_even():
    (kernel, *_) = networks.dense_encoder(4, wide_start=True, hidden=(400,)).get_weights()
    assert (kernel**4).mean() / (kernel**2).mean() ** 2 > 2.2  # of even numbers it is 1.8


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
def test_sizes_may_be_integers_of_numpy(build):
    two, four = np.int64(2), np.int32(4)
    network = build(two, hidden=[four], image_shape=(four, four))
    assert {network.input_shape, network.output_shape} == {(None, 2), (None, 4, 4)}


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        *[("max_norm", value, ValueError) for value in (np.nan, -1, 0, np.inf)],
        *[("max_norm", value, TypeError) for value in ("1.0", [1.0])],
        *[("dropout", value, ValueError) for value in (-0.1, 1.0, np.nan)],
        ("dropout", None, TypeError),
    ],
)
def test_a_number_out_of_its_range_is_refused(build, name, value, error):
    with pytest.raises(error, match=rf"`{name}` must be a number in .* Received: {name}="):
        build(2, **{name: value})


@pytest.mark.parametrize("gaussian", [False, True])
@pytest.mark.parametrize("condition_shape", [(10,), (1,), (2, 3)])
def test_a_condition_is_read_beside_the_picture_and_beside_the_code(gaussian, condition_shape):
    sizes = {"hidden": (6,), "image_shape": (4, 5), "condition_shape": condition_shape}
    encoder = networks.dense_encoder(3, gaussian=gaussian, **sizes)
    decoder = networks.dense_decoder(3, **sizes)
    assert encoder.input_shape == [(None, 4, 5), (None, *condition_shape)]
    assert decoder.input_shape == [(None, 3), (None, *condition_shape)]
    assert [tensor.shape for tensor in encoder.outputs] == (1 + gaussian) * [(None, 3)]
    assert decoder.output_shape == (None, 4, 5)
    rng = np.random.default_rng(0)
    for network in (encoder, decoder):
        first, condition = (
            rng.normal(size=(7, *tensor.shape[1:])).astype("float32") for tensor in network.inputs
        )
        kernel, bias, *others = network.get_weights()
        x = np.hstack([first.reshape(7, -1), condition.reshape(7, -1)])
        h = np.maximum(x @ kernel + bias, 0) @ others[0] + others[1]
        outputs = network([first, condition])
        outputs = keras.ops.convert_to_numpy(outputs[0] if isinstance(outputs, list) else outputs)
        np.testing.assert_allclose(outputs.reshape(7, -1), h, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
@pytest.mark.parametrize("options", [{}, {"dropout": 0.5, "max_norm": 2.0, "wide_start": True}])
def test_without_weights_for_the_condition_the_network_is_the_one_without(build, options):
    networks_of = []
    for condition_shape in (None, (10,)):
        keras.utils.set_random_seed(0)
        networks_of.append(
            build(2, hidden=(8, 4), image_shape=(6,), condition_shape=condition_shape, **options)
        )
    plain, conditional = networks_of
    kernel = conditional.get_weights()[0]
    first = plain.get_weights()[0]
    assert len(kernel) == len(first) + 10
    conditional.set_weights([np.vstack([first, np.zeros((10, 8))]), *plain.get_weights()[1:]])
    x = np.random.default_rng(0).normal(size=(5, len(first))).astype("float32")
    for label in (0, 9):
        both = [x, np.eye(10, dtype="float32")[[label] * 5]]
        np.testing.assert_allclose(conditional(both), plain(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
def test_without_a_condition_a_seed_gives_the_weights_that_it_gave_before(build):
    def weights(**condition):
        keras.utils.set_random_seed(3)
        return build(2, wide_start=True, **condition).get_weights()

    for a, b in zip(weights(), weights(condition_shape=None), strict=True):
        np.testing.assert_array_equal(a, b)
    assert isinstance(build(2), keras.Sequential)


@pytest.mark.parametrize("build", [networks.dense_encoder, networks.dense_decoder])
@pytest.mark.parametrize("shape", [(), (0,), 10, (2.0,), (None,)])
def test_a_condition_without_a_size_is_refused(build, shape):
    with pytest.raises(ValueError, match=r"`condition_shape` must .*Received: condition_shape="):
        build(2, condition_shape=shape)


def test_a_code_may_be_held_to_its_activation_under_a_condition_too():
    encoder = networks.dense_encoder(
        2, hidden=(), image_shape=(3,), code_activation="relu", condition_shape=(1,)
    )
    encoder.set_weights([np.full((4, 2), [1, -1]), np.zeros(2)])
    code = keras.ops.convert_to_numpy(encoder([np.ones((1, 3)), np.ones((1, 1))]))
    assert code.tolist() == [[4, 0]]


@pytest.mark.parametrize("switch", ["no", 0, None, []])
def test_a_switch_is_true_or_false(switch):
    with pytest.raises(TypeError, match=r"`wide_start` must be True or False\. Received:"):
        networks.dense_decoder(2, wide_start=switch)
    shape = {"conv_encoder": {}, "recurrent_encoder": {"sequence_shape": (4, 1)}}
    for name, more in ({"dense_encoder": {}} | shape).items():
        with pytest.raises(TypeError, match=r"`gaussian` must be True or False\. Received:"):
            getattr(networks, name)(2, gaussian=switch, **more)
    assert len(networks.dense_encoder(2, gaussian=np.bool_(True)).outputs) == 2
