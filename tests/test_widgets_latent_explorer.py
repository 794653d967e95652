"""`LatentExplorer` without a browser: its traits, its data, its twin, its files."""

import base64
import errno
import io
import json
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
from matplotlib import color_sequences
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from traitlets import TraitError

import companion
from companion import networks
from companion.widgets import LatentExplorer, PageModel, write_files
from companion.widgets.dense import DenseLayer, forward, pack_exactly, side_by_side
from companion.widgets.page_models import page_model
from companion.widgets.twin import source

SMALL = {"hidden": (12,), "image_shape": (6, 5, 1)}
layers = keras.layers


def make_vae(latent_dim=2, seed=0, **sizes):
    keras.utils.set_random_seed(seed)
    sizes = SMALL | sizes
    encoder = networks.dense_encoder(latent_dim, gaussian=True, **sizes)
    return companion.VAE(encoder, networks.dense_decoder(latent_dim, **sizes))


def make_autoencoder(latent_dim=2, seed=1, **likelihood):
    keras.utils.set_random_seed(seed)
    encoder = networks.dense_encoder(latent_dim, **SMALL)
    return companion.Autoencoder(encoder, networks.dense_decoder(latent_dim, **SMALL), **likelihood)


def make_pictures(n=60, shape=(6, 5, 1)):
    return np.random.default_rng(0).random((n, *shape), dtype="float32")


def make_labels(n=60, classes=3):
    return np.arange(n) % classes


@pytest.fixture(scope="module")
def models():
    return {"VAE": make_vae(), "autoencoder": make_autoencoder(), "wide": make_vae(5, seed=2)}


@pytest.fixture
def explorer(models):
    return LatentExplorer(models, make_pictures(), make_labels())


def payload_of(html):
    text = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text[1])


# Reading models


@pytest.mark.parametrize("name", ["VAE", "autoencoder", "wide"])
def test_a_page_model_computes_what_keras_computes(models, name):
    model, x = models[name], make_pictures(9)
    read = page_model(name, model)
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


def test_a_gaussian_likelihood_draws_the_decoders_output_as_it_is():
    read = page_model("a", make_autoencoder(likelihood="gaussian"))
    assert read.decoder[-1].activation == "linear"


def test_any_object_with_an_encoder_and_a_decoder_will_do():
    class Mine:
        encoder = keras.Sequential([keras.Input((6, 5)), layers.Flatten(), layers.Dense(2)])
        decoder = keras.Sequential(
            [keras.Input((2,)), layers.Dense(30, "sigmoid"), layers.Reshape((6, 5))]
        )

    explorer = LatentExplorer(Mine(), make_pictures(shape=(6, 5)))
    assert repr(explorer) == "LatentExplorer('Mine')"
    z = np.array(explorer.z, "float32")
    expected = keras.ops.convert_to_numpy(Mine.decoder(z[None]))
    np.testing.assert_allclose(explorer.models["Mine"].decode(z), expected, atol=1e-6)


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
        page_model("m", make())


def test_weights_that_diverged_are_named():
    model = make_autoencoder()
    model.encoder.set_weights([w * np.nan for w in model.encoder.get_weights()])
    with pytest.raises(ValueError, match=r"`models\['m'\].encoder` must have finite weights"):
        page_model("m", model)


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


# The map


def test_the_map_holds_the_codes_of_the_pictures_with_their_labels(models, explorer):
    x, labels = make_pictures(), make_labels()
    for name in ("VAE", "wide"):
        codes = models[name].encode(x).z_mean
        shown = explorer.codes[name]
        assert len(shown) == len(codes)
        for z, label in zip(shown, explorer.labels, strict=True):
            at = np.abs(codes - z).sum(axis=1).argmin()
            np.testing.assert_allclose(codes[at], z, atol=1e-5)
            assert labels[at] == label


