"""Models that were trained in a page and saved there: opened as Keras models."""

import base64
import json

import keras
import numpy as np
import pytest

import companion
from companion import networks, zoo
from companion.zoo.page_files import FORMAT

BOTH = 784 * 8 + 8 + 5 * 8 + 9 * 784  # all but what writes the code
SIZES = {"vae": BOTH + 9 * 8, "autoencoder": BOTH + 9 * 4}
NAN, INF, MINUS_INF = (
    base64.b64encode(np.full(SIZES["vae"], value, "<f4").tobytes()).decode("ascii")
    for value in (np.nan, np.inf, -np.inf)
)


def saved(kind="vae", **changes):
    """What the page writes of a network 784-8-4 or, as a VAE, 784-8-(4, 4)."""
    weights = np.random.default_rng(0).normal(scale=0.05, size=SIZES[kind]).astype("<f4")
    return {
        "format": FORMAT, "kind": kind, "latent_dim": 4, "hidden": [8], "data": "digits",
        "beta": 0.5 if kind == "vae" else None,
        "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
    } | changes  # fmt: skip


def write(tmp_path, content):
    path = tmp_path / "mine.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", SIZES)
def test_a_saved_model_computes_what_its_weights_say(kind, tmp_path):
    content = saved(kind)
    model = zoo.from_page(write(tmp_path, content))
    w = np.frombuffer(base64.b64decode(content["weights"]), "<f4")
    x = np.random.default_rng(1).random((3, 784)).astype("float32")
    h = np.maximum(x @ w[:6272].reshape(784, 8) + w[6272:6280], 0)
    units = 8 if kind == "vae" else 4
    heads = h @ w[6280 : 6280 + 8 * units].reshape(8, units)
    heads = heads + w[6280 + 8 * units : 6280 + 9 * units]
    found = model.encode(x.reshape(3, 28, 28, 1))
    if kind == "vae":
        assert model.beta == 0.5
        np.testing.assert_allclose(found.z_log_var, heads[:, 4:], atol=1e-5)
        found = found.z_mean
    np.testing.assert_allclose(found, heads[:, :4], atol=1e-5)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("no JSON", "JSONDecodeError"),
        ("[]", "TypeError"),
        ({}, "KeyError: 'format'"),
        (saved(format="another"), "format 'another'"),
        (saved(format=f"{FORMAT}0"), f"format '{FORMAT}0'"),
        (saved(format=FORMAT.replace("1", "2")), "model 2'"),
        (saved(kind="vae") | {"kind": "gan"}, "kind 'gan'"),
        (saved(latent_dim=0), "sizes (0, 8)"),
        (saved(hidden=[True]), "sizes (4, True)"),
        (saved(hidden=[16]), "weights where"),
        (saved(hidden=[7]), "weights where"),
        (saved(weights="%"), "Error"),
        (saved(weights=f"%{saved()['weights']}"), "Error"),
        (saved(weights=NAN), "NaN"),
        (saved(weights=INF), "infinite weights"),
        (saved(weights=MINUS_INF), "infinite weights"),
    ],
    ids=[
        "text", "list", "empty", "format", "ten", "two", "kind", "no code", "a bool", "too few",
        "too many", "base64", "more than base64", "NaN", "infinity", "minus infinity",
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(content, found, tmp_path):
    with pytest.raises(zoo.CorruptModelError, match="as the page saves it") as caught:
        zoo.from_page(write(tmp_path, content))
    assert found in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        zoo.from_page(tmp_path / "none.json")


@pytest.mark.parametrize("path", [None, 3, "", b"mine.json", []])
def test_what_is_no_path_is_refused(path):
    for ask in (zoo.from_page, lambda path: zoo.to_page(make_model(), path)):
        with pytest.raises(TypeError, match=r"`path` must be a path\. Received: path="):
            ask(path)


# The way back


def make_model(kind="vae", latent_dim=3, hidden=(9, 7), decoder=None, likelihood="bernoulli"):
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(latent_dim, hidden=hidden, gaussian=kind == "vae")
    decoder = networks.dense_decoder(latent_dim, hidden=decoder or hidden[::-1])
    if kind == "vae":
        return companion.VAE(encoder, decoder, beta=0.25, likelihood=likelihood)
    return companion.Autoencoder(encoder, decoder, likelihood=likelihood)


@pytest.mark.parametrize("beta", [0.0, 0.25, 1.0, 4.0])
def test_a_beta_comes_back_as_it_was_set(beta, tmp_path):
    assert zoo.from_page(write(tmp_path, saved(beta=beta))).beta == beta
    model = make_model()
    model.beta = beta
    assert zoo.from_page(zoo.to_page(model, tmp_path / "again.json")).beta == beta


@pytest.mark.parametrize("hidden", [(9, 7), (6, 6)])  # (6, 6): a kernel and its turn alike in shape
@pytest.mark.parametrize("kind", SIZES)
def test_what_is_written_for_the_page_comes_back_as_the_same_model(kind, hidden, tmp_path):
    model = make_model(kind, hidden=hidden)
    path = zoo.to_page(model, tmp_path / "new" / "mine.json")
    back = zoo.from_page(path)
    assert type(back) is type(model)
    assert getattr(back, "beta", None) == getattr(model, "beta", None)
    for part in ("encoder", "decoder"):
        before, after = (getattr(each, part).get_weights() for each in (model, back))
        for a, b in zip(before, after, strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_file_has_the_keys_of_the_pages_own_and_says_whose_pictures_to_show(tmp_path):
    path = zoo.to_page(make_model(), tmp_path / "mine.json", data="faces")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content.keys() == saved().keys()
    assert content["data"] == "faces"
    path = zoo.to_page(make_model(), path, data=None)
    assert json.loads(path.read_text(encoding="utf-8"))["data"] == "none"
    for kind, beta in (("vae", 0.25), ("autoencoder", None)):
        path = zoo.to_page(make_model(kind), path)
        assert json.loads(path.read_text(encoding="utf-8"))["beta"] == beta


def make_gaussian_of_pixels():
    dense = keras.layers.Dense
    pixels = keras.Sequential([
        keras.Input((3,)), dense(9, "relu"), dense(784, "sigmoid"),
        keras.layers.Reshape((28, 28, 1)),
    ])  # fmt: skip
    encoder = networks.dense_encoder(3, hidden=(9,), gaussian=True)
    return companion.VAE(encoder, pixels, likelihood="gaussian")


def make_convolutional():
    encoder = networks.conv_encoder(2, gaussian=True)
    return companion.VAE(encoder, networks.conv_decoder(2))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: make_model(likelihood="gaussian"), "likelihood='gaussian'"),
        (make_gaussian_of_pixels, "likelihood='gaussian'"),
        (
            lambda: make_model(likelihood="continuous_bernoulli"),
            "likelihood='continuous_bernoulli'",
        ),
        (lambda: make_model(decoder=(9, 7)), r"hidden layers \[9, 7\] and \[9, 7\]"),
        (make_convolutional, "`model.encoder` must be a chain of dense layers"),
    ],
    ids=["Gaussian", "of pixels", "continuous", "another decoder", "convolutions"],
)
def test_a_model_of_another_kind_is_refused_in_words(make, found, tmp_path):
    with pytest.raises(ValueError, match=found):
        zoo.to_page(make(), tmp_path / "mine.json")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_model_and_unknown_pictures_are_refused(tmp_path):
    with pytest.raises(TypeError, match="`model` must be a `VAE` or an `Autoencoder`"):
        zoo.to_page("a model", tmp_path / "mine.json")
    with pytest.raises(ValueError, match=r"`data` must be 'digits', 'faces' or None.*data='mnist'"):
        zoo.to_page(make_model(), tmp_path / "mine.json", data="mnist")


def test_weights_that_are_not_finite_are_not_written(tmp_path):
    model = make_model()
    model.decoder.weights[0].assign(np.full(model.decoder.weights[0].shape, np.nan))
    with pytest.raises(ValueError, match="finite"):
        zoo.to_page(model, tmp_path / "mine.json")
