"""Models as a page runs them: read from Keras, computed without it, written as files."""

import base64
import errno
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from small_models import SMALL, make_autoencoder, make_pictures, make_vae

import companion
from companion import networks
from companion.models import vae
from companion.page import ConvTransposeLayer, DenseLayer, PageModel, write_files
from companion.page import page_models as places
from companion.page.keras_models import page_layers, read_model
from companion.page.packing import pack_exactly, pack_float16, readable, readable_together
from companion.page.page_layers import ACTIVATIONS, forward, join_heads
from companion.page.page_models import packed_part
from companion.page.scripts import IMPORT, bundle, source

layers = keras.layers


@pytest.fixture(scope="module")
def models():
    return {"VAE": make_vae(), "autoencoder": make_autoencoder(), "wide": make_vae(5, seed=2)}


@pytest.fixture
def page_models(models):
    return {name: read_model(name, model) for name, model in models.items()}


MODULES = sorted(path.name for path in Path(places.__file__).parent.glob("*.mjs"))


@pytest.mark.parametrize("module", MODULES)
def test_no_two_modules_of_a_script_declare_one_name(module):
    """In one script they share a scope, where a browser refuses a second declaration."""
    declared = r"^(?:export )?(?:async )?(?:const|let|function\*?|class) +(\{[^}]*\}|\w+)"
    names = [
        name
        for found in re.findall(declared, bundle(module), re.MULTILINE)
        for name in re.findall(r"\w+", found)
    ]
    assert len(set(names)) == len(names) > 0


@pytest.mark.parametrize("module", MODULES)
def test_no_script_holds_what_would_end_it_in_a_page(module):
    assert "</script" not in bundle(module)


# Reading models


def test_pages_hold_a_log_variance_where_the_models_do():
    for script, name in (("networks.mjs", "LOG_VAR_LIMIT"), ("plain_kernel.mjs", "BOUND")):
        text = (Path(places.__file__).parent / script).read_text(encoding="utf-8")
        (limit,) = re.findall(rf"^const {name} = (\d+);", text, re.MULTILINE)
        assert float(limit) == places.LOG_VAR_LIMIT == vae.LOG_VAR_LIMIT


@pytest.mark.parametrize("name", ["VAE", "autoencoder", "wide"])
def test_a_page_model_computes_what_keras_computes(models, name):
    model, x = models[name], make_pictures(9)
    read = read_model(name, model)
    z_mean, sigma = read.encode(x)
    expected = model.encode(x)
    if name == "autoencoder":
        assert sigma is None
        assert not read.gaussian
    else:
        np.testing.assert_allclose(sigma, expected.sigma, rtol=1e-4)
        expected = expected.z_mean
    np.testing.assert_allclose(z_mean, expected, atol=1e-5)
    z = np.random.default_rng(1).normal(size=(9, read.latent_dim)).astype("float32")
    np.testing.assert_allclose(read.decode(z), model.decode(z)[..., 0], atol=1e-5)


def test_a_page_model_holds_log_variances_and_pixels_in_their_range():
    def layer(kernel, bias):
        return DenseLayer(np.float32(kernel), np.float32(bias), "linear")

    model = PageModel((1, 2), [layer(np.eye(2), [0, 0])], [layer([[1, -1]], [0, 0.5])])
    for log_var, held in ((99, 30), (29, 29), (-29, -29), (-99, -30)):
        z_mean, sigma = model.encode(np.float32([[[7, log_var]]]))
        assert z_mean.tolist() == [[7]]
        assert sigma[0, 0] == pytest.approx(np.exp(held / 2), rel=1e-5)
    assert model.decode([[3], [-3], [0.25]]).tolist() == [[[1, 0]], [[0, 1]], [[0.25, 0.25]]]


def test_a_script_holds_each_module_once_and_after_those_that_it_imports():
    for name in ("playground.mjs", "explorer.mjs", "patient.mjs"):
        text = bundle(name)
        assert 'from "./' not in text
        assert text.rstrip().endswith(IMPORT.sub("", source(name)).strip()[-200:])
        for module in IMPORT.findall(source(name)):
            own = IMPORT.sub("", source(module)).strip()
            assert text.count(own) == 1
            assert text.index(own) < text.index(IMPORT.sub("", source(name)).strip())