def test_at_most_a_thousand_codes_are_shown_evenly_over_the_classes(models):
    n = 5000
    labels = np.where(np.arange(n) < 100, 0, 1 + np.arange(n) % 4)  # class 0 is rare
    codes = np.random.default_rng(0).normal(size=(n, 2))

    def shown(seed):
        return LatentExplorer(models["VAE"], codes=codes, labels=labels, seed=seed)

    explorer = shown(0)
    assert np.bincount(explorer.labels).tolist() == [100, 225, 225, 225, 225]
    assert len(explorer.codes["VAE"]) == 1000
    np.testing.assert_array_equal(shown(0).codes["VAE"], explorer.codes["VAE"])
    assert (shown(1).codes["VAE"] != explorer.codes["VAE"]).any()


def test_the_map_shows_the_prior_and_all_but_the_outermost_codes(models):
    codes = np.random.default_rng(0).normal(loc=(9, 0), size=(401, 2))
    codes[-1] = 500, 0
    explorer = LatentExplorer(models["VAE"], codes=codes)
    x, y, half = explorer._data["models"][0]["view"]
    assert x - half < -2 < 2 < x + half
    assert y - half < -2 < 2 < y + half
    inside = (np.abs(codes - [x, y]) < half).all(axis=1)
    assert inside.mean() > 0.98
    assert half < 12


def test_classes_have_the_colours_that_petroff_published():
    colours = re.findall(r'"(#[0-9a-f]{6})"', source("map.mjs"))
    assert colours == [to_hex(colour) for colour in color_sequences["petroff10"]]


# Of linear red, green, blue: Machado, Oliveira, Fernandes (2009), full severity.
COLOUR_BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
}  # fmt: skip


@pytest.mark.parametrize("name", COLOUR_BLIND)
def test_colour_blind_eyes_tell_the_classes_apart(name):
    """A difference of 2.3 in CIELAB is just seen."""
    colours = re.findall(r'"(#[0-9a-f]{6})"', source("map.mjs"))
    rgb = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.transpose(COLOUR_BLIND[name]), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(seen @ np.transpose(to_xyz) / [0.9505, 1, 1.089]).T
    lab = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
    distances = np.linalg.norm(lab[:, None] - lab, axis=2)[~np.eye(len(lab), dtype=bool)]
    assert distances.min() > 15


def test_codes_may_stand_in_for_pictures(models):
    codes = {name: np.zeros((7, 5 if name == "wide" else 2)) + i for i, name in enumerate(models)}
    explorer = LatentExplorer(models, codes=codes)
    assert explorer.z == (0, 0)
    assert explorer.class_names == ["0"]
    np.testing.assert_array_equal(explorer.codes["wide"], codes["wide"])


# Traits


def test_the_point_begins_at_a_code_near_the_median_or_where_it_is_told(models):
    explorer = LatentExplorer(models, make_pictures())
    codes = models["VAE"].encode(make_pictures()).z_mean
    assert np.abs(codes - explorer.z).sum(axis=1).min() < 1e-5
    assert explorer.model == "VAE"
    assert explorer.picture is None
    assert LatentExplorer(models, make_pictures(), start=[7, -7]).z == (7, -7)


def test_setting_a_picture_moves_the_point_to_its_code(models, explorer):
    x = make_pictures(3)
    for picture in (x[0], x[0, ..., 0], x[0, ..., 0].tolist()):
        explorer.picture = None
        explorer.z = (0, 0)
        explorer.picture = picture
        np.testing.assert_allclose(explorer.z, models["VAE"].encode(x[:1]).z_mean[0], atol=1e-5)
        assert explorer.picture.shape == (6, 5)


def test_a_picture_may_lie_on_the_field_at_first(models):
    x = make_pictures(1)
    explorer = LatentExplorer(models, make_pictures(), picture=x[0])
    np.testing.assert_allclose(explorer.z, models["VAE"].encode(x).z_mean[0], atol=1e-5)


