"""`LatentExplorer` without a browser: its traits, its data, its twin, its files."""

import base64
import io
import json
import re

import keras
import numpy as np
import pytest
from matplotlib import color_sequences
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from small_models import make_autoencoder, make_pictures, make_vae
from traitlets import TraitError

from companion.page import write_files
from companion.page.explorer_data import explorer_data
from companion.page.explorer_twin import blank_page
from companion.page.page_layers import sizes
from companion.page.scripts import source
from companion.widgets import LatentExplorer

layers = keras.layers


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
    np.testing.assert_allclose(explorer.models["Mine"].decode(z[None]), expected, atol=1e-6)


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


def test_the_map_leaves_out_one_code_of_a_hundred_in_each_direction(models):
    codes = np.stack([np.linspace(-100, 100, 1001), np.zeros(1001)], axis=1)
    x, y, half = LatentExplorer(models["VAE"], codes=codes)._data["models"][0]["view"]
    assert (x, y) == pytest.approx((0, 0), abs=1e-4)
    assert half == pytest.approx(1.06 * 99, rel=1e-4)  # with a little room


def palettes():
    """Give the colours of the classes as the page has them: by paper, `(10, 3)`."""
    colours = re.findall(r'"(#[0-9a-f]{6})"', source("theme.mjs"))
    assert len(colours) == 20
    return {"light": colours[:10], "dark": colours[10:]}


def linear(colours):
    rgb = np.array([to_rgb(colour) for colour in colours])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


PAPERS = {"light": ["#ffffff"], "dark": ["#14181e", "#111111"]}  # of the book and of JupyterLab


@pytest.mark.parametrize("theme", PAPERS)
def test_each_dot_has_a_contrast_of_three_to_one_with_its_paper(theme):
    """As WCAG 2.2 counts it, 1.4.11, and asks of what a picture cannot be read without."""
    light = [0.2126, 0.7152, 0.0722]
    dots, papers = linear(palettes()[theme]) @ light, linear(PAPERS[theme]) @ light
    for paper in papers:
        contrasts = (np.maximum(dots, paper) + 0.05) / (np.minimum(dots, paper) + 0.05)
        assert contrasts.min() >= 3


def test_classes_have_the_colours_that_petroff_published_where_these_can_be_seen():
    published = [to_hex(colour) for colour in color_sequences["petroff10"]]
    same = {theme: sum(map(str.__eq__, palettes()[theme], published)) for theme in PAPERS}
    assert same["light"] >= 3
    assert same["dark"] >= 7


# Of linear red, green, blue: Machado, Oliveira, Fernandes (2009), full severity.
COLOUR_BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
}  # fmt: skip


@pytest.mark.parametrize("theme", PAPERS)
@pytest.mark.parametrize("name", COLOUR_BLIND)
def test_colour_blind_eyes_tell_the_classes_apart(name, theme):
    """A difference of 2.3 in CIELAB is just seen."""
    seen = np.clip(linear(palettes()[theme]) @ np.transpose(COLOUR_BLIND[name]), 0, 1)
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


def test_a_picture_on_the_field_makes_another_figure(models):
    shown = [None, *make_pictures(2)]
    twins = {LatentExplorer(models, make_pictures(), picture=each).twin for each in shown}
    assert len(twins) == 3


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
        ("z", "no code", "`z` must hold numbers. Received: dtype=<U7"),
        ("z", np.ma.masked_array([1, 2], [True, False]), "`z` must have no masked values"),
        ("z", np.zeros(2, "M8[s]"), "`z` must hold numbers"),
        ("picture", np.ma.masked_array(np.ones((6, 5)), True), "must have no masked values"),
        ("picture", [[0.0, 1.0], [0.0]], "`picture` must be an array"),
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
        ({"class_names": ["a", "b"]}, ValueError, "Received: 2 names, labels up to 2"),
        ({"class_names": 5}, TypeError, "`class_names` must hold texts"),
        ({"files": 5}, TypeError, "`files` must be an address or None. Received: files=5"),
        ({"files": b"x"}, TypeError, "`files` must be an address or None"),
        ({"seed": -1}, ValueError, "`seed` must be an integer"),
        ({"label": 3}, TypeError, "`label` must be a text"),
        ({"start": [0]}, ValueError, r"`start` must have shape \(2,\)"),
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
    assert len(explorer.z) == 5
    still = np.asarray(Image.open(io.BytesIO(explorer.still())))
    cells = still.reshape(5, 8, 12, 7).swapaxes(1, 2)[:, :, 1:-1, 1:-1]
    codes = models["wide"].encode(make_pictures()).z_mean
    low, high = np.percentile(codes, [1, 99], axis=0)
    for row, column in ((0, 0), (2, 11), (4, 3)):
        z = np.clip(explorer.z, low, high)
        z[row] = np.linspace(low[row], high[row], 12)[column]
        expected = 255 * (1 - models["wide"].decode(z[None])[0, ..., 0])
        np.testing.assert_allclose(cells[row, column], expected, atol=0.6)