def test_a_gaussian_likelihood_draws_the_decoders_output_as_it_is():
    read = read_model("a", make_autoencoder(likelihood="gaussian"))
    assert read.decoder[-1].activation == "linear"


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
def test_a_page_never_draws_other_pixels_than_a_model_whose_decoder_ends_in_an_activation(
    activation,
):
    """By itself such an end is what the pixels are; logits it would make wrong."""
    end = [keras.Input((2,)), layers.Dense(30, activation), layers.Reshape((6, 5, 1))]
    mine = companion.Autoencoder(networks.dense_encoder(2, **SMALL), keras.Sequential(end))
    with pytest.raises(ValueError, match=rf"must end without an activation.*'{activation}'"):
        read_model("m", mine)

    class Plain:
        encoder, decoder = mine.encoder, mine.decoder

    z = np.random.default_rng(0).normal(size=(9, 2)).astype("float32")
    pixels = keras.ops.convert_to_numpy(mine.decoder(z))[..., 0]
    np.testing.assert_allclose(read_model("m", Plain()).decode(z), pixels.clip(0, 1), atol=1e-6)


def convolutional():
    return companion.Autoencoder(networks.conv_encoder(2), networks.conv_decoder(2))


def branching():
    """Two paths from the picture to its code, which a chain of layers cannot tell."""
    picture = keras.Input((6, 5, 1))
    flat = layers.Flatten()(picture)
    code = layers.Add()([layers.Dense(2)(flat), layers.Dense(2)(flat)])
    return companion.Autoencoder(keras.Model(picture, code), networks.dense_decoder(2, **SMALL))


def two_trunks():
    """The mean and the log-variance by networks that share nothing."""
    picture = keras.Input((6, 5, 1))
    flat = layers.Flatten()(picture)
    heads = [layers.Dense(2)(layers.Dense(4, "relu")(flat)) for _ in range(2)]
    return companion.VAE(keras.Model(picture, heads), networks.dense_decoder(2, **SMALL))


class Twisted(keras.Sequential):
    """A network that is not what its layers say."""

    def call(self, *args, **kwargs):
        return 2 * super().call(*args, **kwargs)


def twisted():
    decoder = Twisted([keras.Input((2,)), layers.Dense(30), layers.Reshape((6, 5, 1))])
    return companion.Autoencoder(networks.dense_encoder(2, **SMALL), decoder)


@pytest.mark.parametrize("make", [convolutional, branching, two_trunks, twisted])
def test_a_network_that_no_page_can_run_is_named_with_what_can_show_it(make):
    with pytest.raises(
        ValueError, match=r"`models\['m'\]\..*coder` must be a chain.*LatentSliders"
    ):
        read_model("m", make())


@pytest.mark.parametrize(
    ("end", "shape"),
    [([], r"\(None, 30\)"), ([layers.Reshape((3, 5, 2))], r"\(None, 3, 5, 2\)")],
)
def test_a_decoder_of_something_else_than_grey_pictures_is_named(end, shape):
    class Other:
        encoder = networks.dense_encoder(2, **SMALL)
        decoder = keras.Sequential([keras.Input((2,)), layers.Dense(30), *end])

    with pytest.raises(ValueError, match=rf"`models\['m'\].decoder` must give.*shape={shape}"):
        read_model("m", Other())


def test_another_likelihood_than_a_page_draws_is_named():
    model = make_autoencoder(likelihood="continuous_bernoulli")
    with pytest.raises(ValueError, match=r"Bernoulli or a Gaussian.*'continuous_bernoulli'"):
        read_model("m", model)


def test_a_network_with_two_outputs_is_no_chain():
    x = keras.Input((2,))
    assert page_layers(keras.Model(x, [layers.Dense(3)(x), layers.Dense(3)(x)])) is None
    assert page_layers(keras.Model(x, layers.Dense(3)(x))) is not None


def test_weights_that_diverged_are_named():
    model = make_autoencoder()
    model.encoder.set_weights([w * np.nan for w in model.encoder.get_weights()])
    with pytest.raises(ValueError, match=r"`models\['m'\].encoder` must have finite weights"):
        read_model("m", model)


def test_numbers_travel_as_float16_only_where_nothing_is_lost():
    short = pack_exactly(np.float16([0, 1.5, -65504, 6e-8]))
    assert short["dtype"] == "float16"
    assert (
        np.frombuffer(short["data"], "<f2").tolist() == np.float16([0, 1.5, -65504, 6e-8]).tolist()
    )
    for values in ([0.1], [70000], [1e-9]):
        full = pack_exactly(np.float32(values))
        assert full["dtype"] == "float32"
        assert np.frombuffer(full["data"], "<f4").tolist() == np.float32(values).tolist()