def test_another_model_encodes_the_same_picture(models, explorer):
    x = make_pictures(1)
    explorer.picture = x[0]
    explorer.model = "autoencoder"
    np.testing.assert_allclose(explorer.z, models["autoencoder"].encode(x)[0], atol=1e-5)
    explorer.model = "wide"
    np.testing.assert_allclose(explorer.z, models["wide"].encode(x).z_mean[0], atol=1e-5)
    explorer.picture = None
    explorer.model = "VAE"
    assert len(explorer.z) == 2


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("z", [0], r"`z` must have shape \(2,\)"),
        ("z", [0, np.nan], "`z` must be finite"),
        ("z", None, "`z` must"),
        ("z", "no code", "`z` must hold 2 numbers. Received: z='no code'"),
        ("model", "GAN", "`model` must be one of 'VAE', 'autoencoder', 'wide'. Received: .*'GAN'"),
        ("picture", np.zeros((5, 6)), r"`picture` must have shape \(6, 5\)"),
        ("picture", np.full((6, 5), 255), r"`picture` must lie in \[0, 1\]"),
        ("picture", np.full((6, 5), np.nan), "`picture` must be finite"),
        ("picture", "a cat", "`picture` must hold numbers"),
    ],
)
def test_a_bad_value_is_named_and_the_old_one_stays(explorer, name, value, message):
    explorer.picture = make_pictures(1)[0]
    before = {each: getattr(explorer, each) for each in ("z", "model", "picture")}
    with pytest.raises(TraitError, match=message):
        setattr(explorer, name, value)
    for each, old in before.items():
        assert getattr(explorer, each) is old


def test_what_the_page_says_is_taken_over_as_it_is(explorer):
    """The page has encoded the picture already: a second answer would pull the point back."""
    seen = []
    explorer.observe(lambda change: seen.append((change.name, change.new)), ["z", "model"])
    ink = make_pictures(1)[0, ..., 0]
    explorer.set_state({"picture": memoryview(ink.tobytes()), "z": [0.25, 0.5]})
    np.testing.assert_array_equal(explorer.picture, ink)
    assert explorer.z == (0.25, 0.5)
    explorer.set_state({"model": "wide", "z": [1, 2, 3, 4, 5]})
    assert explorer.z == (1, 2, 3, 4, 5)
    assert sorted(seen) == [
        ("model", "wide"), ("z", (0.25, 0.5)), ("z", (1, 2, 3, 4, 5))
    ]  # fmt: skip
    with pytest.raises(TraitError):
        explorer.set_state({"z": [1]})
    assert explorer.z == (1, 2, 3, 4, 5)
    explorer.z = np.zeros(5)
    assert explorer.z == (0,) * 5


# Arguments


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"models": {}}, ValueError, "`models` must hold one model or more"),
        ({"models": {"a": 3}}, TypeError, r"`models\['a'\]` must have built Keras models"),
        ({"x": None}, ValueError, "Give the pictures of the map as `x`, or their `codes`"),
        ({"codes": {}}, ValueError, "Give the pictures of the map as `x`, or their `codes`"),
        ({"x": np.zeros((9, 5, 6))}, ValueError, r"`x` must have shape \('n', 6, 5\)"),
        ({"x": None, "codes": [[0, 0]]}, ValueError, "`codes` must be a dict with the names"),
        ({"x": None, "codes": {"VAE": np.zeros((2, 3))}}, ValueError, r"`codes\['VAE'\]` must"),
        ({"labels": [0]}, ValueError, "`labels` must be 60 integers"),
        ({"labels": np.zeros(60)}, ValueError, "`labels` must be 60 integers .*float64"),
        ({"class_names": ["a"]}, ValueError, "`class_names` must have a name for each label"),
        ({"start": [0]}, ValueError, r"`z` must have shape \(2,\)"),
        ({"picture": np.ones(3)}, TraitError, r"`picture` must have shape \(6, 5\)"),
    ],
)
def test_a_wrong_argument_is_named(models, arguments, error, message):
    given = {"models": {"VAE": models["VAE"]}, "x": make_pictures(), "labels": make_labels()}
    with pytest.raises(error, match=message):
        LatentExplorer(**given | arguments)


