"""The twin of `LatentExplorer` in a browser: opened from disk, with the network cut off."""

import base64
import itertools
import re

import keras
import numpy as np
import pytest
from browser import grey_values, module
from PIL import Image
from playwright.sync_api import expect

import companion
from companion import __main__, networks
from companion.page import write_files
from companion.page.explorer_data import explorer_data
from companion.widgets import LatentExplorer

WIDTHS = (360, 390, 1280)
CLASSES = ("cat", "dog", "a long name of a class")
STROKE = (0.35, 0.3), (0.6, 0.32), (0.5, 0.7)
CALM = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 1000}}


def make_model(latent_dim, *, gaussian, seed):
    """An untrained model, its weights drawn so widely that codes and pictures differ well."""
    keras.utils.set_random_seed(seed)
    encoder = networks.dense_encoder(latent_dim, hidden=(32,), gaussian=gaussian)
    decoder = networks.dense_decoder(latent_dim, hidden=(32,))
    for layer in (*encoder.layers, *decoder.layers):
        if layer.weights:
            is_log_var = layer.name == "z_log_var"
            inputs, units = layer.kernel.shape
            spread = 0.05 if is_log_var else 0.2 if inputs == 784 else 0.4
            kernel = np.random.default_rng(seed).normal(scale=spread, size=(inputs, units))
            bias = np.full(units, -1.0 if is_log_var else 0.0)  # sigma about 0.6
            layer.set_weights([kernel, bias])
    return (companion.VAE if gaussian else companion.Autoencoder)(encoder, decoder)


@pytest.fixture(scope="module")
def models():
    return {
        "VAE": make_model(2, gaussian=True, seed=0),
        "autoencoder": make_model(2, gaussian=False, seed=1),
        "of five": make_model(5, gaussian=True, seed=2),
    }


@pytest.fixture(scope="module")
def explorer(models):
    return make_explorer(models)


def make_explorer(models, **arguments):
    labels = np.arange(90) % 3
    rng = np.random.default_rng(0)
    pictures = 0.7 * rng.random((3, 28, 28))[labels] + 0.3 * rng.random((90, 28, 28))
    return LatentExplorer(
        models, pictures, labels, class_names=CLASSES, label="decoded digit", **arguments
    )


@pytest.fixture(scope="module")
def html(explorer):
    return explorer.to_html()


@pytest.fixture
def page(open_page, html):
    return live(open_page(html, **CALM))


def live(page):
    page.locator("figure.latent-explorer[data-state=live]").wait_for()
    return page


def the_map(page):
    return page.get_by_role("application")


def field(page):
    return page.locator(".explorer-field canvas")


def decoded(page):
    return grey_values(page.locator(".explorer-card > canvas"))


def decoded_all_over(page):
    """Wait until the map has its tiles, which come while the page rests."""
    page.locator(".explorer-map[data-tiled]").wait_for()


def expected(model, z):
    return 255 * (1 - model.decode(np.reshape(z, (1, -1)))[0, ..., 0])


def words(page, nth):
    """Give title and numbers below the decoded picture (0) or the field (1)."""
    caption = page.locator(".explorer-card figcaption").nth(nth)
    return caption.locator("strong").text_content(), caption.locator("span").text_content()


def numbers(text):
    found = re.findall(r"-?\d+\.\d+", text.replace("\N{MINUS SIGN}", "-"))
    return np.array(found, float)