# Layers


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_page_layers_compute_what_the_nested_decoder_computes(name):
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(5), layers.Activation(name)])
    outer = keras.Sequential(
        [inner, layers.Dropout(0.5), layers.Dense(4, name, use_bias=False), layers.Flatten()]
    )
    outer.build((None, 3))
    act = getattr(keras.activations, name)
    x = h = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
    for kernel, bias, activation in page_layers(outer):  # each a `DenseLayer`
        assert activation == name
        assert bias.shape == kernel.shape[1:]
        h = keras.ops.convert_to_numpy(act(keras.ops.convert_to_tensor(h @ kernel + bias)))
    np.testing.assert_allclose(h, keras.ops.convert_to_numpy(outer(x)), atol=1e-6)


@pytest.mark.parametrize(
    "stack",
    [
        [layers.Dense(4, "gelu")],
        [layers.Dense(4), layers.LayerNormalization()],
        [layers.Dense(4), layers.ReLU(max_value=6)],
        [layers.Dense(4), layers.ReLU(negative_slope=0.1)],
        [layers.Dense(4), layers.ReLU(threshold=0.5)],
        [layers.Dense(4, "tanh"), layers.ReLU()],  # two activations in a row
        [layers.ReLU()],
        [layers.Dense(4), layers.Reshape((2, 2)), layers.Dense(3)],  # along one axis only
    ],
)
def test_what_the_page_cannot_compute_is_not_taken_for_a_dense_stack(stack):
    assert page_layers(keras.Sequential([keras.Input((2,)), *stack])) is None


def after_dense(*stack):
    """Give a decoder whose layers stand after a picture of 4 x 5 x 3 numbers."""
    first = [keras.Input((2,)), layers.Dense(60, "tanh"), layers.Reshape((4, 5, 3))]
    return keras.Sequential([*first, *stack])


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("patch", [1, 2, 3, 4, (5, 2)])
def test_a_page_paints_as_a_transposed_convolution_of_keras_does(patch, stride):
    painting = layers.Conv2DTranspose(
        2, patch, strides=stride, padding="same", activation="relu", bias_initializer="normal"
    )
    same_as_keras(after_dense(painting))


@pytest.mark.parametrize(
    "stack",
    [
        [layers.Conv2D(2, 3, padding="same"), layers.Activation("relu")],
        [layers.Conv2D(4, (1, 5), padding="same", use_bias=False), layers.Flatten()],
        [layers.UpSampling2D(2), layers.Conv2D(1, 3, padding="same", activation="sigmoid")],
    ],
)
def test_other_layers_are_written_as_transposed_convolutions(stack):
    same_as_keras(after_dense(*stack))


def same_as_keras(decoder):
    z = np.random.default_rng(0).normal(size=(7, 2)).astype("float32")
    expected = keras.ops.convert_to_numpy(decoder(z)).reshape(7, -1)
    assert expected.std() > 0.01
    np.testing.assert_allclose(forward(page_layers(decoder), z), expected, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(2, 4, padding="same"),  # not the same at both ends
        layers.Conv2D(2, (3, 4), padding="same"),
        layers.Conv2D(2, (4, 3), padding="same"),
        layers.Conv2D(2, 3, strides=2, padding="same"),
        layers.Conv2D(2, 3),
        layers.Conv2D(3, 3, padding="same", groups=3),
        layers.Conv2D(2, 3, padding="same", dilation_rate=2),
        layers.Conv2DTranspose(2, 3, strides=(1, 2), padding="same"),
        layers.Conv2DTranspose(2, 3, strides=2),
        layers.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=0),
        layers.UpSampling2D((1, 2)),
        layers.UpSampling2D(2, interpolation="bilinear"),
        layers.UpSampling2D(2, interpolation="bicubic"),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(),
    ],
)
def test_what_the_page_cannot_paint_is_left_to_the_kernel(layer):
    assert page_layers(after_dense(layer)) is None


@pytest.mark.parametrize(
    ("shape", "layer"),
    [
        ((20, 3), layers.Conv1D(2, 3, padding="same")),
        ((20, 3), layers.UpSampling1D(2)),
        ((2, 2, 5, 3), layers.Conv3D(2, 3, padding="same")),
        ((2, 2, 5, 3), layers.UpSampling3D(2)),
    ],
)
def test_what_paints_no_picture_of_two_sides_is_left_to_the_kernel(shape, layer):
    first = [keras.Input((2,)), layers.Dense(60, "tanh"), layers.Reshape(shape)]
    assert page_layers(keras.Sequential([*first, layer])) is None


