"""`LatentSliders` without a browser: set its traits, look at its picture."""

import base64
import io
import itertools
import json
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image
from small_models import make_vae
from versions import needs_ipywidgets_8

from companion import networks
from companion.page.axes import nearest_to_median
from companion.widgets import LatentSliders

layers = keras.layers


def make_decoder(latent_dim, side=28):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(16, "relu"),
            layers.Dense(side * side, kernel_initializer="random_normal"),
            layers.Reshape((side, side, 1)),
        ]
    )


def make_convolutional():
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(49),
            layers.Reshape((7, 7, 1)),
            layers.Conv2DTranspose(1, 3, strides=4, padding="same"),
        ]
    )


def make_codes(latent_dim, n=300):
    return np.random.default_rng(0).normal(size=(n, latent_dim)) * np.arange(1, latent_dim + 1)


def make_sliders(latent_dim=2, **arguments):
    return LatentSliders(make_decoder(latent_dim), make_codes(latent_dim), **arguments)


def open_png(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def keras_pixels(decoder, z):
    logits = decoder(np.asarray(z, "float32")[None])
    return keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[0, ..., 0]


def payload_of(html):
    text = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text[1]) if text else None


def test_importing_the_widgets_loads_no_keras():
    script = "import sys, companion.widgets; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_picture_is_what_keras_decodes_over_the_whole_range():
    sliders = make_sliders()
    ends = zip(sliders.low, sliders.high, strict=True)
    for z in itertools.product(*(np.linspace(low, high, 9) for low, high in ends)):
        pixels = open_png(sliders.render(z))
        assert pixels.shape == (252, 252)
        expected = 255 * (1 - keras_pixels(sliders.decoder, z))
        np.testing.assert_allclose(pixels[4::9, 4::9], expected, atol=0.51)


def test_each_pixel_is_a_square_of_one_grey():
    pixels = open_png(make_sliders().render([0, 1]))
    np.testing.assert_array_equal(pixels, pixels[::9, ::9].repeat(9, 0).repeat(9, 1))


def test_zero_is_paper_and_one_is_ink():
    decoder = keras.Sequential([keras.Input((2,)), layers.Reshape((1, 2, 1))])
    sliders = LatentSliders(decoder, make_codes(2), activation=None)
    assert open_png(sliders.render([0, 1]))[0, [0, -1]].tolist() == [255, 0]
    assert open_png(sliders.render([-3, 3]))[0, [0, -1]].tolist() == [255, 0]  # clipped


def test_a_picture_is_that_of_the_weights_of_now():
    sliders = make_sliders()
    for change in (lambda w: -w, lambda w: 2 * w):
        decoder = sliders.decoder
        decoder.set_weights([change(w) for w in decoder.get_weights()])
        pixels = open_png(sliders.render([1, -1]))[4::9, 4::9]
        np.testing.assert_allclose(pixels, 255 * (1 - keras_pixels(decoder, [1, -1])), atol=0.51)


def test_a_functional_decoder_is_decoded_too():
    sequential = make_decoder(2)
    functional = keras.Model(sequential.inputs[0], sequential.outputs[0])
    sliders = LatentSliders(functional, make_codes(2))
    assert (
        open_png(sliders.render([1, 2])).tolist()
        == open_png(make_sliders().render([1, 2])).tolist()
    )
    assert "<script" in sliders.to_html()


class Doubled(keras.Sequential):
    """A network that is not what its layers say."""

    def call(self, *args, **kwargs):
        return 2 * super().call(*args, **kwargs)


def test_a_decoder_that_is_not_what_its_layers_say_is_asked_itself():
    decoder = Doubled([keras.Input((2,)), layers.Dense(4), layers.Reshape((2, 2, 1))])
    sliders = LatentSliders(decoder, make_codes(2))
    pixels = open_png(sliders.render([1, -1]))[63::126, 63::126]
    np.testing.assert_allclose(pixels, 255 * (1 - keras_pixels(decoder, [1, -1])), atol=0.51)
    assert "<script" not in sliders.to_html()


