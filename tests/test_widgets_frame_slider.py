"""`FrameSlider` without a browser: set its trait, look at its picture and its words."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from companion.widgets import FrameSlider

N, H, W = 21, 32, 128
VALUES = np.linspace(0, 1, N)
COLUMNS = ("clean", "given", "network", "median")


def make_frames(n=N):
    return np.random.default_rng(0).random((n, H, W))


def make_slider(**arguments):
    settings = {
        "name": "noise level",
        "columns": COLUMNS,
        "captions": [f"The network gains {i} dB" for i in range(N)],
        "label": "digit under noise",
    }
    return FrameSlider(make_frames(), VALUES, **(settings | arguments))


def open_png(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def grey(frames):
    return np.rint(255 * (1 - np.float32(frames)))


def payload_of(html):
    text = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text[1])


def test_each_frame_is_drawn_as_it_is():
    slider, frames = make_slider(), make_frames()
    for i in range(N):
        pixels = open_png(slider.render(i))
        assert pixels.shape == (4 * H, 4 * W)
        np.testing.assert_allclose(pixels[::4, ::4], grey(frames[i]), atol=1)
        np.testing.assert_array_equal(pixels, pixels[::4, ::4].repeat(4, 0).repeat(4, 1))


def test_the_slider_shows_every_frame_with_its_value_and_its_caption():
    slider = make_slider()
    labels = [label for label, _ in slider.slider.options]
    assert labels == [f"{value:.2f}" for value in VALUES]
    for i in range(N):
        slider.slider.value = i
        assert slider.slider.index == i  # by which the page draws it
        assert slider.slider.label == f"{VALUES[i]:.2f}"
    assert slider.slider.continuous_update


def test_it_begins_in_the_middle_or_where_it_is_told_to():
    assert make_slider().slider.value == 10
    assert make_slider(start=3).slider.value == 3


def test_the_widget_and_its_twin_show_the_same():
    slider = make_slider()
    assert slider.picture._data == payload_of(slider.to_html())
    assert slider.picture.slider is slider.slider


def test_colours_are_light():
    frames = np.random.default_rng(0).random((3, 2, 4, 3))
    slider = FrameSlider(frames, [0, 1, 2], name="step")
    pixels = open_png(slider.render(1))
    assert pixels.shape == (2 * 128, 4 * 128, 3)
    np.testing.assert_allclose(pixels[::128, ::128], 255 * frames[1], atol=0.51)
    sprite = open_png(base64.b64decode(slider.picture._data["sprite"].split(",")[1]))
    np.testing.assert_allclose(sprite.reshape(3, 2, 4, 3), 255 * frames, atol=0.51)


def test_the_film_strip_shows_the_first_the_last_and_some_between():
    slider, frames = make_slider(), make_frames()
    assert slider.film_frames().tolist() == [0, 5, 10, 15, 20]
    strip = open_png(slider.still())[::2, ::2]
    np.testing.assert_allclose(strip, grey(np.concatenate(frames[::5])), atol=1)
    short = FrameSlider(make_frames(2), [0, 1], name="step")
    assert short.film_frames().tolist() == [0, 1]


def test_the_twin_holds_every_frame_to_the_pixel():
    payload = payload_of(make_slider().to_html())
    assert payload["shape"] == [H, W]
    head, sprite = payload["sprite"].split(",")
    assert head == "data:image/png;base64"
    pixels = open_png(base64.b64decode(sprite)).reshape(N, H, W)
    np.testing.assert_allclose(pixels, grey(make_frames()), atol=1)


def test_the_twin_carries_the_words_of_every_frame():
    payload = payload_of(make_slider(start=4).to_html())
    assert payload["name"] == "noise level"
    assert payload["values"] == [f"{value:.2f}" for value in VALUES]
    assert payload["captions"] == [f"The network gains {i} dB" for i in range(N)]
    assert payload["columns"] == list(COLUMNS)
    assert payload["label"] == "digit under noise"
    assert payload["start"] == 4


def test_the_twin_stands_on_its_own_and_is_the_same_each_time():
    html = make_slider().to_html()
    assert html == make_slider().to_html()
    assert not re.search(r"https?://|\bimport\b|fetch\(", html)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]+">', html)


def test_the_film_strip_says_what_its_rows_are():
    html = make_slider().to_html()
    assert re.findall(r"<li>([^<]+)</li>", html) == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert "noise level 0.00: The network gains 0 dB." in html
    assert "noise level 1.00: The network gains 20 dB." in html
    assert "noise level 1.00." in make_slider(captions=None).to_html()


def test_columns_have_heads_where_they_have_names():
    heads = "".join(f"<span>{name}</span>" for name in COLUMNS)
    assert f'<div class="frame-heads" aria-hidden="true">{heads}</div>' in make_slider().to_html()
    without = make_slider(columns=())
    assert "<span>" not in without.to_html()
    assert without.alt_text() == (
        "Film strip of the digit under noise: 5 rows, one for each noise level."
    )
    assert f'alt="{without.alt_text()}"' in without.to_html()


def test_words_cannot_break_out_of_the_page():
    evil = "</script><b>&amp;"
    slider = make_slider(name=evil, columns=(evil,), captions=[evil] * N, label='"><script>')
    html = slider.to_html()
    assert payload_of(html)["captions"][0] == evil
    assert html.count("<script") == html.count("</script>") == 2
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"frames": np.zeros((1, 2, 2)), "values": [0]}, "two frames or more. Received: 1"),
        ({"frames": np.zeros((2, 2))}, r"`frames` must have shape \(n, any, any\)"),
        ({"frames": np.full((2, 2, 2), 2.0)}, r"`frames` must lie in \[0, 1\]"),
        ({"frames": np.full((2, 2, 2), np.nan)}, "`frames` must be finite"),
        ({"values": [0]}, r"`values` must have shape \(2,\). Received: shape=\(1,\)"),
        ({"values": [1, 1]}, "`values` must increase"),
        ({"values": [0, np.nan]}, "`values` must be finite"),
        ({"values": [-np.inf, 1]}, "`values` must be finite"),
        ({"captions": ["a"]}, "`captions` must hold 2 texts. Received: 1"),
        ({"start": 2}, "`start` must be an integer from 0 to 1. Received: start=2"),
        ({"start": -1}, "Received: start=-1"),
        ({"start": 0.5}, "Received: start=0.5"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    good = {"frames": np.zeros((2, 2, 2)), "values": [0, 1], "name": "step"}
    with pytest.raises(ValueError, match=message):
        FrameSlider(**(good | arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        {"values": ["0", "1"]}, {"captions": 5}, {"captions": "ab"}, {"columns": 5},
        {"frames": [[[0, 1]], [[0]]]}, {"name": 5}, {"label": None},
    ],
)  # fmt: skip
def test_what_is_no_number_and_no_text_is_refused(arguments):
    (name,) = arguments
    good = {"frames": np.zeros((2, 2, 2)), "values": [0, 1], "name": "step"}
    with pytest.raises(TypeError, match=f"`{name}` must (hold|be an array|be a text)"):
        FrameSlider(**(good | arguments))


@pytest.mark.parametrize("i", [-1, N, 1.0, "1", None, True])
def test_render_refuses_what_is_no_frame(i):
    with pytest.raises(ValueError, match="`i` must be an integer from 0 to 20"):
        make_slider().render(i)