def test_a_stand_alone_relu_joins_the_layer_before_it():
    stack = [keras.Input((2,)), layers.Dense(4), layers.ReLU(), layers.Dense(3)]
    assert [layer.activation for layer in page_layers(keras.Sequential(stack))] == [
        "relu",
        "linear",
    ]


def test_float16_keeps_each_weight_to_one_part_in_2048():
    stack = page_layers(make_vae().decoder)
    packed = np.frombuffer(base64.b64decode(pack_float16(stack)), "<f2").astype("float32")
    weights = np.concatenate([part.ravel() for layer in stack for part in layer[:2]])
    np.testing.assert_allclose(packed, weights, rtol=2**-11, atol=2**-25)


def test_a_weight_beyond_float16_is_named():
    (layer,) = page_layers(keras.Sequential([keras.Input((2,)), layers.Dense(4)]))
    with pytest.raises(ValueError, match=r"float16 can hold\. Received: largest weight 70000"):
        pack_float16([layer._replace(bias=np.full(4, -70000.0))])


# Files


def test_a_file_holds_the_weights_to_the_bit(models, tmp_path):
    read = read_model("My VAE!", models["VAE"])
    encoder, decoder = write_files(tmp_path, {"My VAE!": read})
    assert (encoder.name, decoder.name) == ("my-vae-encoder.mjs", "my-vae-decoder.mjs")
    digest, data = re.fullmatch(
        r'latentExplorerPart\("([0-9a-f]{16})", "([^"]+)"\);\n', decoder.read_text(encoding="utf-8")
    ).groups()
    expected = np.concatenate([w.ravel() for w in models["VAE"].decoder.get_weights()])
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(data), "<f4"), expected)
    assert digest == packed_part(read, "decoder")["digest"]