@pytest.mark.parametrize("latent_dim", [1, 2, 8, 32])
def test_every_slider_moves_the_code_and_is_known_to_the_picture(latent_dim):
    sliders = make_sliders(latent_dim)
    assert len(sliders.sliders) == latent_dim
    assert sliders.picture.sliders == sliders.sliders
    for i, slider in enumerate(sliders.sliders):
        before = sliders.render(sliders.z)
        slider.value = slider.max
        assert sliders.z[i] == np.float32(slider.max)
        assert sliders.render(sliders.z) != before


def sent_decoder(sliders):
    """Read what the page was sent: the layers' sizes, and their weights."""
    decoder = sliders.picture._decoder
    return decoder["layers"], np.frombuffer(decoder["data"], {"float32": "<f4"}[decoder["dtype"]])


def test_the_page_gets_the_weights_to_the_bit_and_new_ones_when_a_slider_moves():
    sliders = make_sliders()
    for change in (lambda w: w, lambda w: -w, lambda w: 2 * w):
        sliders.decoder.set_weights([change(w) for w in sliders.decoder.get_weights()])
        sliders.random()
        layers, weights = sent_decoder(sliders)
        assert [layer["activation"] for layer in layers] == ["relu", "sigmoid"]
        expected = [w.ravel() for w in sliders.decoder.get_weights()]
        np.testing.assert_array_equal(weights, np.concatenate(expected))


def test_a_decoder_that_only_the_kernel_can_run_sends_its_pixels():
    decoder = Doubled([keras.Input((2,)), layers.Dense(6), layers.Reshape((2, 3, 1))])
    sliders = LatentSliders(decoder, make_codes(2))
    sent = []
    sliders.picture.observe(lambda change: sent.append(change.new), "_pixels")
    for z in ([1, -1], [0, 2]):
        sliders.z = z
        pixels = np.frombuffer(sliders.picture._pixels, "<f4").reshape(2, 3)
        np.testing.assert_allclose(pixels, keras_pixels(decoder, sliders.z), atol=1e-6)
    assert len(sent) == 2  # one picture for all sliders, not one for each
    assert sliders.picture._decoder is None


def test_a_slider_runs_over_the_middle_98_percent_of_the_codes():
    sliders = make_sliders()
    ends = np.percentile(make_codes(2), [1, 99], axis=0).T
    for slider, (low, high) in zip(sliders.sliders, ends, strict=True):
        assert slider.step == pytest.approx((high - low) / 100)
        assert low - slider.step < slider.min < low + 1e-6
        assert high - 1e-6 < slider.max < high + slider.step
        assert slider.continuous_update


@pytest.mark.parametrize("latent_dim", [2, 8])
def test_sliders_stand_on_whole_steps_only(latent_dim):
    """Else JupyterLab rounds a slider to its nearest step and sends that back to the kernel."""
    sliders = make_sliders(latent_dim)
    for _ in range(5):
        for slider in sliders.sliders:
            at = (slider.value - slider.min) / slider.step
            assert at == pytest.approx(round(at), abs=1e-4)
        sliders.random()


def test_a_dimension_that_never_varies_still_has_a_range():
    sliders = LatentSliders(make_decoder(2), np.full((5, 2), 3.0))
    assert [(s.min, s.value, s.max) for s in sliders.sliders] == [(2, 3, 4)] * 2


def test_a_code_far_away_does_not_move_the_start():
    codes = np.array([[0.0], [1], [2], [3], [100]])
    assert nearest_to_median(codes) == [2]


def test_the_start_is_near_the_median_in_units_of_each_spread():
    codes = np.array([[-100, 0.9], [0, 1.0], [9, 0.0], [100, -0.9], [0, -1.0]])
    assert nearest_to_median(codes).tolist() == [9, 0]


def test_the_sliders_start_at_a_training_code_near_the_median():
    codes = make_codes(2)
    z = make_sliders().z
    assert np.abs(codes - z).sum(axis=1).min() < 1e-6
    assert (np.abs(z - np.median(codes, axis=0)) < 0.2 * codes.std(axis=0)).all()
    assert make_sliders(start=[1, -1]).z.tolist() == [1, -1]


