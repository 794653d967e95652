"""`LiveFilling` without a browser: its cover, its still picture, its words, its doors."""

import base64
import io
import json
import re

import keras
import numpy as np
import pytest
import traitlets
from PIL import Image
from small_models import SMALL, make_autoencoder, make_pictures, make_vae

import companion
from companion import networks
from companion.models import impute
from companion.page.explorer_data import extent_of
from companion.page.filling_twin import filling_data
from companion.page.page_layers import all_weights, forward, sizes
from companion.page.scripts import bundle, source
from companion.widgets import LiveFilling

N, CODES, LABELS = 7, np.random.default_rng(1).normal(size=(40, 2)), np.arange(40) % 3


def make_filling(**changes):
    arguments = {"model": make_vae(), "codes": CODES, "labels": LABELS, "x": make_pictures(N)}
    return LiveFilling(**(arguments | {"label": "digit", "temperature": 2} | changes))


@pytest.fixture(scope="module")
def filling():
    return make_filling()


def payload(filling):
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', filling.to_html())
    return json.loads(text)


def test_at_first_half_of_the_first_picture_is_covered(filling):
    np.testing.assert_array_equal(filling.picture, make_pictures(N)[0, ..., 0])
    assert (filling.covered, filling.side) == (3, "below")
    assert filling.seen().sum() == 15
    np.testing.assert_array_equal(make_filling(start=2).picture, make_pictures(N)[2, ..., 0])


@pytest.mark.parametrize(
    ("side", "hidden"),
    [("below", np.s_[4:]), ("above", np.s_[:2]), ("left", np.s_[:, :2]), ("right", np.s_[:, 3:])],
)
def test_the_cover_comes_from_the_side_that_is_said(side, hidden):
    filling = make_filling()
    filling.covered, filling.side = 2, side
    expected = np.ones((6, 5), bool)
    expected[hidden] = False
    np.testing.assert_array_equal(filling.seen(), expected)


def test_of_no_picture_nothing_is_seen():
    filling = make_filling(x=None, covered=0)
    assert filling.picture is None
    assert not filling.seen().any()


def test_a_cover_of_all_rows_is_no_longer_than_the_columns_when_its_side_changes():
    filling = make_filling(covered=6)
    filling.side = "left"
    assert filling.covered == 5
    assert not filling.seen().any()


def test_the_still_picture_holds_the_completions_of_the_program(filling):
    pixels = np.asarray(Image.open(io.BytesIO(filling.still())))[::2, ::2]
    cells = pixels.reshape(5, 6 + 4, 6, 5 + 4).swapaxes(1, 2)[:, :, 2:-2, 2:-2]
    x = make_pictures(N)[[0, 2, 3, 4, 6]]
    mask = np.zeros((1, 6, 5, 1), bool)
    mask[:, :3] = True
    wanted = impute(make_vae(), x, mask, CODES, draws=5, temperature=2, seed=0)[..., 0]
    np.testing.assert_allclose(cells[:, 1:], 255 * (1 - wanted), atol=0.51)
    np.testing.assert_allclose(cells[:, 0], 255 * (1 - np.where(mask, x, 0.25)[..., 0]), atol=0.51)


def test_without_pictures_the_still_one_shows_a_decoded_code():
    filling = make_filling(x=None, draws=1)
    assert Image.open(io.BytesIO(filling.still())).size == (2 * 2 * 9, 2 * 10)
    assert filling.alt_text().startswith("1 row of pictures: each begins with a digit")
    assert filling.alt_text().endswith("1 completion of it stands beside it.")


def test_its_weights_are_those_of_the_time_when_it_was_made():
    model = make_vae()
    filling = make_filling(model=model)
    before = filling.to_html()
    model.set_weights([2 * w for w in model.get_weights()])
    assert filling.to_html() == before
    assert make_filling(model=model).twin != filling.twin
    assert make_filling().twin == filling.twin


def test_a_notebook_gets_the_numbers_exactly_and_a_page_in_float16(filling):
    data, paged = filling_data(filling), payload(filling)
    exact = np.frombuffer(data["decoder"]["data"], "<f4")
    np.testing.assert_array_equal(exact, all_weights(filling.layers))
    for name, values in (("decoder", exact), ("codes", CODES), ("pictures", make_pictures(N))):
        assert paged[name]["dtype"] == "float16"
        halves = np.frombuffer(base64.b64decode(paged[name]["data"]), "<f2")
        np.testing.assert_array_equal(halves, values.astype("<f2").ravel())
    logits = make_vae().decoder(np.float32(CODES))
    found = forward(filling.layers, CODES)
    np.testing.assert_allclose(found, keras.ops.reshape(logits, (40, -1)), atol=1e-5)


