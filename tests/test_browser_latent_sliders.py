"""The twin of `LatentSliders` in a browser: opened from disk, with the network cut off."""

import itertools
import re

import keras
import numpy as np
import pytest
from browser import grey_values, module

from companion import networks
from companion.page.latent_twin import decoder_text, latent_html
from companion.widgets import LatentSliders

DIMENSIONS = (2, 8)  # the twins of the page, in this order


def make_sliders(latent_dim):
    """A small stack with every activation that the page knows, and weights that matter."""
    keras.utils.set_random_seed(latent_dim)
    wide = keras.initializers.RandomNormal(stddev=0.4)
    decoder = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(32, "relu", kernel_initializer=wide),
            keras.layers.Dense(32, "tanh", kernel_initializer=wide),
            keras.layers.Dense(32, "sigmoid", kernel_initializer=wide, bias_initializer=wide),
            keras.layers.Dense(784, kernel_initializer=wide),
            keras.layers.Reshape((28, 28, 1)),
        ]
    )
    codes = np.random.default_rng(0).normal(scale=2, size=(400, latent_dim))
    return LatentSliders(decoder, codes, label="decoded digit")


@pytest.fixture(scope="module")
def twins():
    return [make_sliders(latent_dim) for latent_dim in DIMENSIONS]


@pytest.fixture
def page(open_page, twins):
    return open_page(*(each.to_html() for each in twins))


def pixels(figure):
    return grey_values(figure.locator("canvas"))


def expected_pixels(sliders, z):
    logits = sliders.decoder(np.asarray(z, "float32")[None])
    return 255 * (1 - keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[0, ..., 0])


def random_codes(sliders, n=200):
    return np.random.default_rng(1).uniform(sliders.low, sliders.high, (n, len(sliders.names)))


def convolutional(*end):
    """Give the layers of a decoder that paints: of every kind that the page can."""
    wide = {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.4), "padding": "same"}
    return [
        keras.Input((2,)),
        keras.layers.Dense(7 * 5 * 3, "relu", bias_initializer="normal"),
        keras.layers.Reshape((7, 5, 3)),
        keras.layers.Conv2DTranspose(4, (3, 2), strides=2, activation="relu", **wide),
        keras.layers.UpSampling2D(2),
        keras.layers.Conv2D(4, (3, 5), activation="tanh", **wide),
        keras.layers.Conv2DTranspose(*end, **wide),
    ]


DECODERS = {
    **{f"dense, {n}": lambda n=n: make_sliders(n) for n in DIMENSIONS},
    "strided": lambda: painted(1, 4, 1),
    "with gaps": lambda: painted(1, 1, 3),
    "in colour": lambda: painted(3, 3, 1),
}


def painted(*end):
    keras.utils.set_random_seed(0)
    codes = np.random.default_rng(0).normal(scale=2, size=(400, 2))
    return LatentSliders(keras.Sequential(convolutional(*end)), codes, steps=3)


def make_conditional():
    """Sliders whose decoder draws each code as ten classes, with weights that matter."""
    keras.utils.set_random_seed(1)
    decoder = networks.dense_decoder(2, hidden=(32,), condition_shape=(10,))
    decoder.set_weights([2 * w for w in decoder.get_weights()])
    codes = np.random.default_rng(0).normal(size=(400, 2))
    return LatentSliders(decoder, codes, label="ten digits", condition=np.eye(10))


def expected_classes(sliders, z):
    """Give what Keras decodes to under each class: grey values, `(10, 28, 28)`."""
    logits = sliders.decoder([np.tile(np.float32(z), (10, 1)), np.eye(10, dtype="float32")])
    return 255 * (1 - keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[..., 0])


def seen_classes(figure):
    """Give the ten pictures on the canvas, 2 x 5, each in the middle of a cell of 32 x 32."""
    canvas = grey_values(figure.locator("canvas"), 64, 160)
    cells = canvas.reshape(2, 32, 5, 32).swapaxes(1, 2).reshape(10, 32, 32)
    paper = np.pad(np.zeros((28, 28), bool), 2, constant_values=True)
    assert (cells[:, paper] == 255).all()
    return cells[:, 2:-2, 2:-2]


def test_one_code_is_drawn_as_each_class_and_keys_move_all_of_them(open_page):
    sliders = make_conditional()
    page = open_page(sliders.to_html())
    figure = page.locator("figure.latent-sliders")
    z = sliders.start.copy()
    np.testing.assert_allclose(seen_classes(figure), expected_classes(sliders, z), atol=0.76)
    for i, ends in enumerate((sliders.low, sliders.high)):
        figure.get_by_role("slider").nth(i).press(("Home", "End")[i])
        z[i] = ends[i]
        np.testing.assert_allclose(seen_classes(figure), expected_classes(sliders, z), atol=0.76)
    figure.get_by_role("button", name="Random").click()
    expected = expected_classes(sliders, sliders.codes[0])
    assert expected.std(axis=0).mean() > 5  # classes that differ
    np.testing.assert_allclose(seen_classes(figure), expected, atol=0.76)
    assert figure.get_by_role("img").get_attribute("aria-label").startswith("ten digits at z₁ = ")