def test_a_code_may_lie_at_the_ends_of_its_sliders():
    sliders = make_sliders()
    for end in (sliders.low, sliders.high):
        sliders.z = end
        np.testing.assert_allclose(sliders.z, end, rtol=1e-6)


def test_setting_z_moves_all_sliders():
    sliders = make_sliders(8)
    z = np.linspace(-1, 1, 8)
    sliders.z = z
    assert (np.abs(sliders.z - z) <= sliders.step / 2 + 1e-6).all()
    np.testing.assert_array_equal(np.float32([s.value for s in sliders.sliders]), sliders.z)


def test_reset_goes_back_to_the_start():
    sliders = make_sliders()
    start = sliders.z
    sliders.random()
    assert (sliders.z != start).any()
    sliders.reset()
    np.testing.assert_array_equal(sliders.z, start)


def test_random_shows_training_codes_in_an_order_that_the_seed_fixes():
    def walk(seed):
        sliders = make_sliders(seed=seed)
        for _ in range(20):
            sliders.random()
            yield sliders.z.tolist()

    first = list(walk(0))
    assert first == list(walk(0))
    assert first != list(walk(1))
    sliders = make_sliders()
    codes = np.clip(make_codes(2), sliders.low, sliders.high)
    for z in first:
        assert (np.abs(codes - z) <= sliders.step / 2 + 1e-6).all(axis=1).any()
    assert len({tuple(z) for z in first}) == 20  # no code comes twice in so short a walk
    np.testing.assert_allclose(first, sliders.codes[:20], atol=1e-6)  # as the page walks


def test_a_walk_through_all_codes_begins_again():
    sliders = LatentSliders(make_decoder(2), [[0, 0], [1, 2], [2, 1]])
    walked = [sliders.random() or sliders.z.tolist() for _ in range(6)]
    assert walked[:3] == walked[3:]
    assert len({tuple(z) for z in walked}) == 3


@needs_ipywidgets_8
def test_names_label_the_sliders():
    default = [s.description for s in make_sliders(12).sliders]
    assert default[0] == "z₁"
    assert default[-1] == "z₁₂"
    named = make_sliders(names=["slant", "weight"])
    assert [s.description for s in named.sliders] == ["slant", "weight"]
    assert named.sliders[0].tooltip.startswith("slant, from ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codes": np.zeros((0, 2))}, r"`codes` must hold one example or more.*shape=\(0, 2\)"),
        ({"codes": np.zeros((3, 2, 1))}, r"`codes` must have shape \(n, latent_dim\)"),
        ({"codes": np.zeros(2)}, r"`codes` must hold .* Received: shape=\(2,\)"),
        ({"codes": [[0, np.nan]]}, "`codes` must be finite. Received: 1 NaN"),
        ({"codes": np.zeros((4, 3))}, "`codes` must have the latent_dim of `decoder`, 2"),
        ({"names": ["z"]}, "`names` must hold 2 texts"),
        ({"start": [0]}, r"`start` must have shape \(2,\). Received: shape=\(1,\)"),
        ({"start": [0, 99]}, "`start` must lie between the ends .* Received: z₂=99, beyond"),
        ({"steps": 0}, "`steps` must be a positive integer. Received: steps=0"),
        ({"steps": True}, "`steps` must be a positive integer. Received: steps=True"),
        ({"activation": "softmax"}, "`activation` must be 'sigmoid' or None"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentSliders(**{"decoder": make_decoder(2), "codes": make_codes(2)} | arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"decoder": None}, "`decoder` must be a built Keras model. Received: decoder=None"),
        ({"decoder": make_vae()}, "such as `vae.decoder`. Received: the whole VAE"),
        ({"names": 5}, "`names` must hold texts. Received: names=5"),
        ({"label": 5}, "`label` must be a text. Received: label=5"),
        ({"start": ["0.1", "0.2"]}, "`start` must hold numbers"),
        ({"codes": None}, "`codes` must hold numbers"),
    ],
)
def test_what_is_no_decoder_no_text_and_no_number_is_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        LatentSliders(**{"decoder": make_decoder(2), "codes": make_codes(2)} | arguments)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="`seed` must be an integer"):
        LatentSliders(make_decoder(2), make_codes(2), seed=seed)