def draw(page, *places):
    """Draw a stroke through places, given as shares of the field's sides."""
    box = field(page).bounding_box()
    for i, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def finger(page, *places):
    """Put a finger down at the first of some places on the screen, and lift it at the last."""
    session = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(places):
        kind = "touchMove" if i else "touchStart"
        points = [{"x": float(x), "y": float(y)}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def ink_of(page):
    return 1 - grey_values(field(page)) / 255


def centred(ink):
    """Move ink by whole pixels until its centre of mass is in the middle, or ink at an edge."""
    middle = (np.indices(ink.shape) * ink).sum(axis=(1, 2)) / ink.sum()
    inked = np.argwhere(ink)
    shift = np.clip(np.rint(13.5 - middle), -inked.min(axis=0), 27 - inked.max(axis=0))
    return np.roll(ink, shift.astype(int), axis=(0, 1))


def full_size(explorer, *places):
    """Give what a stroke becomes before it is encoded: as large as the data, and centred."""
    path = 28 * np.array(places)
    extent, reach = explorer._data["extent"], 1.6
    scale = min(4, (extent - 2 * (reach - 0.5)) / np.ptp(path, axis=0).max())
    path = 14 + scale * (path - (path.min(axis=0) + path.max(axis=0)) / 2)
    pixels = np.stack(np.meshgrid(*2 * [np.arange(28) + 0.5]), axis=-1)
    distances = []
    for a, b in itertools.pairwise(path):
        t = np.clip((pixels - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
        distances.append(np.linalg.norm(pixels - a - t[..., None] * (b - a), axis=-1))
    return centred(np.clip(reach - np.min(distances, axis=0), 0, 1))


def place(explorer, page, z, nth=0):
    """Give where a code lies on the map of the nth model, in pixels of the screen."""
    x, y, half = explorer._data["models"][nth]["view"]
    scale = the_map(page).evaluate("map => map.clientWidth") / (2 * half)
    return scale * (z[0] - x + half), scale * (y + half - z[1])


def colours_at(canvas, places):
    """Read a canvas at places in pixels of the screen: `(n, 4)`, red, green, blue, opacity."""
    script = """(canvas, places) => {
        const pen = canvas.getContext("2d");
        return places.map(([x, y]) => Array.from(pen.getImageData(x, y, 1, 1).data));
    }"""
    return np.array(canvas.evaluate(script, np.floor(places).tolist()))


# The same numbers as Keras


def test_the_page_computes_what_keras_computes(page, models, explorer):
    script = """async ([module, { layers, dtype, data, x, n }]) => {
        const { forward, unpackBase64, unpackLayers, unpackNumbers } = await import(module);
        const unpacked = unpackLayers(layers, unpackNumbers(unpackBase64(data), dtype));
        const inputs = unpackNumbers(unpackBase64(x), "float32");
        return Array.from({ length: n }, (_, i) => Array.from(
            forward(unpacked, inputs.subarray(i * inputs.length / n, (i + 1) * inputs.length / n)),
            y => Math.round(1e5 * y) / 1e5));
    }"""

    def run(part, inputs):
        data, x = (
            base64.b64encode(each).decode()
            for each in (part["data"], inputs.astype("<f4").tobytes())
        )
        packed = {**part, "data": data, "x": x, "n": len(inputs)}
        return page.evaluate(script, [module("explorer.mjs"), packed])

    rng = np.random.default_rng(3)
    for name, model in models.items():
        parts = explorer.parts[name]
        codes = rng.normal(scale=2, size=(200, model.latent_dim))
        pixels = model.decode(codes).reshape(200, 784)
        assert pixels.std(axis=0).mean() > 0.05  # else anything would agree
        np.testing.assert_allclose(run(parts["decoder"], codes), pixels, atol=1e-3)
        pictures = rng.random((200, 28, 28, 1))
        encoded = model.encode(pictures)
        encoded = np.concatenate(encoded, axis=1) if isinstance(model, companion.VAE) else encoded
        assert encoded.std(axis=0).min() > 0.05
        given = run(parts["encoder"], pictures.reshape(200, 784))
        np.testing.assert_allclose(given, encoded, atol=1e-3)


def test_float16_weights_too(open_page, models):
    model = make_model(2, gaussian=True, seed=5)
    model.set_weights([np.float16(w) for w in model.get_weights()])
    explorer = LatentExplorer(model, np.random.default_rng(0).random((9, 28, 28)))
    assert explorer._data["models"][0]["decoder"]["dtype"] == "float16"
    page = live(open_page(explorer.to_html(), **CALM))
    np.testing.assert_allclose(decoded(page), expected(model, explorer.z), atol=0.76)


# The map


def test_it_begins_at_the_start_and_takes_the_place_of_the_still_picture(page, models, explorer):
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)
    assert words(page, 0)[0] == "What lies there"
    np.testing.assert_allclose(numbers(words(page, 0)[1]), explorer.z, atol=0.006)
    assert not page.locator(".latent-film").is_visible()


def test_arrow_keys_walk_from_edge_to_edge_and_home_goes_back(page, models, explorer):
    x, y, half = explorer._data["models"][0]["view"]
    z = np.array(explorer.z)
    ends = {"ArrowLeft": (0, x - half), "ArrowRight": (0, x + half),
            "ArrowDown": (1, y - half), "ArrowUp": (1, y + half)}  # fmt: skip
    for key, (axis, end) in ends.items():
        the_map(page).press(key)
        sign = np.sign(end - z[axis])
        z[axis] += sign * half / 50
        np.testing.assert_allclose(decoded(page), expected(models["VAE"], z), atol=0.76)
        for _ in range(20):
            the_map(page).press(f"Shift+{key}")
        z[axis] = end
        np.testing.assert_allclose(decoded(page), expected(models["VAE"], z), atol=0.76)
    the_map(page).press("Home")
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)


def test_the_keys_of_a_slider_belong_to_the_map_while_it_has_the_focus(page, models, explorer):
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    half = explorer._data["models"][0]["view"][2]
    z = np.array(explorer.z)
    for key, step in (("PageUp", 0.2 * half), ("PageDown", -0.2 * half)):
        the_map(page).press(key)
        z[1] += step
        np.testing.assert_allclose(decoded(page), expected(models["VAE"], z), atol=0.76)
    the_map(page).press("End")
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], [0, 0]), atol=0.76)
    assert page.evaluate("scrollY") == 0


def test_each_key_makes_another_picture(page):
    the_map(page).focus()
    seen = [decoded(page)]
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
        seen.append(decoded(page))
    assert all((a != b).any() for a, b in itertools.pairwise(seen))


def test_the_pointer_drags_the_point(page, models, explorer):
    box = the_map(page).bounding_box()
    x, y, half = explorer._data["models"][0]["view"]
    page.mouse.move(box["x"] + 40, box["y"] + 50)
    page.mouse.down()
    for at in (90, 200, 310):
        page.mouse.move(box["x"] + at, box["y"] + 120, steps=3)
        side = 2 * half / (box["width"] - 2)
        z = x - half + side * (at - 1), y + half - side * (120 - 1)
        np.testing.assert_allclose(decoded(page), expected(models["VAE"], z), atol=8)
        np.testing.assert_allclose(numbers(words(page, 0)[1]), z, atol=side)
    page.mouse.move(box["x"] - 300, box["y"] + 120)  # beyond the edge it stays at the edge
    np.testing.assert_allclose(numbers(words(page, 0)[1])[0], x - half, atol=0.006)
    page.mouse.up()
    before = decoded(page)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    np.testing.assert_array_equal(decoded(page), before)


