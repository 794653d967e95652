"""The twin of `FrameSlider` in a browser: opened from disk, with the network cut off."""

import re

import numpy as np
import pytest

from companion.widgets import FrameSlider, LatentSliders

N, H, W = 21, 32, 128
COLUMNS = ("clean", "given", "network", "median")
FIGURE = "figure.frame-slider[data-state]:not([data-state=loading])"


def make_slider(seed=0, **arguments):
    frames = np.random.default_rng(seed).integers(0, 256, (N, H, W)) / 255  # each grey is exact
    settings = {
        "name": "noise level",
        "columns": COLUMNS,
        "captions": [
            f"At {i}: the network gains {i / 2:.1f} dB, the median less." for i in range(N)
        ],
        "label": "digit under noise",
    }
    return FrameSlider(frames, np.linspace(0, 1, N), **(settings | arguments))


@pytest.fixture(scope="module")
def slider():
    return make_slider()


@pytest.fixture
def open_page(open_page):
    """Return a function that opens HTML outputs in a page, and waits until their scripts ran."""

    def open_and_wait(*htmls, **options):
        page = open_page(*htmls, **options)
        if options.get("java_script_enabled", True):
            page.locator(FIGURE).nth(len(htmls) - 1).wait_for()
        return page

    return open_and_wait


@pytest.fixture
def page(open_page, slider):
    return open_page(slider.to_html())


def pixels(page, nth=0):
    """Read the grey values of a figure's canvas."""
    script = f"c => Array.from(c.getContext('2d').getImageData(0, 0, {W}, {H}).data)"
    canvas = page.locator("figure.frame-slider").nth(nth).locator("canvas")
    return np.array(canvas.evaluate(script)).reshape(H, W, 4)[..., 0]


def grey(frame):
    return np.rint(255 * (1 - frame))


def test_the_keyboard_moves_it_through_every_frame(page, slider):
    moved = page.get_by_role("slider", name="noise level")
    moved.press("Home")
    for i in range(N):
        np.testing.assert_array_equal(pixels(page), grey(slider.frames[i]))
        assert moved.get_attribute("aria-valuetext") == slider.texts[i]
        assert page.locator(".frame-row output").text_content() == slider.texts[i]
        assert page.locator(".frame-caption").text_content() == slider.captions[i]
        moved.press("ArrowRight")
    assert moved.input_value() == str(N - 1)


def test_it_begins_where_the_notebook_begins(open_page):
    page = open_page(make_slider().to_html(), make_slider(seed=1, start=3).to_html())
    starts = [each.input_value() for each in page.get_by_role("slider").all()]
    assert starts == ["10", "3"]
    for nth, start in enumerate((10, 3)):
        np.testing.assert_array_equal(pixels(page, nth), grey(make_slider(nth).frames[start]))


def test_each_figure_moves_its_own_frames(open_page):
    page = open_page(make_slider().to_html(), make_slider(seed=1).to_html())
    before = pixels(page, 1)
    page.get_by_role("slider").first.press("End")
    np.testing.assert_array_equal(pixels(page, 1), before)
    np.testing.assert_array_equal(pixels(page, 0), grey(make_slider().frames[-1]))


def test_the_pointer_moves_it(page):
    moved = page.get_by_role("slider")
    moved.click(position={"x": moved.bounding_box()["width"] - 4, "y": 10})
    assert moved.input_value() == str(N - 1)


def test_a_finger_moves_it(open_page, slider):
    page = open_page(slider.to_html(), has_touch=True, viewport={"width": 390, "height": 844})
    moved = page.get_by_role("slider")
    moved.tap(position={"x": 10, "y": 10})
    assert int(moved.input_value()) < 3
    np.testing.assert_array_equal(pixels(page), grey(slider.frames[int(moved.input_value())]))


def test_the_picture_says_in_words_where_it_is(page):
    page.get_by_role("slider").press("End")
    label = page.locator("canvas").get_attribute("aria-label")
    assert label == "digit under noise (clean, given, network, median) at noise level 1.00"


def test_the_names_of_the_columns_stand_over_them(page):
    canvas = page.locator("canvas").bounding_box()
    heads = page.locator(".frame-live .frame-heads span").all()
    assert [head.text_content() for head in heads] == list(COLUMNS)
    for i, head in enumerate(heads):
        box = head.bounding_box()
        middle = canvas["x"] + (i + 0.5) * canvas["width"] / len(heads)
        assert abs(box["x"] + box["width"] / 2 - middle) < 3
        assert box["y"] + box["height"] <= canvas["y"]