@pytest.mark.parametrize(
    "z", [["0.1", "0.2"], np.zeros(2, "M8[s]"), np.ma.masked_array([0, 0], [0, 1]), [1j, 0], None]
)
def test_render_refuses_what_holds_no_numbers(z):
    with pytest.raises(TypeError, match="`z` must "):
        make_sliders().render(z)


@pytest.mark.parametrize("z", [[0], [0, 0, 0], [[0, 0]], 0, [0, np.nan], [np.inf, 0]])
def test_render_refuses_what_is_no_code(z):
    with pytest.raises(ValueError, match="`z` must "):
        make_sliders().render(z)


def test_a_number_of_steps_may_come_from_numpy():
    np.testing.assert_array_equal(
        make_sliders(steps=np.int64(10)).step, make_sliders(steps=10).step
    )


def test_a_refused_z_leaves_the_sliders_where_they_were():
    sliders = make_sliders()
    before = sliders.z
    with pytest.raises(ValueError, match="`render` takes any code"):
        sliders.z = [0, 1e6]
    np.testing.assert_array_equal(sliders.z, before)


def test_a_second_sigmoid_is_refused():
    decoder = keras.Sequential([make_decoder(2), layers.Activation("sigmoid")])
    with pytest.raises(ValueError, match=r"`activation` must be None .* ends in sigmoid"):
        LatentSliders(decoder, make_codes(2))
    assert LatentSliders(decoder, make_codes(2), activation=None).picture._decoder


def test_a_decoder_that_gives_no_picture_or_nan_is_named():
    flat = keras.Sequential([keras.Input((2,)), layers.Dense(4)])
    with pytest.raises(ValueError, match=r"`decoder` must give pictures.*\(1, 4\)"):
        LatentSliders(flat, make_codes(2))
    diverged = make_decoder(2)
    diverged.set_weights([w * np.nan for w in diverged.get_weights()])
    with pytest.raises(ValueError, match="`decoder` must give finite pixels"):
        LatentSliders(diverged, make_codes(2))


def test_a_picture_without_a_channel_axis_will_do():
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(6), layers.Reshape((2, 3))])
    sliders = LatentSliders(decoder, make_codes(2))
    assert open_png(sliders.render([0, 0])).shape == (2 * 84, 3 * 84)


def test_the_film_strip_moves_one_dimension_in_each_row():
    sliders = make_sliders(3)
    strip = open_png(sliders.still())[::2, ::2]
    assert strip.shape == (3 * 32, 9 * 32)
    for row, column in itertools.product(range(3), range(9)):
        z = sliders.start.copy()
        z[row] = np.linspace(sliders.low[row], sliders.high[row], 9)[column]
        cell = strip[32 * row : 32 * (row + 1), 32 * column : 32 * (column + 1)]
        expected = 255 * (1 - keras_pixels(sliders.decoder, z))
        np.testing.assert_allclose(cell[2:-2, 2:-2], expected, atol=0.51)


def test_the_twin_stands_on_its_own_and_is_the_same_each_time():
    html = make_sliders().to_html()
    assert html == make_sliders().to_html()
    assert not re.search(r"https?://|\bimport\b|fetch\(", html)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]+">', html)


def test_the_twin_carries_what_the_page_needs():
    sliders = make_sliders(steps=50, label="decoded digit")
    payload = payload_of(sliders.to_html())
    assert payload["shape"] == [28, 28]
    assert set(payload["steps"]) <= {50, 51}
    assert payload["label"] == "decoded digit"
    assert [layer["activation"] for layer in payload["decoder"]["layers"]] == ["relu", "sigmoid"]
    halves = np.frombuffer(base64.b64decode(payload["decoder"]["data"]), "<f2")
    weights = np.concatenate([w.ravel() for w in sliders.decoder.get_weights()])
    np.testing.assert_array_equal(halves, weights.astype("<f2"))
    assert payload["decoder"]["dtype"] == "float16"
    np.testing.assert_allclose(payload["low"], sliders.low, rtol=1e-5)
    np.testing.assert_allclose(payload["high"], sliders.high, rtol=1e-5)
    wide = (sliders.high - sliders.low) / payload["steps"]
    np.testing.assert_allclose(wide, sliders.step, rtol=1e-5)
    np.testing.assert_allclose(payload["start"], sliders.start, rtol=1e-5)
    np.testing.assert_allclose(payload["codes"], sliders.codes[:100], rtol=1e-5)