def test_the_twin_says_in_words_what_is_seen_and_holds_script_and_style(filling):
    html = filling.to_html()
    assert bundle("filling.mjs") in html
    assert source("filling.css") in html
    assert f'alt="{filling.alt_text()}"' in html
    assert "On the left a digit of which 3 rows are covered, from below;" in html
    assert payload(filling)["names"] == [f"picture {i}" for i in range(1, N + 1)]
    assert repr(filling) == "LiveFilling(40 codes)"


def test_the_page_is_told_all_that_it_fills_by():
    filling = make_filling(start=2, draws=3, seed=4, covered=1, class_names=["a", "b", "c"])
    told = payload(filling)
    assert (told["label"], told["shape"], told["start"]) == ("digit", [6, 5], 2)
    assert (told["temperature"], told["covered"], told["side"]) == (2, 1, "below")
    assert told["parts"] == np.random.default_rng(4).random(3).tolist()
    assert (told["labels"], told["class_names"]) == (LABELS.tolist(), ["a", "b", "c"])
    assert told["decoder"]["layers"] == sizes(filling.layers)
    assert told["extent"] == extent_of(make_pictures(N)[..., 0])
    assert payload(make_filling(names=list("abcdefg")))["names"] == list("abcdefg")


def test_without_labels_no_class_is_named():
    data = payload(make_filling(labels=None))
    assert data["labels"] is None
    assert data["class_names"] == []


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("covered", 7, "`covered` must be an integer from 0 to 6. Received: covered=7"),
        ("covered", 1.5, "`covered` must be an integer from 0 to 6"),
        ("side", "top", "`side` must be one of 'below', 'above', 'left', 'right'. Received"),
        ("picture", np.zeros((5, 6)), r"`picture` must have shape \(6, 5\)"),
        ("picture", np.full((6, 5), np.nan), "`picture` must be finite"),
        ("picture", "ink", "`picture` must"),
    ],
)
def test_a_wrong_value_is_refused_in_words_and_changes_nothing(filling, name, value, complaint):
    before = getattr(filling, name)
    with pytest.raises(traitlets.TraitError, match=complaint):
        setattr(filling, name, value)
    assert getattr(filling, name) is before


class Doubled(keras.Sequential):
    def call(self, *args, **kwargs):
        return 2 * super().call(*args, **kwargs)


def unreadable():
    layers = [keras.Input((2,)), keras.layers.Dense(30), keras.layers.Reshape((6, 5, 1))]
    return companion.Autoencoder(networks.dense_encoder(2, **SMALL), Doubled(layers))


def diverged(number):
    model = make_vae()
    model.decoder.layers[-2].bias.assign(np.full(30, number))
    return model


def conditional():
    sizes = SMALL | {"condition_shape": (3,)}
    encoder = networks.dense_encoder(2, gaussian=True, **sizes)
    return companion.VAE(encoder, networks.dense_decoder(2, **sizes))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"model": "vae"}, "`model` must be a models.VAE or a models.Autoencoder"),
        ({"model": make_autoencoder(likelihood="gaussian")}, "`model` must have a Bernoulli"),
        ({"model": conditional}, "`model` must read no condition"),
        ({"model": unreadable}, "`model` must have a decoder of grey pictures that a page can run"),
        ({"model": lambda: diverged(np.nan)}, "`decoder` must give finite pixels"),
        ({"model": lambda: diverged(1e5)}, "`decoder` must have weights that float16 can hold"),
        ({"codes": CODES[:, :1]}, r"`codes` must have shape \(n, 2\)"),
        ({"codes": CODES * np.nan}, "`codes` must be finite"),
        ({"codes": -1e5 * np.ones((40, 2))}, "float16 can hold. Received: largest number 100000"),
        ({"codes": np.zeros((400_000, 2))}, "`codes` must be 333333 or fewer"),
        ({"labels": LABELS[1:]}, "`labels` must be 40 integers"),
        ({"class_names": ["a"]}, "`class_names` must have a name for each label"),
        ({"x": make_pictures(3, (5, 6, 1))}, r"`x` must have shape \('n', 6, 5\)"),
        ({"x": 2 + make_pictures(3)}, r"`x` must lie in \[0, 1\]"),
        ({"x": np.nan * make_pictures(3)}, "`x` must be finite"),
        ({"names": ["one"]}, "`names` must hold 7 texts. Received: 1"),
        ({"temperature": 0}, r"`temperature` must be a number in \(0, inf\)"),
        ({"draws": 11}, "`draws` must be an integer from 1 to 10"),
        ({"start": 7}, "`start` must be an integer from 0 to 6"),
        ({"covered": 7}, "`covered` must be an integer from 0 to 6"),
        ({"label": 3}, "`label` must be a text"),
        ({"seed": -1}, "`seed` must"),
    ],
)
def test_what_it_cannot_show_is_named(arguments, complaint):
    model = arguments.get("model")
    if callable(model) and not isinstance(model, keras.Model):
        arguments = arguments | {"model": model()}
    with pytest.raises((TypeError, ValueError), match=complaint):
        make_filling(**arguments)
