"""Models that are given a condition, such as a label, beside the picture."""

import functools
import math
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from bars import SHAPE, bars
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit

from companion import losses, metrics, networks
from companion.models import VAE, Autoencoder

CODE, KINDS = 2, 6  # numbers in a code; places of a bar

both_models = pytest.mark.parametrize("kind", [Autoencoder, VAE])


@pytest.fixture(scope="module")
def x():
    return bars()


@pytest.fixture(scope="module")
def label(x):
    """Give the place of each picture's bar, one-hot, `(60, 6)`."""
    return np.eye(KINDS, dtype="float32")[x[:, 0, :, 0].argmax(axis=1)]


def network(first, condition, *outputs):
    """Build dense layers from an array, and a condition unless it is None, to outputs."""
    inputs = [keras.Input(shape) for shape in (first, condition) if shape]
    flat = [layers.Flatten()(each) for each in inputs]
    h = layers.Concatenate()(flat) if len(flat) == 2 else flat[0]
    h = layers.Dense(32, activation="relu")(h)
    outputs = [layers.Reshape(shape)(layers.Dense(math.prod(shape))(h)) for shape in outputs]
    inputs, outputs = (each if len(each) == 2 else each[0] for each in (inputs, outputs))
    return keras.Model(inputs, outputs)