def test_names_cannot_break_out_of_the_page():
    evil = "</script><b>&amp;"
    html = make_sliders(names=[evil, 'a"b'], label='"><script>').to_html()
    assert payload_of(html)["names"] == [evil, 'a"b']
    assert html.count("<script") == html.count("</script>") == 2
    assert "<b>" not in html


def test_the_film_strip_is_told_in_words_and_nine_sliders_are_many():
    one, eight, nine = (make_sliders(n) for n in (1, 8, 9))
    assert one.alt_text() == (
        "Film strip of the decoded picture: 1 row of pictures, one for each latent dimension."
    )
    assert f'alt="{one.alt_text()}"' in one.to_html()
    ends = [f"{end:.2f}".replace("-", "\N{MINUS SIGN}") for end in (one.low[0], one.high[0])]
    assert f"the others rest: z₁ from {ends[0]} to {ends[1]}.</figcaption>" in one.to_html()
    assert "<li>z₁</li><li>z₂</li>" in eight.to_html()
    assert 'class="latent-sliders"' in eight.to_html()
    assert "the others rest: z₁ from" in eight.to_html()
    assert 'class="latent-sliders latent-many"' in nine.to_html()
    assert "the others rest.</figcaption>" in nine.to_html()


def test_a_page_is_told_under_what_a_code_is_drawn_and_where():
    decoder = make_conditional()
    payload = payload_of(LatentSliders(decoder, make_codes(2), condition=np.eye(7)).to_html())
    assert payload["conditions"] == np.eye(7).tolist()
    assert payload["size"] == [3, 2]
    assert payload["shape"] == [14, 30]
    assert payload["places"] == [[2 + 7 * (i // 5), 2 + 6 * (i % 5)] for i in range(7)]
    assert "conditions" not in payload_of(make_sliders().to_html())


def test_a_convolutional_decoder_moves_in_the_page_too():
    sliders = LatentSliders(make_convolutional(), make_codes(2))
    decoder = payload_of(sliders.to_html())["decoder"]
    assert decoder["layers"][1] == {
        "inputs": 49, "units": 784, "activation": "sigmoid", "shape": [7, 7, 1],
        "patch": [3, 3], "filters": 1, "stride": 4,
    }  # fmt: skip
    pixels = open_png(sliders.render([1, -1]))[4::9, 4::9]
    expected = 255 * (1 - keras_pixels(sliders.decoder, [1, -1]))
    np.testing.assert_allclose(pixels, expected, atol=0.51)


def test_a_decoder_of_the_kernel_has_a_film_strip_and_no_dead_slider():
    decoder = Doubled([keras.Input((2,)), layers.Dense(4), layers.Reshape((2, 2, 1))])
    html = LatentSliders(decoder, make_codes(2)).to_html()
    assert "<img" in html
    assert "<script" not in html


def test_colours_are_light():
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(18), layers.Reshape((2, 3, 3))])
    sliders = LatentSliders(decoder, make_codes(2))
    pixels = open_png(sliders.render([1, -1]))
    assert pixels.shape == (168, 252, 3)
    logits = decoder(np.float32([[1, -1]]))
    expected = 255 * keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[0]
    np.testing.assert_allclose(pixels[42::84, 42::84], expected, atol=0.51)
    strip = open_png(sliders.still())
    assert strip.shape == (2 * 12, 9 * 14, 3)
    assert strip[0, 0].tolist() == [255, 255, 255]  # between the pictures lies paper
    assert payload_of(sliders.to_html())["shape"] == [2, 3, 3]


def make_conditional(shape=(3, 2, 1), k=7):
    """Build a decoder of codes of two numbers, and of a class, with weights that matter."""
    keras.utils.set_random_seed(0)
    decoder = networks.dense_decoder(2, hidden=(9,), image_shape=shape, condition_shape=(k,))
    decoder.set_weights([3 * w for w in decoder.get_weights()])
    return decoder


def under(decoder, z, condition):
    """Give what Keras decodes a code to under each condition: pixels `(m, h, w)`."""
    logits = decoder([np.tile(np.float32(z), (len(condition), 1)), np.float32(condition)])
    return keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))