def test_a_finger_taps_and_drags_the_point_and_elsewhere_scrolls_the_page(
    open_page, html, models, explorer
):
    page = live(open_page(
        html, has_touch=True, viewport={"width": 390, "height": 500}, reduced_motion="reduce"
    ))  # fmt: skip
    the_map(page).tap(position={"x": 180, "y": 60})
    x, y, half = explorer._data["models"][0]["view"]
    side = 2 * half / (the_map(page).bounding_box()["width"] - 2)
    z = x - half + side * 180, y + half - side * 60
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], z), atol=8)

    def swipe(locator, at):
        """Drag a finger upwards from a place of an element, which scrolls a page."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        before = page.evaluate("scrollY")
        finger(page, *[(box["x"] + at[0], box["y"] + at[1] - 12 * i) for i in range(9)])
        page.wait_for_timeout(100)
        return page.evaluate("scrollY") - before

    page.evaluate("document.body.style.paddingBottom = '2000px'")
    seen = decoded(page)
    assert swipe(the_map(page), (60, 150)) > 20
    np.testing.assert_array_equal(decoded(page), seen)  # the point has stayed
    ring = page.locator(".explorer-handle").bounding_box()
    at = [ring[key] - the_map(page).bounding_box()[key] + 32 + 9 for key in "xy"]
    assert swipe(the_map(page), at) == 0
    assert (decoded(page) != seen).any()
    assert swipe(field(page), (40, 80)) == 0
    assert ink_of(page).sum() > 10


@pytest.mark.parametrize(("width", "height"), [(390, 664), (360, 640), (412, 732)])
def test_on_a_phone_the_map_and_its_picture_are_seen_together_also_while_drawing(
    open_page, html, width, height
):
    page = live(open_page(
        html, has_touch=True, is_mobile=True, reduced_motion="reduce",
        viewport={"width": width, "height": height},
    ))  # fmt: skip

    def assert_all_is_seen():
        for each in (the_map(page), page.locator(".explorer-card > canvas").first, field(page)):
            box = each.bounding_box()
            assert box["width"] >= 90
            assert (
                0 <= box["y"] <= box["y"] + box["height"] <= height - 100
            )  # of it the page has 100

    page.locator(".explorer-side").evaluate("side => scrollTo(0, side.getBoundingClientRect().top)")
    assert_all_is_seen()
    box = field(page).bounding_box()
    before = decoded(page)
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in STROKE]
    finger(page, *places)
    assert words(page, 1)[0] == "Your drawing"
    assert (decoded(page) != before).any()
    assert_all_is_seen()


def test_dots_are_drawn_once_for_each_size_and_theme_and_not_as_the_point_moves(page):
    decoded_all_over(page)
    page.evaluate(
        """() => {
            window.arcs = 0;
            const arc = CanvasRenderingContext2D.prototype.arc;
            CanvasRenderingContext2D.prototype.arc = function (...a) {
                window.arcs += 1;
                return arc.apply(this, a);
            };
        }"""
    )
    for _ in range(10):
        the_map(page).press("ArrowRight")
    decoded(page)
    assert 0 < page.evaluate("window.arcs") <= 20  # a ring for each frame, and 180 discs at once
    base = the_map(page).locator("canvas").first
    light = base.evaluate("c => c.toDataURL()")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("window.arcs > 90")
    assert base.evaluate("c => c.toDataURL()") != light


@pytest.mark.parametrize("width", WIDTHS)
def test_each_class_has_its_name_on_the_map_above_all_dots(open_page, html, width):
    page = live(open_page(html, **CALM | {"viewport": {"width": width, "height": 900}}))
    decoded_all_over(page)
    page.evaluate(
        """() => {
            window.written = [];
            const fillText = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (words, x, y) {
                const { width } = this.measureText(words);
                const top = this.canvas === this.canvas.parentElement.children[1];
                window.written.push({ words, x, y, width, top });
                return fillText.call(this, words, x, y);
            };
        }"""
    )
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("window.written.length")
    names = [each for each in page.evaluate("written") if each["words"] in CLASSES]
    assert sorted(each["words"] for each in names) == sorted(CLASSES)
    size = the_map(page).evaluate("map => map.clientWidth")
    for name in names:
        assert name["top"]  # over the tiles and the dots, under the ring
        assert name["width"] / 2 <= name["x"] <= size - name["width"] / 2
        assert 8 <= name["y"] <= size - 8
    for a, b in itertools.combinations(names, 2):
        apart = abs(a["x"] - b["x"]) >= (a["width"] + b["width"]) / 2
        assert apart or abs(a["y"] - b["y"]) >= 14


def test_each_dot_has_the_colour_of_its_class(page, explorer):
    colours = page.locator(".explorer-dot").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor.match(/\\d+/g).map(Number))"
    )
    assert len({tuple(colour) for colour in colours}) == 3
    places = [place(explorer, page, z) for z in explorer.codes["VAE"]]
    seen = colours_at(the_map(page).locator("canvas").first, places)[:, None, :3]
    distances = np.abs(seen - np.array(colours)).sum(axis=2)
    nearest = distances.argmin(axis=1)
    right = (nearest == explorer.labels) & (distances.min(axis=1) < 60)
    assert right.mean() > 0.75  # some lie under a name or under another dot


# The field


def test_a_drawing_is_encoded_and_decoded_as_keras_does_it(page, models, explorer):
    assert words(page, 1) == ("Draw here", "Anywhere, at any size.")
    draw(page, *STROKE)
    ink = ink_of(page)
    assert 15 < ink.sum() < 90
    assert ink.max() > 0.99
    assert ((ink > 0.05) & (ink < 0.95)).sum() > 10  # the brush is soft
    posterior = models["VAE"].encode(full_size(explorer, *STROKE)[None, ..., None])
    title, code = words(page, 1)
    assert title == "Your drawing"
    assert re.fullmatch(r"at \(.+\)\n\N{PLUS-MINUS SIGN} \(.+\)", code)
    shown = numbers(code)
    np.testing.assert_allclose(shown[:2], posterior.z_mean[0], atol=0.03)
    np.testing.assert_allclose(shown[2:], posterior.sigma[0], atol=0.03)
    assert words(page, 0)[0] == "Reconstruction"
    reconstruction = expected(models["VAE"], posterior.z_mean)
    np.testing.assert_allclose(decoded(page), reconstruction, atol=4)
    assert np.abs(reconstruction - expected(models["VAE"], explorer.z)).max() > 20


def test_the_ellipse_lies_two_sigma_around_the_mean(page, models, explorer):
    draw(page, *STROKE)
    posterior = models["VAE"].encode(full_size(explorer, *STROKE)[None, ..., None])
    mean, sigma = posterior.z_mean[0], posterior.sigma[0]
    angles = np.pi / 4 + np.arange(4) * np.pi / 2  # between the hairlines
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def opacity(share):
        places = [place(explorer, page, mean + share * 2 * sigma * each) for each in directions]
        return colours_at(the_map(page).locator("canvas").nth(2), places)[:, 3]

    assert (opacity(1) == 255).all()
    assert (np.abs(opacity(0.75) - 80) < 40).all()  # filled, and see-through
    assert (opacity(1.25) == 0).all()


def test_a_plain_code_is_a_point_without_an_ellipse(page, models, explorer):
    page.get_by_role("radio", name="autoencoder").check()
    draw(page, *STROKE)
    code = models["autoencoder"].encode(full_size(explorer, *STROKE)[None, ..., None])[0]
    text = words(page, 1)[1]
    assert text.startswith("at (")
    np.testing.assert_allclose(numbers(text), code, atol=0.03)
    angles = np.linspace(0.2, 1.2, 9)  # between the hairlines
    x, y = place(explorer, page, code, nth=1)
    for pixels, painted in ((1, True), (7, False), (25, False), (60, False)):  # the ring is at 11
        places = np.stack([x + pixels * np.cos(angles), y + pixels * np.sin(angles)], axis=1)
        opacity = colours_at(the_map(page).locator("canvas").nth(2), places)[:, 3]
        assert ((opacity > 40) == painted).all()  # and not the soft edge of a line


def test_where_a_drawing_stands_on_the_field_does_not_matter(page):
    draw(page, (0.2, 0.2), (0.35, 0.4))
    first, picture = numbers(words(page, 1)[1]), decoded(page)
    page.get_by_role("button", name="Start anew").click()
    draw(page, (0.2 + 10 / 28, 0.2 + 7 / 28), (0.35 + 10 / 28, 0.4 + 7 / 28))
    np.testing.assert_allclose(numbers(words(page, 1)[1]), first, atol=0.011)
    np.testing.assert_allclose(decoded(page), picture, atol=2)


@pytest.mark.parametrize("scale", [0.65, 1.3])
def test_how_large_a_drawing_is_does_not_matter(page, models, explorer, scale):
    places = 0.5 + scale * (np.array(STROKE) - 0.5)
    draw(page, *places)
    code = models["VAE"].encode(full_size(explorer, *STROKE)[None, ..., None]).z_mean[0]
    np.testing.assert_allclose(numbers(words(page, 1)[1])[:2], code, atol=0.04)
    assert (
        np.linalg.norm(
            models["VAE"].encode(centred(ink_of(page))[None, ..., None]).z_mean[0] - code
        )
        > 0.1
    )  # of pixels that are only centred the code would be another one


def test_moving_on_leaves_the_reconstruction_and_a_button_goes_back_to_it(page):
    draw(page, *STROKE)
    reconstruction = decoded(page)
    the_map(page).press("Shift+ArrowLeft")
    assert words(page, 0)[0] == "What lies there"
    assert (decoded(page) != reconstruction).any()
    assert words(page, 1)[0] == "Your drawing"
    page.get_by_role("button", name="Back").click()
    np.testing.assert_array_equal(decoded(page), reconstruction)
    assert words(page, 0)[0] == "Reconstruction"


def test_one_press_starts_anew(page, models, explorer):
    draw(page, (0.35, 0.3), (0.6, 0.7))
    page.get_by_role("button", name="Start anew").click()
    assert ink_of(page).sum() == 0
    assert words(page, 1)[0] == "Draw here"
    assert words(page, 0)[0] == "What lies there"
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)
    assert not page.get_by_role("button", name="Back").is_visible()
    draw(page, (0.5, 0.5))
    assert 2 < ink_of(page).sum() < 9  # nothing of the old drawing


@pytest.mark.parametrize("name", CLASSES)
def test_a_decoded_picture_of_a_class_is_put_on_the_field(page, models, explorer, name):
    mine = explorer.codes["VAE"][explorer.labels == CLASSES.index(name)]
    pictures = 255 * (1 - models["VAE"].decode(mine)[..., 0])
    seen = []
    for _ in range(3):
        page.get_by_role("button", name=name, exact=True).click()
        assert words(page, 1)[0] == f"A decoded {name}"
        shown = grey_values(field(page))
        differences = np.abs(pictures - shown).max(axis=(1, 2))
        assert differences.min() < 0.76
        seen.append(differences.argmin())
        z_mean = models["VAE"].encode(pictures[[seen[-1]], ..., None] / -255 + 1).z_mean
        np.testing.assert_allclose(decoded(page), expected(models["VAE"], z_mean), atol=1)
    assert len(set(seen)) == 3


def test_the_eye_can_follow_the_point_to_a_picked_picture(open_page, html):
    page = live(open_page(html, viewport={"width": 1280, "height": 1000}))
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # the way takes a third of a second, of a clock that waits for us
    page.get_by_role("button", name="dog").click()
    begin = numbers(words(page, 0)[1])
    page.clock.run_for(100)
    on_the_way, title = numbers(words(page, 0)[1]), words(page, 0)[0]
    page.clock.run_for(900)
    end = numbers(words(page, 1)[1])[:2]
    assert [title, words(page, 0)[0]] == ["What lies there", "Reconstruction"]
    np.testing.assert_allclose(numbers(words(page, 0)[1]), end, atol=1e-6)
    shares = (on_the_way - begin) / (end - begin)
    np.testing.assert_allclose(shares, shares[0], atol=0.02)  # a straight line
    assert 0.05 < shares[0] < 0.5


def test_a_given_picture_lies_on_the_field_at_first(open_page, models):
    ink = np.float32(np.random.default_rng(7).random((28, 28)) > 0.8)
    page = live(open_page(make_explorer(models, picture=ink).to_html(), **CALM))
    np.testing.assert_array_equal(ink_of(page), ink)
    assert [words(page, nth)[0] for nth in (0, 1)] == ["Reconstruction", "A given picture"]
    z_mean = models["VAE"].encode(ink[None, ..., None]).z_mean
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], z_mean), atol=1)


# The models


def test_another_model_shows_the_same_picture_on_its_own_map(page, models, explorer):
    draw(page, *STROKE)
    ink, dots = ink_of(page), the_map(page).locator("canvas").first
    before = dots.evaluate("c => c.toDataURL()")
    page.get_by_role("radio", name="autoencoder").check()
    page.wait_for_function(
        "document.querySelectorAll('figcaption span')[1].textContent.match(/^at[^±]*$/)"
    )
    np.testing.assert_array_equal(ink_of(page), ink)
    code = models["autoencoder"].encode(full_size(explorer, *STROKE)[None, ..., None])
    np.testing.assert_allclose(decoded(page), expected(models["autoencoder"], code), atol=4)
    assert dots.evaluate("c => c.toDataURL()") != before
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("radio", name="VAE").check()
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)


def test_more_than_two_numbers_have_sliders(page, models, explorer):
    page.get_by_role("radio", name="of five").check()
    sliders = page.get_by_role("slider")
    sliders.first.wait_for()
    assert sliders.count() == 5
    assert the_map(page).count() == 0
    z = np.array(explorer.starts["of five"])
    np.testing.assert_allclose(decoded(page), expected(models["of five"], z), atol=0.76)
    payload = explorer._data["models"][2]
    for i in range(5):
        for key, end in (("Home", "low"), ("End", "high")):
            sliders.nth(i).press(key)
            z[i] = payload[end][i]
            np.testing.assert_allclose(decoded(page), expected(models["of five"], z), atol=0.76)
    draw(page, *STROKE)
    posterior = models["of five"].encode(full_size(explorer, *STROKE)[None, ..., None])
    shown = [numbers(text)[0] for text in page.locator(".latent-row output").all_text_contents()]
    np.testing.assert_allclose(shown, posterior.z_mean[0], atol=0.03)
    np.testing.assert_allclose(decoded(page), expected(models["of five"], posterior.z_mean), atol=4)
    ends = numbers(words(page, 1)[1])
    np.testing.assert_allclose(ends, [posterior.sigma.min(), posterior.sigma.max()], atol=0.03)


# Words: what a map shows, and what became of a drawing


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (2.5, "86 inside the outer one."),
        (5, "86 inside the outer one."),
        (45, "the prior, is the dot at (0, 0): this map is 18 times as wide"),
    ],
)
def test_the_caption_of_a_map_says_what_has_become_of_the_prior(page, half, said):
    script = """async ([module, half]) =>
        (await import(module)).mapCaption([0, 0, half], [0, 0, 2.5])"""
    assert said in page.evaluate(script, [module("explorer.mjs"), half])


@pytest.mark.parametrize(
    ("nines", "error", "said"),
    [
        (20, 0, "Nearest: 9s. If you drew something else, be it a scribble, two numbers cannot "
                "tell it from a 9."),
        (9, 0, "Nearest: 9s, then 4s. Two numbers cannot tell your drawing of a 9 from a 4 here."),
        (6, 0, "Nearest: 4s, then 9s. Two numbers cannot tell your drawing of a 4 from a 9 here."),
        (20, 0.5, "Nearest: 9s, and yet your drawing is like none of them. The network answers a "
                  "scribble as surely as a picture, because it has learnt nothing else."),
    ],
)  # fmt: skip
def test_a_drawing_is_told_what_it_was_taken_for(page, nines, error, said):
    """Of the 15 nearest dots so many are nines, and the others fours."""
    script = """async ([module, nines, error]) => {
        const { verdict } = await import(module);
        const codes = Array.from({ length: 40 }, (_, i) => i / 40).flatMap(x => [x, 0]);
        const labels = Array.from({ length: 40 }, (_, i) => (i < nines ? 1 : 0));
        const picture = Array(4).fill(0.5), pixels = picture.map(x => x + error);
        return verdict({ mean: [0, 0] }, picture, pixels, { codes }, labels, ["4", "9"]);
    }"""
    assert page.evaluate(script, [module("explorer.mjs"), nines, error]) == said


def test_the_words_stand_under_a_drawing_and_go_with_it(page):
    verdict = page.locator(".explorer-verdict")
    assert verdict.text_content() == ""
    draw(page, *STROKE)
    assert verdict.text_content().startswith("Nearest: ")
    page.get_by_role("button", name="Start anew").click()
    expect(verdict).to_have_text("")


@pytest.mark.parametrize(
    ("middle", "half", "marks"),
    [
        (0, 2.5, [-2, -1, 0, 1, 2]),
        (0, 45, [-40, -20, 0, 20, 40]),
        (0.4, 0.5, [0, 0.2, 0.4, 0.6, 0.8]),
    ],
)
def test_an_axis_has_round_numbers(page, middle, half, marks):
    script = "async ([module, ...given]) => (await import(module)).ticks(...given)"
    assert page.evaluate(script, [module("explorer.mjs"), middle, half]) == marks


# Walks, comparison, and what can be sent to a friend


def names_are_written(page):
    script = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(x => x)"
    return the_map(page).locator("canvas").nth(1).evaluate(script)


def test_the_eye_is_led_from_one_scale_to_the_next_or_it_comes_at_once(open_page, html):
    page = live(open_page(html, viewport={"width": 1280, "height": 1000}))
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.get_by_role("radio", name="autoencoder").check()
    page.clock.run_for(600)
    on_the_way = the_map(page).locator("canvas").first.evaluate("c => c.toDataURL()")
    assert not names_are_written(page)
    page.clock.run_for(1500)
    assert names_are_written(page)
    assert the_map(page).locator("canvas").first.evaluate("c => c.toDataURL()") != on_the_way
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("radio", name="VAE").check()
    page.clock.run_for(40)
    assert names_are_written(page)


def test_one_drawing_goes_through_all_models_side_by_side(page, models, explorer):
    compare = page.get_by_role("button", name="Compare all networks")
    assert not compare.is_visible()  # there is nothing to compare yet
    draw(page, *STROKE)
    compare.click()
    others = page.locator(".explorer-other canvas")
    expect(others).to_have_count(3)
    ink = full_size(explorer, *STROKE)[None, ..., None]
    for canvas, model in zip(others.all(), models.values(), strict=True):
        code = model.encode(ink)
        code = code.z_mean if isinstance(model, companion.VAE) else code
        np.testing.assert_allclose(grey_values(canvas), expected(model, code), atol=8)
    compare.click()
    assert not others.first.is_visible()


def test_a_walk_from_a_drawing_to_a_class_becomes_a_picture_to_keep(page, models, explorer):
    draw(page, *STROKE)
    assert page.get_by_text("Walk from your drawing to another:").is_visible()
    assert not page.get_by_role("button", name="Save this picture").is_visible()
    page.get_by_role("button", name="dog", exact=True).click()
    assert words(page, 1)[0] == "Your drawing"  # which stays where it was
    mine = explorer.codes["VAE"][explorer.labels == CLASSES.index("dog")]
    z = numbers(words(page, 0)[1])
    assert np.abs(mine - z).max(axis=1).min() < 0.01
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save this picture").click()
    assert waiting.value.suggested_filename == "my-drawing-on-its-way-to-dog.png"
    picture = np.asarray(Image.open(waiting.value.path()).convert("L"))
    strip = picture[20 : 20 + 140, 20 : 20 + 9 * 140].reshape(28, 5, 9, 28, 5)[:, 2, :, :, 2]
    np.testing.assert_allclose(strip[:, 0], 255 * (1 - full_size(explorer, *STROKE)), atol=4)
    np.testing.assert_allclose(strip[:, -1], decoded(page), atol=3)
    page.get_by_role("button", name="Start anew").click()
    assert not page.get_by_role("button", name="Save this picture").is_visible()


@pytest.fixture
def walking(open_page, html):
    """Open the explorer as what its page is about."""
    return lambda **options: live(open_page(f"<div data-walk>{html}</div>", **options))


WIDE = {"viewport": {"width": 1280, "height": 1000}}


def moves(page):
    before = decoded(page)
    page.wait_for_timeout(700)
    return bool((decoded(page) != before).any())


def test_it_walks_by_itself_until_a_hand_comes_and_can_be_paused(walking):
    page = walking(**WIDE)
    page.wait_for_timeout(300)
    assert moves(page)
    page.get_by_role("button", name="Pause").click()
    assert not moves(page)
    page.get_by_role("button", name="Walk", exact=True).click()
    page.wait_for_timeout(300)
    assert moves(page)
    the_map(page).press("ArrowLeft")
    assert not moves(page)
    assert page.get_by_role("button", name="Walk", exact=True).is_visible()


def test_it_does_not_walk_where_motion_is_unwelcome_or_nobody_sees_it(walking):
    page = walking(**CALM)
    assert not moves(page)
    page = walking(**WIDE)
    page.evaluate("() => { document.body.style.paddingBottom = '4000px'; scrollTo(0, 3000); }")
    page.wait_for_timeout(200)
    assert not moves(page)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    assert moves(page)


def test_an_explorer_within_a_text_does_not_walk(open_page, html):
    page = live(open_page(html, **WIDE))
    assert not moves(page)
    assert not page.get_by_role("button", name="Walk", exact=True).is_visible()


def test_the_place_stands_in_the_address_and_an_address_leads_to_its_place(
    walking, models, explorer
):
    page = walking(**CALM)
    assert page.evaluate("location.hash") == ""  # until a hand has moved
    before = page.evaluate("history.length")
    the_map(page).press("Shift+ArrowLeft")
    page.wait_for_function("location.hash")
    given = numbers(page.evaluate("location.hash"))
    np.testing.assert_allclose(given, numbers(words(page, 0)[1]), atol=0.006)
    assert page.evaluate("history.length") == before
    page.evaluate("location.hash = '#z=0.50,-1.25'")
    page.wait_for_function("document.querySelector('figcaption span').textContent.includes('0.50')")
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], [0.5, -1.25]), atol=0.76)
    page.evaluate("location.hash = '#z=0.25,1.00&network=2'")
    expect(page.get_by_role("radio", name="autoencoder")).to_be_checked()
    page.reload()
    live(page)
    np.testing.assert_allclose(
        decoded(page), expected(models["autoencoder"], [0.25, 1.0]), atol=0.76
    )


@pytest.mark.parametrize(
    "address", ["#a-heading", "#z=", "#z=1", "#z=1,2,3", "#z=a,b", "#z=1,2&network=9", "#z=.,1"]
)
def test_an_address_that_names_no_place_is_left_alone(walking, explorer, address):
    page = walking(**CALM)
    page.evaluate("address => history.replaceState(null, '', address)", address)
    page.reload()
    live(page)
    np.testing.assert_allclose(numbers(words(page, 0)[1]), explorer.z, atol=0.006)
    if address == "#a-heading":
        the_map(page).press("ArrowLeft")
        page.wait_for_timeout(600)
        assert page.evaluate("location.hash") == address


# For everyone


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_the_page(open_page, html, theme, width):
    page = open_page(html, viewport={"width": width, "height": 800}, color_scheme=theme)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    live(page)
    for model in ("VAE", "of five"):
        page.get_by_role("radio", name=model).check()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for target in page.locator(".explorer-live :is(input, button, canvas)").all():
            if not target.is_visible():
                continue
            box = target.bounding_box()
            assert box["height"] >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    page.get_by_role("radio", name="VAE").check()
    space, picture = (
        the_map(page).bounding_box(),
        page.locator(".explorer-card").first.bounding_box(),
    )
    if width < 500:
        assert picture["y"] + picture["height"] <= space["y"]
    else:
        assert picture["x"] > space["x"] + space["width"]
    assert abs(space["width"] - space["height"]) < 1
    ink, paper = page.locator("figure.latent-explorer").evaluate(
        """figure => [getComputedStyle(figure).color,
            getComputedStyle(figure.parentElement).backgroundColor]"""
    )
    assert paper == "rgba(0, 0, 0, 0)"
    assert ink == {"light": "rgb(34, 40, 50)", "dark": "rgb(206, 214, 221)"}[theme]


def test_everything_has_a_name_and_what_rests_is_said_once(page, explorer):
    for canvas in page.locator("canvas:not([aria-hidden])").all():
        assert canvas.get_attribute("aria-label") or not canvas.is_visible()
    assert "Arrow keys move the point" in the_map(page).get_attribute("aria-label")
    assert page.get_by_role("group", name="Model").get_by_role("radio").count() == 3
    said = page.locator("[aria-live=polite]")
    assert said.count() == 1
    the_map(page).press("ArrowRight")
    assert said.text_content() == ""  # not at every frame
    page.wait_for_function("document.querySelector('[aria-live]').textContent")
    values = numbers(said.text_content())
    np.testing.assert_allclose(values[:2], numbers(words(page, 0)[1]))
    z = np.add(explorer.z, (explorer._data["models"][0]["view"][2] / 50, 0))
    far = np.linalg.norm(explorer.codes["VAE"] - z, axis=1)
    nearest = CLASSES[explorer.labels[far.argmin()]]
    assert said.text_content().endswith(f"{far.min():.2f} from an encoded {nearest}")


def test_the_focus_can_be_seen(page):
    page.keyboard.press("Tab")
    outline = "e => [e.matches(':focus-visible'), getComputedStyle(e).outlineStyle]"
    assert the_map(page).evaluate(outline) == [True, "solid"]


def test_print_shows_the_still_picture(page):
    page.emulate_media(media="print")
    assert page.get_by_role("img", name="Grid of what VAE decodes").is_visible()
    assert not page.locator("canvas").first.is_visible()


def test_without_javascript_the_still_picture_stands(open_page, html):
    page = open_page(html, java_script_enabled=False)
    still = page.get_by_role("img", name="Grid of what VAE decodes all over its map")
    assert still.is_visible()
    assert still.bounding_box()["width"] > 200


# What goes wrong


def broken(html, part, data):
    found, count = re.subn(rf'(data-part="{part}">)[^<]*', rf"\g<1>{data}", html)
    assert count == 1
    return found


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda html: broken(html, "0-decoder", "AAAAAAAA"), "its weights hold 1 numbers where"),
        (lambda html: broken(html, "0-decoder", "?"), "cannot work"),
        (lambda html: html.replace('{"label"', '"label"'), "cannot work"),
    ],
    ids=["truncated", "no base64", "no JSON"],
)
def test_broken_data_is_told_in_words_and_keeps_the_still_picture(open_page, html, damage, message):
    page = open_page(damage(html))
    page.locator("figure.latent-explorer[data-state=failed]").wait_for()
    assert message in page.get_by_role("alert").text_content()
    assert page.get_by_role("img", name="Grid of what").is_visible()
    assert page.locator("canvas").count() == 0


def test_a_broken_encoder_is_told_in_words_and_the_map_still_works(open_page, html):
    page = live(open_page(broken(html, "0-encoder", "AAAAAAAA"), **CALM))
    draw(page, (0.35, 0.3), (0.6, 0.7))
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.text_content().startswith("Pictures cannot be encoded here: its weights hold 1")
    before = decoded(page)
    the_map(page).press("Shift+ArrowLeft")
    assert (decoded(page) != before).any()


def test_a_broken_model_is_told_in_words_and_the_old_one_stays(open_page, html):
    page = live(open_page(broken(html, "1-decoder", "AAAAAAAA"), **CALM))
    before = decoded(page)
    page.get_by_role("radio", name="autoencoder").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.text_content().startswith("autoencoder cannot be shown: its weights")
    assert page.get_by_role("radio", name="VAE").is_checked()
    np.testing.assert_array_equal(decoded(page), before)
    page.get_by_role("radio", name="of five").check()
    page.get_by_role("slider").first.wait_for()
    assert not alert.is_visible()


# Files beside the page


@pytest.fixture
def open_with_files(open_page, models, tmp_path):
    """Open the twin that loads files, after `change` has done something to their folder."""

    def open_with_files(change=lambda folder: None):
        explorer = make_explorer(models, files="weights")
        write_files(tmp_path / "weights", explorer.models)
        change(tmp_path / "weights")
        return open_page(explorer.to_html(), **CALM)

    return open_with_files


def test_files_are_loaded_when_they_are_needed(open_with_files, models, explorer):
    page = live(open_with_files())
    digests = {
        payload[part]["digest"]: f"{part} {i}"
        for i, payload in enumerate(explorer._data["models"])
        for part in ("encoder", "decoder")
    }

    def loaded():
        keys = page.evaluate("() => [...latentExplorerParts.keys()]")
        return sorted(digests[key] for key in keys)

    assert loaded() == ["decoder 0"]
    draw(page, *STROKE)
    page.wait_for_function("document.querySelector('figcaption strong').textContent[0] == 'R'")
    assert loaded() == ["decoder 0", "encoder 0"]
    page.get_by_role("radio", name="autoencoder").check()
    page.wait_for_function(
        "document.querySelectorAll('figcaption span')[1].textContent.match(/^at[^±]*$/)"
    )
    code = models["autoencoder"].encode(full_size(explorer, *STROKE)[None, ..., None])
    np.testing.assert_allclose(decoded(page), expected(models["autoencoder"], code), atol=4)
    assert loaded() == ["decoder 0", "decoder 1", "encoder 0", "encoder 1"]


def test_the_first_view_of_the_books_nets_weighs_less_than_a_megabyte(tmp_path):
    keras.utils.set_random_seed(0)
    nets = networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2)
    model = companion.VAE(*nets)
    model.set_weights([np.float16(w) for w in model.get_weights()])
    codes = np.random.default_rng(0).normal(size=(1000, 2))
    explorer = LatentExplorer({"VAE": model}, codes={"VAE": codes}, files="weights")
    (decoder,) = (path for path in write_files(tmp_path, explorer.models) if "decoder" in path.name)
    assert len(explorer.to_html().encode()) + decoder.stat().st_size < 1e6


def remove(folder):
    (folder / "vae-decoder.mjs").unlink()


def truncate(folder):
    path = folder / "vae-decoder.mjs"
    path.write_text(path.read_text(encoding="utf-8")[:1000], encoding="utf-8")


def exchange(folder):
    (folder / "autoencoder-decoder.mjs").replace(folder / "vae-decoder.mjs")


@pytest.mark.parametrize(
    ("damage", "message", "complaint"),
    [
        (remove, "vae-decoder.mjs cannot be loaded", "ERR_FILE_NOT_FOUND"),
        (truncate, "vae-decoder.mjs is damaged", "Invalid or unexpected token"),
        (exchange, "vae-decoder.mjs holds other weights", None),
    ],
)
def test_a_wrong_file_is_told_in_words(open_with_files, problems, damage, message, complaint):
    page = open_with_files(damage)
    page.locator("figure.latent-explorer[data-state=failed]").wait_for()
    assert message in page.get_by_role("alert").text_content()
    assert page.get_by_role("img", name="Grid of what").is_visible()
    if complaint:  # the browser's own
        assert [complaint in problem for problem in problems] == [True]
        problems.clear()


# Weights from a kernel: what is said to it, and what it answers, by a model that is none

VIEWS = """async ([module, data, views, shown, first]) => {
    const { default: { render } } = await import(module);
    const bytes = text =>
        new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
    for (const { codes } of data.models) codes.data = bytes(codes.data);
    const state = { _data: data, model: data.models[shown].name, z: data.models[shown].start };
    state._first = Object.fromEntries(first.map(([digest, text]) => [digest, bytes(text)]));
    const listeners = new Set();
    window.asked = [];
    window.answer = (digest, ...buffers) =>
        listeners.forEach(hear => hear({ weights: digest }, buffers.map(bytes)));
    window.send = digest => window.asked.push(digest);
    const model = {
        get: name => state[name],
        set() {},
        save_changes() {},
        send: ({ want }) => window.send(want),
        on: (name, hear) => name === "msg:custom" && listeners.add(hear),
        off: (name, hear) => listeners.delete(hear),
    };
    window.stops = [];
    for (let i = 0; i < views; i++) {
        const el = document.body.appendChild(document.createElement("div"));
        render({ model, el }).then(stop => window.stops.push(stop));
    }
    window.listening = () => listeners.size;
}"""


class Kernel:
    """Views of an explorer in a page, and answers in the place of its kernel."""

    def __init__(self, page, explorer, views, shown, near):
        self.page, self.parts = page, explorer.parts
        data = explorer_data(explorer)
        for model in data["models"]:
            model["codes"]["data"] = base64.b64encode(model["codes"]["data"]).decode()
        first = [(d, base64.b64encode(data).decode()) for d, data in explorer._first.items()]
        page.evaluate(VIEWS, [module("explorer.mjs"), data, views, shown, first if near else []])

    def asked(self):
        """Give what was asked for and not answered, as (model, part)."""
        names = {
            packed["digest"]: (name, part)
            for name, parts in self.parts.items()
            for part, packed in parts.items()
        }
        return [names[digest] for digest in self.page.evaluate("asked.splice(0)")]

    def answer(self, name, part, data=None):
        packed = self.parts[name][part]
        data = base64.b64encode(packed["data"] if data is None else data).decode()
        self.page.evaluate("message => answer(...message)", [packed["digest"], data])


@pytest.fixture
def kernel(open_page, explorer):
    style = f"<style>{explorer._css}</style>"
    return lambda views=1, shown=0, near=False: Kernel(
        open_page(style, **CALM), explorer, views, shown, near
    )


def test_a_kernel_that_is_busy_need_not_answer_for_the_first_view(kernel, models, explorer):
    kernel = kernel(near=True)
    page = kernel.page
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)
    assert kernel.asked() == []
    page.get_by_role("radio", name="autoencoder").click()
    assert kernel.asked() == [("autoencoder", "decoder")]


def test_each_part_is_asked_for_once_and_when_it_is_needed(kernel, models, explorer):
    kernel = kernel()
    page = kernel.page
    assert kernel.asked() == [("VAE", "decoder")]
    kernel.answer("VAE", "decoder")
    np.testing.assert_allclose(decoded(page), expected(models["VAE"], explorer.z), atol=0.76)
    assert kernel.asked() == []
    draw(page, *STROKE)
    assert kernel.asked() == [("VAE", "encoder")]
    kernel.answer("VAE", "encoder")
    page.get_by_text("Reconstruction").wait_for()
    page.get_by_role("radio", name="autoencoder").click()
    assert kernel.asked() == [("autoencoder", "decoder"), ("autoencoder", "encoder")]
    kernel.answer("autoencoder", "encoder")  # in any order
    kernel.answer("autoencoder", "decoder")
    page.wait_for_function(
        "document.querySelectorAll('figcaption span')[1].textContent.match(/^at[^±]*$/)"
    )
    page.get_by_role("radio", name="VAE").click()
    page.get_by_text("\N{PLUS-MINUS SIGN} (").wait_for()
    assert kernel.asked() == []


def test_a_view_that_comes_later_asks_for_the_model_that_is_shown(kernel, models, explorer):
    kernel = kernel(shown=1)
    kernel.answer("autoencoder", "decoder")
    z = explorer.starts["autoencoder"]
    np.testing.assert_allclose(decoded(kernel.page), expected(models["autoencoder"], z), atol=0.76)
    assert kernel.asked() == [("autoencoder", "decoder")]


def test_an_answer_serves_all_views_and_a_view_that_is_gone_listens_no_more(kernel):
    kernel = kernel(views=2)
    assert kernel.asked() == 2 * [("VAE", "decoder")]
    kernel.answer("VAE", "decoder")
    kernel.page.wait_for_function("stops.length === 2")
    assert kernel.page.get_by_role("application").count() == 2
    assert kernel.page.evaluate("listening()") == 2
    kernel.page.evaluate("stops[0]()")
    assert kernel.page.evaluate("listening()") == 1


def test_a_silent_kernel_is_said_to_be_silent_until_it_answers(kernel):
    kernel = kernel()
    words = kernel.page.get_by_role("status")
    assert not words.is_visible()
    words.wait_for(timeout=6000)
    assert words.text_content().startswith("Waiting for the kernel, which is busy or gone.")
    kernel.answer("VAE", "decoder")
    kernel.page.get_by_role("application").wait_for()
    assert not words.is_visible()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("answer(asked[0], 'AAAAAAAA')", "its weights hold 1 numbers where 25968 are needed"),
        ("answer(asked[0])", "the kernel has other weights, so run its cell again"),
    ],
    ids=["truncated", "none"],
)
def test_weights_that_are_wrong_are_told_in_words(kernel, answer, message):
    kernel = kernel()
    kernel.page.evaluate(answer)
    alert = kernel.page.get_by_role("alert")
    alert.wait_for()
    text = f"This explorer cannot work: {message}\\."
    assert re.fullmatch(text, alert.text_content())
    assert kernel.page.evaluate("listening()") == 0


def test_a_kernel_that_is_gone_is_told_in_words_and_what_is_there_still_works(kernel):
    kernel = kernel()
    page = kernel.page
    kernel.answer("VAE", "decoder")
    the_map(page).wait_for()
    page.evaluate("() => { window.send = () => { throw new Error('disposed'); }; }")
    draw(page, (0.35, 0.3), (0.6, 0.7))
    alert = page.locator(".explorer-live").get_by_role("alert")
    alert.wait_for()
    assert alert.text_content().startswith(
        "Pictures cannot be encoded here: the kernel that it came from is gone"
    )
    before = decoded(page)
    the_map(page).press("Shift+ArrowLeft")
    assert (decoded(page) != before).any()


def test_an_exported_page_decodes_from_disk(tmp_path, browser, problems):
    assert __main__.main(["export", "mnist-vae-2d", "--output", str(tmp_path)]) == 0
    (tmp_path / "alone").mkdir()
    file = (tmp_path / "mnist-vae-2d.html").rename(tmp_path / "alone" / "page.html")
    context = browser.new_context(reduced_motion="reduce")
    context.set_offline(True)
    page = context.new_page()
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(file.as_uri())
    page.locator("figure[data-state=live]").wait_for()
    page.get_by_role("application").press("Shift+ArrowUp")
    z = re.findall(r"-?\d\.\d+", page.locator(".explorer-card span").first.text_content())
    page.get_by_role("button", name="7").click()
    page.get_by_text("Reconstruction").wait_for()
    assert len(z) == 2
    assert page.title() == "mnist-vae-2d"
    context.close()