def make(kind=VAE, encoder_condition=(KINDS,), decoder_condition=(KINDS,), **kwargs):
    keras.utils.set_random_seed(0)
    codes = [(CODE,)] * kind.encoder_outputs
    model = kind(
        network(SHAPE, encoder_condition, *codes),
        network((CODE,), decoder_condition, SHAPE),
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


fresh = functools.cache(make)  # for tests that do not train


def mean_code(model, x, label):
    """Give what the encoder says, by itself: the codes, or the means."""
    inputs = [x, label] if len(model.encoder.inputs) == 2 else x
    codes = model.encoder(inputs)
    return codes[0] if isinstance(model, VAE) else codes


def price(model, x, label):
    """Give the error of the pictures of mean codes: no draw makes it scatter."""
    return model.nll(x, numpy(mean_code(model, x, label)), label).mean()


@both_models
@pytest.mark.parametrize("encoder_condition", [(KINDS,), None], ids=["both", "decoder alone"])
def test_code_and_picture_are_what_the_networks_give(kind, encoder_condition, x, label):
    model = fresh(kind, encoder_condition)
    assert model.condition_shape == (KINDS,)
    z = numpy(mean_code(model, x, label))
    pixels = expit(numpy(model.decoder([z, label])))
    encoded = model.encode(x, label)
    np.testing.assert_allclose(encoded.z_mean if kind is VAE else encoded, z, atol=1e-6)
    np.testing.assert_allclose(model.decode(z, label), pixels, atol=1e-6)
    np.testing.assert_allclose(model.reconstruct(x, label), pixels, atol=1e-6)
    if encoder_condition:  # the encoder looks at it, and so does the decoder
        other = np.roll(label, 1, axis=1)
        assert np.abs(numpy(mean_code(model, x, other)) - z).max() > 0.01
    assert np.abs(model.decode(z, np.roll(label, 1, axis=1)) - pixels).max() > 0.01
    truth = numpy(losses.bernoulli_nll(x, numpy(model.decoder([z, label]))))
    np.testing.assert_allclose(model.nll(x, z, label), truth, rtol=1e-5)


@both_models
def test_a_condition_may_be_a_list(kind, x, label):
    model = fresh(kind)
    acts = [model.reconstruct, model.encode]
    if kind is VAE:
        acts += [lambda x, c: model.elbo(x, condition=c), lambda x, c: model.sample(60, 0, c)]
    for act in acts:
        np.testing.assert_array_equal(act(x, label.tolist()), act(x, label))


def test_one_code_is_held_against_every_picture_under_its_own_condition(x, label):
    model = fresh(VAE)
    z = np.float32([[0.3, -1]])
    truth = [model.nll(x[i : i + 1], z, label[i : i + 1])[0] for i in range(60)]
    np.testing.assert_allclose(model.nll(x, z, label), truth, rtol=1e-5)


def stream(*arrays):
    return ((tuple(a[i : i + 20] for a in arrays),) for i in (0, 20, 40))


WAYS = {
    "a tuple": lambda x, label: (x, label),
    "a dict": lambda x, label: {"condition": label, "x": x},
    "whole numbers": lambda x, label: (x, label.astype("int64")),
}


@both_models
@pytest.mark.parametrize("way", WAYS)
def test_training_and_measuring_take_a_condition(kind, way, x, label):
    given = WAYS[way](x, label)
    model = make(kind)
    before, untrained = model.evaluate(given, verbose=0, return_dict=True), price(model, x, label)
    if kind is Autoencoder:
        assert before["loss"] == pytest.approx(untrained, rel=1e-5)
    else:
        assert before["kl"] == pytest.approx(model.encode(x, label).kl.sum(1).mean(), rel=1e-5)
        elbo = model.elbo(x, draws=50, condition=label).mean()
        assert before["loss"] == pytest.approx(-elbo, rel=0.05)
    history = model.fit(given, epochs=5, validation_data=(given, None), verbose=0).history
    assert price(model, x, label) < untrained - 1
    assert history["val_loss"][-1] == pytest.approx(
        model.evaluate(given, verbose=0)[0], rel=1e-5 if kind is Autoencoder else 0.1
    )
    pixels = model.reconstruct(x, label)
    np.testing.assert_allclose(model.predict(given, verbose=0), pixels, atol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(given), pixels, atol=1e-6)


@both_models
def test_a_stream_of_pictures_and_conditions_trains(kind, x, label):
    model = make(kind)
    untrained = price(model, x, label)
    model.fit(stream(x, label), steps_per_epoch=3, verbose=0)
    assert price(model, x, label) < untrained - 0.3
    pixels = model.predict(stream(x, label), steps=3, verbose=0)
    np.testing.assert_allclose(pixels, model.reconstruct(x, label), atol=1e-6)


@pytest.mark.parametrize("way", ["a tuple", "a dict"])
def test_a_dataset_of_pictures_and_conditions_is_looked_at_and_encoded(way, x, label):
    tensorflow = pytest.importorskip("tensorflow")

    def dataset(x, label):
        return tensorflow.data.Dataset.from_tensor_slices((WAYS[way](x, label),)).batch(20)

    model = fresh(Autoencoder)
    loss = model.evaluate(dataset(x, label), verbose=0)
    assert loss == pytest.approx(model.evaluate((x, label), batch_size=20, verbose=0), rel=1e-5)
    codes = model.encode(dataset(x, label))
    np.testing.assert_allclose(codes, model.encode(x, label), atol=1e-6)
    for spoilt, complaint in (
        ((x * 255, label), r"^`x` must lie in \[0, 1\]"),
        ((x, label * np.nan), "^`condition` must be finite"),
    ):
        with pytest.raises(ValueError, match=complaint):
            model.evaluate(dataset(*spoilt), verbose=0)


@both_models
def test_a_weight_and_a_target_go_with_the_picture(kind, x, label):
    model = fresh(kind)
    clean = 1 - x
    loss = model.evaluate((x, label), clean, verbose=0, return_dict=True)["reconstruction"]
    z = numpy(mean_code(model, x, label))
    truth = numpy(losses.bernoulli_nll(clean, numpy(model.decoder([z, label])))).mean()
    assert loss == pytest.approx(truth, rel=1e-5 if kind is Autoencoder else 0.05)
    nothing = model.evaluate((x, label), sample_weight=np.zeros(60), verbose=0, return_dict=True)
    assert nothing["loss"] == 0
    noisy = model.evaluate((3 * x - 1, label), x, verbose=0)  # beside a target it may be anything
    assert np.isfinite(noisy).all()
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]"):
        model.evaluate((3 * x - 1, label), verbose=0)


def test_the_label_chooses_what_is_drawn(x, label):
    model = make()
    model.fit((x, label), epochs=60, batch_size=20, verbose=0)
    wanted = np.arange(60) % KINDS
    drawn = model.sample(60, seed=0, condition=np.eye(KINDS)[wanted])
    assert (drawn.mean(axis=(1, 3)).argmax(axis=1) == wanted).mean() > 0.9
    elbo = model.elbo(x, draws=20, condition=label)
    estimate = metrics.log_likelihood(model, x, draws=200, condition=label)
    assert elbo.mean() < estimate.mean() < elbo.mean() + 5


def test_the_answer_to_how_a_digit_is_chosen_runs():
    text = (Path(__file__).parents[1] / "book" / "questions.md").read_text(encoding="utf-8")
    (code,) = (
        part for part in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "condition" in part
    )
    names = {}
    exec(code.replace("epochs=40", "epochs=1, verbose=0"), names)
    assert names["sevens"].shape == (8, 28, 28, 1)