class Asked(keras.Model):
    """A decoder that no page can run."""

    def __init__(self, decoder):
        super().__init__(decoder.inputs, keras.ops.abs(decoder.outputs[0]))


@pytest.mark.parametrize("wrap", [lambda decoder: decoder, Asked], ids=["dense", "asked"])
@pytest.mark.parametrize("m", [1, 5, 7])
def test_a_code_is_drawn_under_each_condition_side_by_side(wrap, m):
    decoder, classes = wrap(make_conditional()), np.eye(7)[:m]
    sliders = LatentSliders(decoder, make_codes(2), condition=classes)
    rows, columns = (2, 5) if m == 7 else (1, m)
    for z in ([1, -1], [0.3, 2]):
        pixels = sliders.live.pixels(np.float32([z]))[0]
        assert pixels.shape == (rows * 7, columns * 6)
        expected = np.zeros_like(pixels)
        for i, one in enumerate(under(decoder, z, classes)[..., 0]):
            top, left = 2 + 7 * (i // 5), 2 + 6 * (i % 5)
            expected[top : top + 3, left : left + 2] = one
        np.testing.assert_allclose(pixels, expected, atol=1e-6)
        scale = round(252 / max(pixels.shape))
        drawn = open_png(sliders.render(z))[scale // 2 :: scale, scale // 2 :: scale]
        np.testing.assert_allclose(drawn, 255 * (1 - expected), atol=0.51)
    assert ("<script" in sliders.to_html()) == (wrap is not Asked)


def test_pictures_in_colour_stand_on_white_paper():
    decoder = make_conditional((3, 2, 3))
    sliders = LatentSliders(decoder, make_codes(2), condition=np.eye(7))
    pixels = sliders.live.pixels(np.float32([[1, -1]]))[0]
    ((top, left), *_, (last_top, last_left)) = sliders.live.places()
    expected = under(decoder, [1, -1], np.eye(7))
    np.testing.assert_allclose(pixels[top : top + 3, left : left + 2], expected[0], atol=1e-6)
    last = pixels[last_top : last_top + 3, last_left : last_left + 2]
    np.testing.assert_allclose(last, expected[6], atol=1e-6)
    assert (pixels[7:, 12:] == 1).all()  # where no condition is left


def test_the_film_strip_of_many_classes_has_three_columns():
    sliders = LatentSliders(make_conditional(), make_codes(2), condition=np.eye(7))
    strip = open_png(sliders.still())[::2, ::2]
    high, wide = 14 + 4, 30 + 4
    assert strip.shape == (2 * high, 3 * wide)
    z = [sliders.high[0], sliders.start[1]]
    expected = 255 * (1 - sliders.live.pixels(np.float32([z]))[0])
    np.testing.assert_allclose(strip[2 : high - 2, 2 * wide + 2 : -2], expected, atol=0.51)


@pytest.mark.parametrize(
    ("decoder", "condition", "message"),
    [
        (make_conditional, None, r"`condition` must be an array \(n, 7\) here. Received: none"),
        (make_conditional, np.eye(6), r"`condition` must have shape \(n, 7\).*\(6, 6\)"),
        (make_conditional, np.zeros((0, 7)), "`condition` must hold one example or more"),
        (make_conditional, np.full((1, 7), np.nan), "`condition` must be finite"),
        (lambda: make_decoder(2), np.eye(7), "`condition` must be none here. Received: ndarray"),
    ],
)
def test_a_condition_is_wanted_where_one_is_read_and_nowhere_else(decoder, condition, message):
    with pytest.raises(ValueError, match=message):
        LatentSliders(decoder(), make_codes(2), condition=condition)


def test_codes_of_another_size_are_refused_under_a_condition_too():
    with pytest.raises(ValueError, match="must have the latent_dim of `decoder`, 2"):
        LatentSliders(make_conditional(), make_codes(3), condition=np.eye(7))