def test_without_columns_and_captions_it_stands_alone(open_page):
    page = open_page(make_slider(columns=(), captions=None).to_html())
    assert page.locator(".frame-live .frame-heads span").count() == 0
    assert page.locator(".frame-caption").text_content() == ""
    assert page.locator("canvas").get_attribute("aria-label").startswith("digit under noise at")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_it_fits_the_page(open_page, slider, theme, width):
    page = open_page(slider.to_html(), viewport={"width": width, "height": 800}, color_scheme=theme)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in ("input", "canvas", ".frame-caption", ".frame-heads"):
        box = page.locator(f".frame-live {part}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.locator("input").bounding_box()["height"] >= 24
    ink, paper = page.locator("figure.frame-slider").evaluate(
        """figure => [getComputedStyle(figure).color,
            getComputedStyle(figure.parentElement).backgroundColor]"""
    )
    # No light card in the dark: the theme's text colour would be lost on it.
    assert paper == "rgba(0, 0, 0, 0)"
    assert ink == {"light": "rgb(34, 40, 50)", "dark": "rgb(206, 214, 221)"}[theme]


def test_nothing_below_it_moves_while_it_moves(page):
    moved = page.get_by_role("slider")
    heights = set()
    for key in ("Home", "PageUp", "PageUp", "End"):
        moved.press(key)
        heights.add(page.locator("figure.frame-slider").bounding_box()["height"])
    assert len(heights) == 1


def test_print_shows_the_film_strip(page):
    page.emulate_media(media="print")
    assert page.get_by_role("img", name="Film strip of the digit under noise").is_visible()
    assert not page.locator("canvas").is_visible()


def test_on_the_screen_the_film_strip_gives_way_to_the_slider(page):
    assert not page.locator(".frame-film").is_visible()


def test_without_javascript_the_film_strip_stands(open_page, slider):
    page = open_page(slider.to_html(), java_script_enabled=False)
    strip = page.get_by_role("img", name="Film strip of the digit under noise")
    assert strip.is_visible()
    assert strip.bounding_box()["width"] > 300
    assert page.get_by_text("noise level 1.00: At 20: the network gains").is_visible()
    box = strip.bounding_box()
    levels = [level.bounding_box() for level in page.locator(".frame-strip li").all()]
    for i, level in enumerate(levels):  # each beside its row of pictures
        middle = box["y"] + (i + 0.5) * box["height"] / len(levels)
        assert level["y"] + level["height"] / 2 == pytest.approx(middle, abs=2)


def test_both_kinds_of_twin_live_on_one_page(open_page, slider):
    import keras

    decoder = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4), keras.layers.Reshape((2, 2, 1))]
    )
    codes = np.random.default_rng(0).normal(size=(9, 2))
    latent = f'<div class="text_html">{LatentSliders(decoder, codes).to_html()}</div>'
    page = open_page(latent + slider.to_html())
    page.wait_for_selector("figure.latent-sliders canvas")
    assert page.get_by_role("slider").count() == 3
    page.get_by_role("slider", name="noise level").press("Home")
    assert page.locator(".frame-row output").text_content() == "0.00"


def broken_picture(html):
    return re.sub(r'"sprite": "[^"]*"', '"sprite": "data:image/png;base64,AAAA"', html)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (broken_picture, "its picture cannot be read"),
        (lambda html: html.replace('"values": ["0.00", ', '"values": ['), "not hold 20 frames"),
        (lambda html: html.replace('"values"', '"values'), "cannot work"),
    ],
    ids=["no picture", "a frame too many", "no JSON"],
)
def test_a_broken_payload_is_told_in_words_and_keeps_the_film_strip(
    open_page, slider, damage, words
):
    page = open_page(damage(slider.to_html()), make_slider(seed=1).to_html())
    broken, whole = page.locator("figure.frame-slider").all()
    assert words in broken.get_by_role("alert").text_content()
    assert broken.get_by_role("img", name="Film strip").is_visible()
    assert broken.get_by_role("slider").count() == 0
    assert whole.get_by_role("slider").count() == 1