@both_models
@pytest.mark.parametrize("encoder_condition", [(KINDS,), None], ids=["both", "decoder alone"])
def test_a_saved_model_comes_back_with_its_condition(kind, encoder_condition, x, label, tmp_path):
    model = make(kind, encoder_condition)
    model.fit((x, label), verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.condition_shape == (KINDS,)
    np.testing.assert_array_equal(again.reconstruct(x, label), model.reconstruct(x, label))


@both_models
@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (lambda m, x, c: m.fit(x), "`x` must hold pictures and the condition of each"),
        (lambda m, x, c: m.fit((x, c, c)), "`x` must hold pictures and the condition"),
        (lambda m, x, c: m.fit((x, c), validation_data=(x, None)), "`validation x` must hold"),
        (lambda m, x, c: m.evaluate({"x": x, "label": c}), "'x' and 'condition'.*'label', 'x'"),
        (lambda m, x, c: m.predict((x, c[:9])), "one for each example. Received: 9 for 60"),
        (lambda m, x, c: m.fit((x * 255, c)), r"`x` must lie in \[0, 1\]"),
        (lambda m, x, c: m.fit((x, c * np.nan)), "`condition` must be finite"),
        (lambda m, x, c: m.encode(x), r"`condition` must be an array \(n, 6\) here"),
        (lambda m, x, c: m.encode(x, c.argmax(1)), r"`condition` must have shape \(n, 6\)"),
        (lambda m, x, c: m.decode(np.zeros((3, CODE)), c), "Received: 60 for 3"),
        (lambda m, x, c: m.nll(x, np.zeros((1, CODE)), c[:1]), "Received: 1 for 60"),
        (lambda m, x, c: m.reconstruct(x, None), "`condition` must be an array"),
    ],
)  # fmt: skip
def test_a_condition_that_is_missing_or_wrong_is_refused(kind, act, complaint, x, label):
    with pytest.raises(TypeError if "` must hold" in complaint else ValueError, match=complaint):
        act(fresh(kind), x, label)


def test_a_model_without_a_condition_refuses_one(x, label):
    model = VAE(
        networks.dense_encoder(CODE, image_shape=SHAPE, gaussian=True),
        networks.dense_decoder(CODE, image_shape=SHAPE),
    )
    assert model.condition_shape is None
    with pytest.raises(ValueError, match=r"must be none here\. Received: ndarray"):
        model.encode(x, label)
    model.compile("adam")
    with pytest.raises(TypeError, match=r"must be one array\. Received: a tuple"):
        model.fit((x, label))


@pytest.mark.parametrize(
    ("conditions", "received"),
    [
        (((KINDS,), None), "encoder (6,), decoder none"),
        (((KINDS,), (3,)), "encoder (6,), decoder (3,)"),
    ],
)
def test_networks_that_read_other_conditions_are_refused(conditions, received):
    with pytest.raises(ValueError, match="must read the condition") as refusal:
        make(VAE, *conditions)
    assert received in str(refusal.value)


def test_a_condition_without_an_axis_of_its_own_is_refused():
    code, kind = keras.Input((CODE,)), keras.Input(())
    h = layers.Concatenate()([code, layers.Reshape((1,))(kind)])
    decoder = keras.Model([code, kind], layers.Reshape(SHAPE)(layers.Dense(36)(h)))
    with pytest.raises(ValueError, match="must have shape"):
        Autoencoder(networks.dense_encoder(CODE, image_shape=SHAPE), decoder)


def test_a_network_with_three_inputs_is_refused():
    inputs = [keras.Input((n,)) for n in (CODE, KINDS, 3)]
    h = layers.Dense(36)(layers.Concatenate()(inputs))
    decoder = keras.Model(inputs, layers.Reshape(SHAPE)(h))
    with pytest.raises(TypeError, match="3 inputs and 1 outputs"):
        Autoencoder(networks.dense_encoder(CODE, image_shape=SHAPE), decoder)


@both_models
@pytest.mark.parametrize("encoder_condition", [(KINDS,), None], ids=["both", "decoder alone"])
def test_networks_of_the_package_make_a_conditional_model(
    kind, encoder_condition, x, label, tmp_path
):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (32,), "image_shape": SHAPE}
    model = kind(
        networks.dense_encoder(
            CODE, gaussian=kind is VAE, condition_shape=encoder_condition, **sizes
        ),
        networks.dense_decoder(CODE, condition_shape=(KINDS,), **sizes),
    )
    assert model.condition_shape == (KINDS,)
    model.compile(keras.optimizers.Adam(1e-2))
    untrained = price(model, x, label)
    model.fit((x, label), epochs=20, batch_size=20, verbose=0)
    assert price(model, x, label) < untrained - 1
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.reconstruct(x, label), model.reconstruct(x, label))