def test_a_file_that_cannot_be_written_leaves_the_old_one_whole(page_models, tmp_path, monkeypatch):
    written = write_files(tmp_path, page_models)
    before = {path: path.read_text(encoding="utf-8") for path in written}
    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    with pytest.raises(OSError, match="cannot be written: No space left"):
        write_files(tmp_path, page_models)
    monkeypatch.undo()
    assert {path: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == before


def fail(path, content):
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


def test_files_are_written_from_plain_layers_without_keras_and_without_a_kernel(tmp_path):
    script = f"""
import sys
import numpy as np
from companion.page import DenseLayer, PageModel, write_files
assert "ipywidgets" not in sys.modules
from companion.widgets import LatentExplorer
rng = np.random.default_rng(0)
def layer(n, m, activation):
    return DenseLayer(rng.normal(size=(n, m)).astype("float16"), np.zeros(m), activation)
model = PageModel((4, 4), [layer(16, 4, "linear")], [layer(2, 16, "sigmoid")])
write_files({str(tmp_path)!r}, {{"a": model}})
explorer = LatentExplorer({{"a": model}}, codes={{"a": rng.normal(size=(9, 2))}}, files="f")
assert "keras" not in sys.modules
assert explorer._data["models"][0]["encoder"]["dtype"] == "float16"
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-decoder.mjs", "a-encoder.mjs"]


def test_layers_of_other_sizes_have_another_digest_even_with_the_same_weights():
    def decoder(inputs, units):
        return [DenseLayer(np.zeros((inputs, units), "float32"), np.zeros(units), "linear")]

    digests = {packed_part(PageModel((1, 1), [], decoder(*sizes)), "decoder")["digest"]
               for sizes in ((1, 4), (3, 2))}  # fmt: skip
    assert len(digests) == 2  # of 8 zeros each


@pytest.mark.parametrize(
    ("part", "array", "complaint"),
    [
        ("encode", np.zeros((2, 5, 5)), r"`x` must have shape \(n, 30\)"),
        ("encode", np.zeros(30), "`x` must hold one example or more"),
        ("encode", np.full((2, 6, 5), np.nan), "`x` must be finite"),
        ("decode", np.zeros((2, 3)), r"`z` must have shape \(n, 2\)"),
        ("decode", np.zeros(2), r"`z` must have shape \(n, 2\)"),
        ("decode", np.full((1, 2), np.inf), "`z` must be finite"),
    ],
)
def test_a_page_model_names_what_it_cannot_take(page_models, part, array, complaint):
    model = next(iter(page_models.values()))
    with pytest.raises(ValueError, match=complaint):
        getattr(model, part)(array)


@pytest.mark.parametrize("models", [None, 3, {"a": None}, {"a": "model"}])
def test_files_are_made_of_page_models_alone(models, tmp_path):
    with pytest.raises(TypeError, match="must be a"):
        write_files(tmp_path, models)


def test_files_have_a_folder_and_their_models_names(page_models, tmp_path):
    model = page_models["VAE"]
    with pytest.raises(TypeError, match=r"`models: 3` must be a text. Received: models: 3=3"):
        write_files(tmp_path, {3: model})
    with pytest.raises(TypeError, match="`folder` must be a path"):
        write_files(None, {"a": model})
    with pytest.raises(ValueError, match=r"`models` must hold one model or more. Received: none"):
        write_files(tmp_path, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [-0.001, -0.0, 0.0])
def test_zero_is_written_without_a_sign(value):
    assert readable(value) == "0.00"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1, 2, 12], ["1", "2", "12"]),
        ([-1.5, 0, 1], ["\N{MINUS SIGN}1.5", "0.0", "1.0"]),
        (np.linspace(0, 1, 5), ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        ([0.001, 0.002], ["0.001", "0.002"]),
        ([1 / 3, 2 / 3], ["0.333", "0.667"]),
        (np.geomspace(0.01, 10, 3), ["0.010", "0.316", "10.000"]),
        ([0, 1e-9], ["0.000000", "0.000000"]),
    ],
)
def test_numbers_together_have_the_decimals_that_tell_them_apart(values, texts):
    assert readable_together(values) == texts


def test_plain_layers_that_do_not_fit_are_named():
    def layer(n, m):
        return DenseLayer(np.zeros((n, m), "float32"), np.zeros(m, "float32"), "linear")

    with pytest.raises(ValueError, match="must read and write grey pictures"):
        read_model("m", PageModel((2, 2), [layer(4, 2)], [layer(2, 5)]))
    with pytest.raises(ValueError, match="must have an encoder that writes what its decoder reads"):
        read_model("m", PageModel((2, 2), [layer(4, 3)], [layer(2, 4)]))
    with pytest.raises(ValueError, match=r"its decoder reads\. Received: 6 numbers for 2"):
        read_model("m", PageModel((2, 2), [layer(4, 6)], [layer(2, 4)]))
    with pytest.raises(ValueError, match=r"grey pictures of \(2, 2\) pixels"):
        read_model("m", PageModel((2, 2), [layer(9, 2)], [layer(2, 9)]))
    with pytest.raises(ValueError, match="letters a to z"):
        write_files("never", {"": PageModel((2, 2), [layer(4, 2)], [layer(2, 4)])})


def test_forward_is_the_formula():
    first = DenseLayer(np.float32([[1, -1], [2, 0]]), np.float32([0, 1]), "relu")
    last = DenseLayer(np.float32([[1], [3]]), np.float32([-5]), "sigmoid")
    # x = (1, 2): relu(1 + 4, -1 + 1) = (5, 0); sigmoid(5 + 0 - 5) = 1/2
    assert forward([first, last], [[1, 2]]).tolist() == [[0.5]]


def test_stacks_are_joined_at_their_last_layers_alone():
    rng = np.random.default_rng(0)

    def layer(n, m, activation="linear"):
        return DenseLayer(rng.normal(size=(n, m)), rng.normal(size=m), activation)

    trunk, a, b = layer(3, 4, "relu"), layer(4, 2), layer(4, 2)
    x = rng.normal(size=(5, 3))
    apart = np.concatenate([forward([trunk, a], x), forward([trunk, b], x)], axis=1)
    np.testing.assert_allclose(forward(join_heads([[trunk, a], [trunk, b]]), x), apart)
    assert join_heads([[trunk, a], [layer(3, 4, "relu"), b]]) is None
    assert join_heads([[trunk, a], [b]]) is None
    assert join_heads([[trunk, a], [trunk, b._replace(activation="relu")]]) is None
    painting = ConvTransposeLayer(
        rng.normal(size=(1, 1, 1, 1)), np.zeros(1), "linear", (2, 2, 1), 1
    )
    for heads in ([a, painting], [painting, a]):
        assert join_heads([[trunk, head] for head in heads]) is None