def test_models_must_draw_pictures_of_one_shape_and_codes_must_be_equally_many(models):
    other = make_vae(image_shape=(4, 4, 1))
    with pytest.raises(ValueError, match="`models` must draw pictures of one shape"):
        LatentExplorer({"a": models["VAE"], "b": other}, make_pictures())
    codes = {"a": np.zeros((3, 2)), "b": np.zeros((4, 2))}
    with pytest.raises(ValueError, match="`codes` must be of the same pictures"):
        LatentExplorer({"a": models["VAE"], "b": models["VAE"]}, codes=codes)


# Output


def test_the_still_picture_decodes_the_map_row_by_row(models, explorer):
    still = np.asarray(Image.open(io.BytesIO(explorer.still())))
    codes = models["VAE"].encode(make_pictures()).z_mean
    low, high = np.percentile(codes, [1, 99], axis=0)
    cells = still.reshape(12, 8, 12, 7).transpose(0, 2, 1, 3)[:, :, 1:-1, 1:-1]
    for row, column in ((0, 0), (0, 11), (5, 3), (11, 11)):
        z = [np.linspace(*each, 12)[at] for each, at in
             zip(np.transpose([low, high]), (column, 11 - row), strict=True)]  # fmt: skip
        expected = 255 * (1 - models["VAE"].decode([z])[0, ..., 0])
        np.testing.assert_allclose(cells[row, column], expected, atol=0.6)


def test_the_still_picture_of_five_numbers_has_a_row_for_each(models):
    explorer = LatentExplorer(models["wide"], make_pictures())
    assert Image.open(io.BytesIO(explorer.still())).size == (12 * 7, 5 * 8)


def test_the_output_holds_view_twin_still_picture_and_name(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == "LatentExplorer('VAE', 'autoencoder', 'wide')"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    assert base64.b64decode(data["image/png"]) == explorer.still()
    assert data["text/html"] == explorer.to_html()
    assert metadata["image/png"]["alt"].startswith("Grid of what VAE decodes")


def test_the_twin_stands_on_its_own_and_is_the_same_each_time(explorer):
    html = explorer.to_html()
    assert html == explorer.to_html()
    assert not re.search(r"https?://|\bimport\b|fetch\(", html)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]+">', html)
    assert html.count('<script type="text/plain"') == 6


def test_the_state_holds_the_map_and_the_first_decoder(models, explorer):
    values, states = [], [explorer.get_state()]
    while states:
        state = states.pop()
        if isinstance(state, dict | list):
            states += state.values() if isinstance(state, dict) else state
        else:
            values.append(state)
    sizes = [len(value) for value in values if isinstance(value, bytes)]
    decoder = 4 * sum(w.size for w in models["VAE"].decoder.get_weights())
    assert sorted(sizes) == [4 * 60 * 2, 4 * 60 * 2, 4 * 60 * 5, decoder]  # codes, nothing else
    texts = {explorer._esm, explorer._css}
    assert (
        sum(len(value) for value in values if isinstance(value, str) and value not in texts) < 2000
    )


def test_the_kernel_sends_the_weights_that_are_wanted_and_no_others(models, explorer, monkeypatch):
    sent = []
    monkeypatch.setattr(explorer, "send", lambda *message: sent.append(message))
    part = explorer._data["models"][1]["encoder"]
    explorer._handle_custom_msg({"want": part["digest"]}, [])
    (message, (data,)) = sent.pop()
    assert message == {"weights": part["digest"]}
    expected = np.concatenate([w.ravel() for w in models["autoencoder"].encoder.get_weights()])
    np.testing.assert_array_equal(np.frombuffer(data, "<f4"), expected)
    explorer._handle_custom_msg({"want": "0123456789abcdef"}, [])
    assert sent == [({"weights": "0123456789abcdef"}, [])]


def test_a_page_of_its_own_holds_all_weights_and_its_title(explorer):
    page = explorer.to_page("5 < 6")
    assert explorer.to_html() in page
    assert page.count("5 &lt; 6") == 2


def test_one_script_serves_both_hosts(explorer):
    assert explorer._esm in explorer.to_html()
    assert "export default { render }" in explorer._esm
    assert explorer._css in explorer.to_html()


