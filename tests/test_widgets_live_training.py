"""`LiveTraining`: what it hands to a page, what it stores, its claims, its doors."""

import gzip
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from companion import LiveTraining, data
from companion.page.training_files import kernel, packed_digits, trainer_script, training_script

CLAIMS = {"It comes far.": ("closed", 30, None), "Few lie inside.": ("inside", None, 15)}


def payload(training):
    html = training.to_html()
    return json.loads(re.search(r'"application/json">(.*?)</script>', html)[1])


def test_the_page_is_told_what_the_chapter_asks_for():
    training = LiveTraining(
        ["autoencoder", "VAE"], hidden=(256, 64), beta=0.5, learning_rate=2e-3, batch_size=32,
        seed=7, show=["pictures"], claims=CLAIMS, files="here/",
    )  # fmt: skip
    assert payload(training) == {"plan": training.plan, "files": "here"}
    assert training.plan["first"] == {
        "vae": False, "latentDim": 2, "hidden": [256, 64], "beta": 0.5, "rate": 2e-3, "batch": 32,
        "seed": 7,
    }  # fmt: skip
    assert training.plan["models"] == ["autoencoder", "VAE"]
    assert training.plan["show"] == ["pictures"]
    first, second = training.plan["claims"]
    assert first == {"words": "It comes far.", "measure": "closed", "low": 30, "high": None}
    assert (second["low"], second["high"]) == (None, 15)


def test_a_notebook_has_all_from_the_kernel():
    training = LiveTraining()
    assert training._data == {"plan": training.plan, "digits": packed_digits()}
    assert training._kernel == kernel()
    assert training._script == training_script()


def test_what_is_stored_is_small_and_what_is_loaded_light():
    assert len(LiveTraining(claims=CLAIMS).to_html()) < 12_000
    assert len(gzip.compress(trainer_script())) < 60_000
    assert len(data.load("digits").test) == 297  # of which the still shows some


def test_the_claims_are_held_to_what_a_chapter_measures():
    training = LiveTraining(claims=CLAIMS)
    training.check(closed=30, inside=15)
    with pytest.raises(AssertionError, match=r"It comes far\. .*29"):
        training.check(closed=29, inside=15)
    with pytest.raises(AssertionError, match=r"Few lie inside\. .*16"):
        training.check(closed=31, inside=16)
    with pytest.raises(AssertionError):
        training.check(closed=float("nan"), inside=0)
    with pytest.raises(ValueError, match=r"must be given closed, inside\. Received: closed"):
        training.check(closed=31)
    with pytest.raises(ValueError, match=r"must be given closed, inside\. .* closed, inside, kl"):
        training.check(closed=31, inside=15, kl=3)


def test_the_still_picture_shows_eight_held_out_digits_from_all_over_them():
    drawn = np.asarray(Image.open(io.BytesIO(LiveTraining().still())))[::2, ::2]
    cells = drawn.reshape(32, 8, 32).swapaxes(0, 1)[:, 2:-2, 2:-2]
    digits = data.load("digits").test[np.arange(8) * 37, ..., 0]
    np.testing.assert_allclose(cells, 255 * (1 - digits), atol=0.51)


@pytest.mark.parametrize(
    ("name", "most", "beyond"),
    [
        ("beta", 100, 100.1),
        ("beta", 0, -0.1),
        ("learning_rate", 1, 1.01),
        ("batch_size", 1024, 1025),
        ("hidden", (1024, 1), (1025, 1)),
    ],
)
def test_a_setting_may_be_at_the_end_of_its_range_and_not_beyond(name, most, beyond):
    key = {"learning_rate": "rate", "batch_size": "batch"}.get(name, name)
    found = LiveTraining(**{name: most}).plan["first"][key]
    assert found == (list(most) if name == "hidden" else most)
    with pytest.raises(ValueError, match=f"`{name}` must"):
        LiveTraining(**{name: beyond})


def test_without_an_argument_it_is_the_books_network():
    training = LiveTraining()
    assert training.plan == {
        "first": {
            "vae": True, "latentDim": 2, "hidden": [128, 64], "beta": 1, "rate": 4e-3, "batch": 64,
            "seed": 0,
        },
        "models": ["VAE"], "show": ["map", "pictures", "samples", "losses"], "claims": [],
    }  # fmt: skip
    assert training.files == "../_static/training"
    assert 'aria-label="Training in the page"' in training.to_html()
    assert training.twin != LiveTraining(label="another").twin
    assert LiveTraining(latent_dim=3, show=["losses"]).plan["first"]["latentDim"] == 3


def test_its_representation_says_what_it_trains():
    assert repr(LiveTraining(["VAE", "autoencoder"])) == "LiveTraining('VAE', 'autoencoder')"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"models": "GAN"}, ValueError, "`models` must be some of"),
        ({"models": []}, ValueError, "`models` must be some of"),
        ({"show": "map"}, ValueError, "`show` must be some of"),
        ({"show": ["film"]}, ValueError, "`show` must be some of"),
        ({"latent_dim": 3}, ValueError, "`show` must leave out 'map'"),
        ({"latent_dim": 0}, ValueError, "`latent_dim` must"),
        ({"hidden": ()}, ValueError, "`hidden` must"),
        ({"hidden": 64}, ValueError, "`hidden` must"),
        ({"hidden": (64.5,)}, ValueError, "`hidden` must"),
        ({"label": 3}, TypeError, "`label` must be a text"),
        ({"files": None}, TypeError, "`files` must be a text"),
        ({"hidden": (64, 2000)}, ValueError, "`hidden` must"),
        ({"beta": -1}, ValueError, "`beta` must"),
        ({"beta": "1"}, TypeError, "`beta` must"),
        ({"learning_rate": 0}, ValueError, "`learning_rate` must"),
        ({"batch_size": 0}, ValueError, "`batch_size` must"),
        ({"seed": -1}, ValueError, "`seed` must"),
        ({"claims": ["It learns."]}, TypeError, "`claims` must be a dict"),
        ({"claims": {"It learns.": ("joy", 1, 2)}}, ValueError, "`claims` must be about"),
        ({"claims": {"It learns.": ("kl", 1)}}, ValueError, "a dict of sentences"),
        ({"claims": {"It learns.": ("kl", "1", 2)}}, TypeError, "`claims` must be a number"),
        ({"claims": {"It learns.": ("kl", float("nan"), 2)}}, ValueError, "must be a number"),
        ({"claims": {"It learns.": ("kl", None, None)}}, ValueError, "must have a limit"),
        ({"claims": {"It learns.": ("kl", 2, 1)}}, ValueError, "must have a limit"),
    ],
)
def test_a_wrong_argument_is_refused_in_words(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        LiveTraining(**arguments)