def test_a_drawing_is_to_be_as_large_as_what_is_decoded(models, monkeypatch):
    def extent(pictures):
        explorer = LatentExplorer(models["VAE"], make_pictures(len(pictures)))
        monkeypatch.setattr(type(explorer.models["VAE"]), "decode", lambda self, z: pictures)
        return explorer_data(explorer)["extent"]

    pictures = np.zeros((5, 6, 5))
    pictures[:3, 1:4, 2] = 1  # three pixels high in most
    pictures[3:, 0, :] = 1
    pictures[:, 5, 4] = 0.2  # of a blur nothing is counted
    assert extent(pictures) == 3
    assert extent(0 * pictures) == 6  # no ink: as large as the field


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed["data"]), {"float32": "<f4"}[packed["dtype"]])


def test_the_page_has_of_each_model_what_the_explorer_has(models):
    x = make_pictures()
    explorer = LatentExplorer(models, x, make_labels(), picture=x[3], start=[3, 0.25], label="it")
    html = explorer.to_html()
    data = payload_of(html)
    assert (data["label"], data["shape"], data["class_names"]) == ("it", [6, 5], ["0", "1", "2"])
    assert data["labels"] == explorer.labels.tolist()
    np.testing.assert_array_equal(unpacked(data["picture"]), x[3].ravel())
    for i, (name, mine) in enumerate(zip(models, data["models"], strict=True)):
        model, codes, start = explorer.models[name], explorer.codes[name], explorer.starts[name]
        n = 5 if name == "wide" else 2
        assert (mine["name"], mine["gaussian"]) == (name, name != "autoencoder")
        assert mine["names"] == ["z₁", "z₂", "z₃", "z₄", "z₅"][:n]
        np.testing.assert_array_equal(unpacked(mine["codes"]).reshape(-1, n), codes)
        np.testing.assert_allclose(mine["start"], start, rtol=1e-5)
        assert (mine["view"] is None) == (n != 2)
        low, high = np.percentile(codes, [1, 99], axis=0)
        low, high = np.minimum(low, start), np.maximum(high, start)  # a hundred steps, or one more
        step = (np.array(mine["high"]) - mine["low"]) / mine["steps"]
        np.testing.assert_allclose(step, (high - low) / 100, rtol=1e-4)
        for end, outwards in (("low", low - mine["low"]), ("high", mine["high"] - high)):
            assert ((outwards > -1e-4) & (outwards < step)).all(), end
        for part in ("encoder", "decoder"):
            (block,) = re.findall(f'data-part="{i}-{part}">([^<]+)<', html)
            assert base64.b64decode(block) == explorer.parts[name][part]["data"]
            assert mine[part]["layers"] == sizes(getattr(model, part))
    assert "picture" not in payload_of(LatentExplorer(models, x).to_html())


def test_words_under_the_still_picture_say_whether_it_is_a_map(models, explorer):
    assert explorer.alt_text() == "Grid of what VAE decodes all over its map: decoded picture."
    assert f'alt="{explorer.alt_text()}"' in explorer.to_html()
    assert "<figcaption>What VAE decodes all over its map of codes: to" in explorer.to_html()
    wide = LatentExplorer(models["wide"], make_pictures(), label="it")
    assert wide.alt_text() == "Film strip of what VAE decodes, a row for each latent dimension: it."
    assert "<figcaption>What VAE decodes: in each row one latent dimension" in wide.to_html()


def test_a_page_to_be_filled_in_has_a_blank_for_each_part():
    page = blank_page()
    assert [page.count(f"{{{{{blank}}}}}") for blank in ("title", "still", "content")] == [2, 1, 1]
    assert '<img src="{{still}}" alt="Rows of pictures that the network decodes' in page
    assert "<figcaption>What the network decodes, from" in page
    assert "data-twin" not in page


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
    with pytest.raises(TypeError, match="`title` must be a text"):
        explorer.to_page(5)


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
        for path in write_files(tmp_path / "new", explorer.models)
    }
    assert not any(name.endswith(".js") for name in written)
    for model in payload_of(html)["models"]:
        for part in ("encoder", "decoder"):
            file = model[part]["file"]
            assert re.fullmatch(r"\.\./_static/explorer/[^/]+", file)
            assert model[part]["digest"] in written.pop(file.rsplit("/", 1)[1])
    assert written == {}


def test_other_weights_have_another_digest(explorer):
    parts = [model[part] for model in explorer._data["models"] for part in ("encoder", "decoder")]
    assert len({part["digest"] for part in parts}) == 6


@pytest.mark.parametrize("names", [("a b", "a-b"), ("ü", "b")])
def test_models_that_would_share_a_file_are_named(models, names, tmp_path):
    pair = dict.fromkeys(names, models["VAE"])
    with pytest.raises(ValueError, match="`models` must have names that differ"):
        LatentExplorer(pair, make_pictures(), files="files")
    LatentExplorer(pair, make_pictures())  # inline they do no harm