def test_names_cannot_break_out_of_the_page(models):
    evil = '</script><b>"&'
    explorer = LatentExplorer(
        {evil: models["VAE"]}, make_pictures(), np.zeros(60, int), class_names=[evil], label=evil
    )
    html = explorer.to_html()
    payload = payload_of(html)
    assert payload["class_names"] == [payload["models"][0]["name"]] == [evil]
    assert "<b>" not in html
    assert html.count("<script") == html.count("</script>") == 4


def test_with_files_the_twin_is_small_and_names_them(models, tmp_path):
    explorer = LatentExplorer(models, make_pictures(), make_labels(), files="../_static/explorer/")
    html = explorer.to_html()
    assert html.count("<script") == 2
    written = {
        path.name: path.read_text(encoding="utf-8")
        for path in explorer.write_files(tmp_path / "new")
    }
    assert not any(name.endswith(".js") for name in written)
    for model in payload_of(html)["models"]:
        for part in ("encoder", "decoder"):
            file = model[part]["file"]
            assert file.startswith("../_static/explorer/")
            assert model[part]["digest"] in written.pop(file.rsplit("/", 1)[1])
    assert written == {}


def test_a_file_holds_the_weights_to_the_bit(models, tmp_path):
    explorer = LatentExplorer({"My VAE!": models["VAE"]}, make_pictures())
    encoder, decoder = explorer.write_files(tmp_path)
    assert (encoder.name, decoder.name) == ("my-vae-encoder.mjs", "my-vae-decoder.mjs")
    digest, data = re.fullmatch(
        r'latentExplorerPart\("([0-9a-f]{16})", "([^"]+)"\);\n', decoder.read_text(encoding="utf-8")
    ).groups()
    expected = np.concatenate([w.ravel() for w in models["VAE"].decoder.get_weights()])
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(data), "<f4"), expected)
    assert digest == explorer._data["models"][0]["decoder"]["digest"]


def test_other_weights_have_another_digest(explorer):
    parts = [model[part] for model in explorer._data["models"] for part in ("encoder", "decoder")]
    assert len({part["digest"] for part in parts}) == 6


def test_a_file_that_cannot_be_written_leaves_the_old_one_whole(explorer, tmp_path, monkeypatch):
    before = {path: path.read_text(encoding="utf-8") for path in explorer.write_files(tmp_path)}
    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    with pytest.raises(OSError, match="cannot be written: No space left"):
        explorer.write_files(tmp_path)
    monkeypatch.undo()
    assert {path: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == before


def fail(path, content):
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("names", [("a b", "a-b"), ("ü", "b")])
def test_models_that_would_share_a_file_are_named(models, names, tmp_path):
    pair = dict.fromkeys(names, models["VAE"])
    with pytest.raises(ValueError, match="`models` must have names that differ"):
        LatentExplorer(pair, make_pictures(), files="files")
    LatentExplorer(pair, make_pictures())  # inline they do no harm


def test_files_are_written_from_plain_layers_without_keras(tmp_path):
    script = f"""
import sys
import numpy as np
from companion.widgets import LatentExplorer, PageModel, write_files
from companion.widgets.dense import DenseLayer
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


def test_plain_layers_that_do_not_fit_are_named():
    def layer(n, m):
        return DenseLayer(np.zeros((n, m), "float32"), np.zeros(m, "float32"), "linear")

    with pytest.raises(ValueError, match="must read and write grey pictures"):
        page_model("m", PageModel((2, 2), [layer(4, 2)], [layer(2, 5)]))
    with pytest.raises(ValueError, match="must have an encoder that writes what its decoder reads"):
        page_model("m", PageModel((2, 2), [layer(4, 3)], [layer(2, 4)]))
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
    np.testing.assert_allclose(forward(side_by_side([[trunk, a], [trunk, b]]), x), apart)
    assert side_by_side([[trunk, a], [layer(3, 4, "relu"), b]]) is None
    assert side_by_side([[trunk, a], [b]]) is None
    assert side_by_side([[trunk, a], [trunk, b._replace(activation="relu")]]) is None