def test_the_page_decodes_each_class_as_keras_does(page):
    sliders = make_conditional()
    script = """async ([module, { layers, dtype, data }, rows]) => {
        const { forward, unpackBase64, unpackLayers, unpackNumbers } = await import(module);
        const unpacked = unpackLayers(layers, unpackNumbers(unpackBase64(data), dtype));
        return rows.map(row => Array.from(forward(unpacked, row)));
    }"""
    for z in random_codes(sliders, 20):
        rows = np.concatenate([np.tile(z, (10, 1)), np.eye(10)], axis=1).tolist()
        decoded = page.evaluate(script, [module("page_layers.mjs"), decoder_text(sliders), rows])
        expected = 1 - expected_classes(sliders, z).reshape(10, -1) / 255
        np.testing.assert_allclose(decoded, expected, atol=1e-3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_a_finger_moves_ten_classes_on_any_page(open_page, theme, width):
    viewport = {"width": width, "height": 844}
    page = open_page(
        make_conditional().to_html(), has_touch=True, viewport=viewport, color_scheme=theme
    )
    figure = page.locator("figure.latent-sliders")
    before = seen_classes(figure)
    figure.get_by_role("slider").first.tap(position={"x": 10, "y": 10})
    assert (seen_classes(figure) != before).any()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert figure.locator("canvas").bounding_box()["width"] >= min(500, 0.8 * width)


@pytest.mark.parametrize("name", DECODERS)
def test_the_page_decodes_what_keras_decodes(page, name):
    sliders = DECODERS[name]()
    script = """async ([module, { layers, dtype, data }, codes]) => {
        const { forward, unpackBase64, unpackLayers, unpackNumbers } = await import(module);
        const values = unpackNumbers(unpackBase64(data), dtype);
        const unpacked = unpackLayers(layers, values);
        return codes.map(z => Array.from(forward(unpacked, z)));
    }"""
    codes = random_codes(sliders)
    given = [module("page_layers.mjs"), decoder_text(sliders), codes.tolist()]
    decoded = page.evaluate(script, given)
    logits = sliders.decoder(codes.astype("float32"))
    expected = keras.ops.convert_to_numpy(keras.ops.sigmoid(logits)).reshape(200, -1)
    assert expected.std(axis=0).max() > 0.05  # else anything would agree
    np.testing.assert_allclose(decoded, expected, atol=1e-3)


def test_colours_are_light_in_the_page(open_page):
    sliders = DECODERS["in colour"]()
    canvas = open_page(sliders.to_html()).locator("canvas")
    script = "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    seen = np.reshape(canvas.evaluate(script), (*sliders.live.shape[:2], 4))
    pixels = sliders.live.pixels(sliders.start[None])[0]
    np.testing.assert_allclose(seen[..., :3], 255 * pixels, atol=0.76)


def test_float16_is_read_as_numpy_reads_it(page):
    bits = np.arange(2**16, dtype="<u2")  # all float16 numbers there are
    script = """async ([module, bytes]) => {
        const { unpackNumbers } = await import(module);
        return Array.from(unpackNumbers(Uint8Array.from(bytes), "float16"), String);
    }"""
    read = page.evaluate(script, [module("page_layers.mjs"), list(bits.tobytes())])
    values = np.array([float(text.replace("Infinity", "inf")) for text in read])
    np.testing.assert_array_equal(values, bits.view("<f2").astype("float64"))


def test_each_twin_shows_its_own_start(page, twins):
    assert page.locator("figure.latent-sliders").count() == len(twins)
    for sliders, figure in zip(twins, page.locator("figure.latent-sliders").all(), strict=True):
        assert figure.get_by_role("slider").count() == len(sliders.names)
        np.testing.assert_allclose(
            pixels(figure), expected_pixels(sliders, sliders.start), atol=0.76
        )
        assert not figure.locator(".latent-film").is_visible()


@pytest.mark.parametrize("nth", range(len(DIMENSIONS)))
def test_the_keyboard_moves_each_slider_from_end_to_end(page, twins, nth):
    sliders = twins[nth]
    figure = page.locator("figure.latent-sliders").nth(nth)
    others = page.locator("figure.latent-sliders").nth(1 - nth)
    before = pixels(others)
    z = sliders.start.copy()
    for i, name in enumerate(sliders.names):
        slider = figure.get_by_role("slider", name=name, exact=True)
        slider.press("Home")
        z[i] = sliders.low[i]
        seen = [pixels(figure)]
        np.testing.assert_allclose(seen[0], expected_pixels(sliders, z), atol=0.76)
        for _ in range(10):
            slider.press("PageUp")
            seen.append(pixels(figure))
        assert all((a != b).any() for a, b in itertools.pairwise(seen))
        slider.press("End")
        z[i] = sliders.high[i]
        np.testing.assert_allclose(pixels(figure), expected_pixels(sliders, z), atol=0.76)
        assert float(number(slider.get_attribute("aria-valuetext"))) == pytest.approx(
            z[i], abs=0.006
        )
    np.testing.assert_array_equal(pixels(others), before)


def number(text):
    return text.replace("\N{MINUS SIGN}", "-")


def test_one_arrow_key_is_one_step(page, twins):
    figure = page.locator("figure.latent-sliders").first
    slider = figure.get_by_role("slider").first
    slider.press("Home")
    slider.press("ArrowRight")
    z = twins[0].start.copy()
    z[0] = twins[0].low[0] + twins[0].step[0]
    np.testing.assert_allclose(pixels(figure), expected_pixels(twins[0], z), atol=0.76)


def test_the_pointer_moves_a_slider(page):
    figure = page.locator("figure.latent-sliders").first
    before = pixels(figure)
    slider = figure.get_by_role("slider").first
    slider.click(position={"x": slider.bounding_box()["width"] - 4, "y": 10})
    assert (pixels(figure) != before).any()
    assert slider.input_value() == slider.get_attribute("max")


def test_a_finger_moves_a_slider(open_page, twins):
    page = open_page(twins[0].to_html(), has_touch=True, viewport={"width": 390, "height": 844})
    slider = page.get_by_role("slider").first
    slider.tap(position={"x": 10, "y": 10})
    assert int(slider.input_value()) < 10


def test_random_walks_as_in_the_notebook_and_reset_goes_back(page, twins):
    for sliders, figure in zip(twins, page.locator("figure.latent-sliders").all(), strict=True):
        start = pixels(figure)
        for z in sliders.codes[:3]:
            figure.get_by_role("button", name="Random").click()
            np.testing.assert_allclose(pixels(figure), expected_pixels(sliders, z), atol=0.76)
            shown = [number(text) for text in figure.locator("output").all_text_contents()]
            np.testing.assert_allclose(np.array(shown, float), z, atol=0.006)
        figure.get_by_role("button", name="Reset").click()
        np.testing.assert_array_equal(pixels(figure), start)


def test_the_picture_says_in_words_where_it_is(page):
    figure = page.locator("figure.latent-sliders").first
    for slider in figure.get_by_role("slider").all():
        slider.press("End")
    pixels(figure)
    values = figure.locator("output").all_text_contents()
    label = figure.get_by_role("img").get_attribute("aria-label")
    assert label == f"decoded digit at z₁ = {values[0]}, z₂ = {values[1]}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_the_twins_fit_the_page(open_page, twins, theme, width):
    htmls = [each.to_html() for each in (*twins, make_sliders(32))]
    page = open_page(*htmls, viewport={"width": width, "height": 800}, color_scheme=theme)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("input, button").all():
        box = target.bounding_box()
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    ink, paper = page.locator("figure.latent-sliders").first.evaluate(
        """figure => [getComputedStyle(figure).color,
            getComputedStyle(figure.parentElement).backgroundColor]"""
    )
    # No light card in the dark: the theme's text colour would be lost on it.
    assert paper == "rgba(0, 0, 0, 0)"
    assert ink == {"light": "rgb(34, 40, 50)", "dark": "rgb(206, 214, 221)"}[theme]


def test_print_shows_the_film_strip(page):
    page.emulate_media(media="print")
    for figure in page.locator("figure.latent-sliders").all():
        assert figure.get_by_role("img", name="Film strip").is_visible()
        assert not figure.locator("canvas").is_visible()


def test_without_javascript_the_film_strip_stands(open_page, twins):
    page = open_page(twins[0].to_html(), java_script_enabled=False)
    strip = page.get_by_role("img", name="Film strip of the decoded digit: 2 rows")
    assert strip.is_visible()
    assert strip.bounding_box()["width"] > 300


def broken_weights(html, weights):
    return re.sub(r'"data": "[^"]*"', f'"data": "{weights}"', html)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda html: broken_weights(html, "AAAA"), "its weights hold 1 numbers where"),
        (lambda html: broken_weights(html, "?"), "cannot work"),
        (lambda html: html.replace('"decoder"', '"decoder'), "cannot work"),
    ],
    ids=["truncated", "no base64", "no JSON"],
)
def test_a_broken_payload_is_told_in_words_and_keeps_the_film_strip(
    open_page, twins, damage, words
):
    page = open_page(damage(latent_html(twins[0])), latent_html(twins[1]))
    broken, whole = page.locator("figure.latent-sliders").all()
    assert words in broken.get_by_role("alert").text_content()
    assert broken.get_by_role("img", name="Film strip").is_visible()
    assert broken.get_by_role("slider").count() == 0
    assert whole.get_by_role("slider").count() == 8
