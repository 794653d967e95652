"""The model that learns from a few labels: its loss, its answers, its doors, its file."""

import functools
import math

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, broken, copies, error
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.special import log_softmax

from companion import losses, networks
from companion.models import VAE, SemiSupervisedVAE

CODE, KINDS = 2, 6  # numbers in a code; places of a bar


@pytest.fixture(scope="module")
def x():
    return bars()


@pytest.fixture(scope="module")
def label(x):
    """Give the place of each picture's bar, one-hot, `(60, 6)`."""
    return np.eye(KINDS, dtype="float32")[x[:, 0, :, 0].argmax(axis=1)]


@pytest.fixture(scope="module")
def few(label):
    """Give the labels of ten pictures, and zeros for the rest."""
    return label * (np.arange(60) < 10)[:, None].astype("float32")


def without_noise():
    """Build an encoder of pictures and labels whose sigma is all but 0, so that no draw matters."""
    inputs = keras.Input(SHAPE), keras.Input((KINDS,))
    h = layers.Concatenate()([layers.Flatten()(inputs[0]), inputs[1]])
    narrow = layers.Dense(
        CODE, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(-25)
    )
    return keras.Model(inputs, [layers.Dense(CODE)(h), narrow(h)])


def make(encoder=None, **kwargs):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (16,), "image_shape": SHAPE}
    model = SemiSupervisedVAE(
        encoder or networks.dense_encoder(CODE, gaussian=True, condition_shape=(KINDS,), **sizes),
        networks.dense_decoder(CODE, condition_shape=(KINDS,), **sizes),
        networks.dense_encoder(KINDS, **sizes),
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


fresh = functools.cache(make)  # for tests that do not train


def by_hand(model, x, label):
    """Give -L(x, y) of every label, `(n, k)`, and log q(y | x), in NumPy, from the networks."""
    prices = []
    for row in np.eye(KINDS, dtype="float32"):
        y = np.tile(row, (len(x), 1))
        z_mean, z_log_var = map(numpy, model.encoder([x, y]))
        kl = (np.exp(z_log_var) + z_mean**2 - 1 - z_log_var).sum(axis=1) / 2
        nll = numpy(losses.bernoulli_nll(x, model.decoder([z_mean, y])))
        prices.append(nll + model.beta * kl + math.log(KINDS))
    return np.transpose(prices), log_softmax(numpy(model.classifier(x)), axis=1)


@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 1.0), (3.0, 0.5)])
def test_the_loss_tries_every_label_where_none_is_known(alpha, beta, x, label, few):
    model = make(without_noise(), alpha=alpha, beta=beta)
    prices, log_q = by_hand(model, x, label)
    named = (label * (prices - alpha * log_q)).sum(axis=1)
    unnamed = (np.exp(log_q) * (prices + log_q)).sum(axis=1)
    for given, truth in (
        (label, named),
        (0 * label, unnamed),
        (few, np.where(few.any(axis=1), named, unnamed)),
    ):
        assert error(model, (x, given))["loss"] == pytest.approx(truth.mean(), rel=1e-4)


def test_the_terms_add_up_to_the_loss(x, few):
    terms = error(make(alpha=3.0, beta=0.5), (x, few))
    total = terms["reconstruction"] + 0.5 * terms["kl"] + terms["label_kl"]
    assert terms["loss"] == pytest.approx(total + 3 * terms["label_nll"] * 10 / 60, rel=1e-4)


def test_what_naming_costs_lies_between_none_and_log_k(x, label):
    model = fresh()
    log_q = log_softmax(numpy(model.classifier(x)), axis=1)
    truth = (np.exp(log_q) * log_q).sum(axis=1).mean() + math.log(KINDS)
    terms = error(model, (x, 0 * label))
    assert terms["label_kl"] == pytest.approx(truth, rel=1e-3)
    assert terms["label_nll"] == 0
    terms = error(model, (x, label))
    assert terms["label_kl"] == pytest.approx(math.log(KINDS), rel=1e-5)
    assert terms["label_nll"] == pytest.approx(-(label * log_q).sum(axis=1).mean(), rel=1e-4)


def test_with_all_labels_and_no_classifier_it_is_a_conditional_vae(x, label):
    model = make(without_noise(), alpha=0.0)
    plain = VAE(model.encoder, model.decoder)
    plain.compile()
    price = error(plain, (x, label))["loss"] + math.log(KINDS)
    assert error(model, (x, label))["loss"] == pytest.approx(price, rel=1e-5)
    elbo = model.elbo(x, condition=label)
    assert elbo == pytest.approx(plain.elbo(x, condition=label), rel=1e-5)


def test_pictures_without_labels_help_to_name_bars(x, label, few):
    model = make(alpha=10.0)
    before = error(model, (x, few))["loss"]
    model.fit((copies(x, 60), copies(few, 60)), batch_size=20, verbose=0)
    assert error(model, (x, few))["loss"] < before - 3
    right = model.classify(x).argmax(axis=1) == label.argmax(axis=1)
    seen = label[:10].any(axis=0)[label.argmax(axis=1)]  # places of which a label was known
    assert right[seen].mean() > 0.9


def test_chances_are_those_of_the_classifier(x):
    model = fresh()
    chances = model.classify(x)
    assert chances == pytest.approx(np.exp(log_softmax(numpy(model.classifier(x)), 1)), abs=1e-6)
    assert np.array_equal(model.classify(x, batch_size=7).argmax(1), chances.argmax(1))


def test_where_no_label_is_given_the_likeliest_is_taken(x):
    model = fresh()
    likeliest = np.eye(KINDS)[model.classify(x).argmax(axis=1)]
    for act in (model.reconstruct, lambda *given: model.encode(*given).z_mean):
        np.testing.assert_array_equal(act(x), act(x, likeliest))


def test_pictures_are_drawn_again_with_the_labels_that_are_given(x):
    model = fresh()
    other = np.roll(np.eye(KINDS)[model.classify(x).argmax(axis=1)], 1, axis=1)
    drawn = model.reconstruct(x, other)
    np.testing.assert_allclose(drawn, model.decode(model.encode(x, other).z_mean, other), atol=1e-6)
    assert np.abs(drawn - model.reconstruct(x)).max() > 1e-3


@pytest.mark.parametrize("door", ["encode", "reconstruct"])
def test_the_likeliest_label_is_sought_in_batches_of_the_size_that_is_asked_for(
    door, x, monkeypatch
):
    asked, classify = [], SemiSupervisedVAE.classify

    def noted(model, x, batch_size=None):
        asked.append(batch_size)
        return classify(model, x, batch_size)

    monkeypatch.setattr(SemiSupervisedVAE, "classify", noted)
    getattr(fresh(), door)(x, batch_size=25)
    assert set(asked) == {25}


def test_the_label_of_a_sample_is_drawn_evenly_or_chosen(x):
    model = fresh()
    np.testing.assert_array_equal(model.sample(9, seed=3), model.sample(9, seed=3))
    assert not np.array_equal(model.sample(9, seed=3), model.sample(9, seed=4))

    def of_kind(k, seed):
        """Say which of 400 samples are those of kind k: `(400,)`."""
        chosen = np.eye(KINDS)[[k] * 400]
        pair = model.sample(400, seed), model.sample(400, seed, condition=chosen)
        return np.isclose(*pair, atol=1e-6).all(axis=(1, 2, 3))

    kinds = np.array([of_kind(k, 3) for k in range(KINDS)])
    assert (kinds.sum(axis=0) == 1).all()
    assert kinds.mean(axis=1) == pytest.approx(1 / KINDS, abs=0.06)
    assert not np.array_equal(of_kind(2, 4), kinds[2])  # other labels by another seed


def test_a_stream_brings_its_labels_to_encode(x, label):
    class Batches(keras.utils.PyDataset):
        num_batches = 2

        def __getitem__(self, i):
            part = slice(30 * i, 30 * i + 30)
            return ((x[part], label[part]),)

    wanted = fresh().encode(x, label).z_mean
    np.testing.assert_allclose(fresh().encode(Batches()).z_mean, wanted, atol=1e-6)


def test_weights_of_pictures_weigh_all_terms(x, few):
    model = make(without_noise(), alpha=2.0)
    weight = (np.arange(60) % 2).astype("float32")
    some = error(model, (x[1::2], few[1::2]))
    half = model.evaluate((x, few), sample_weight=weight, verbose=0, return_dict=True)
    assert half["loss"] == pytest.approx(some["loss"] / 2, rel=1e-4)
    assert half["label_nll"] == pytest.approx(some["label_nll"], rel=1e-4)


def test_a_target_is_priced_in_the_place_of_the_picture(x, label):
    model = make(without_noise())
    terms = model.evaluate((x, label), 1 - x, verbose=0, return_dict=True)
    z = model.encode(x, label).z_mean
    assert terms["reconstruction"] == pytest.approx(model.nll(1 - x, z, label).mean(), rel=1e-4)


def test_metrics_judge_the_picture_of_the_likeliest_label(x, label):
    model = make(without_noise())
    model.compile(metrics=["mse"])
    likeliest = np.eye(KINDS)[model.classify(x).argmax(axis=1)]
    z = model.encode(x, likeliest).z_mean
    truth = np.square(model.decode(z, likeliest) - x).mean()
    assert error(model, (x, label))["mse"] == pytest.approx(truth, rel=1e-4)


def test_an_encoder_may_read_the_picture_alone(x, few):
    alone = networks.dense_encoder(CODE, hidden=(16,), image_shape=SHAPE, gaussian=True)
    model = make(alone, likelihood="gaussian", sigma="optimal")
    model.fit((copies(x, 5), copies(few, 5)), batch_size=20, verbose=0)
    sigma = model.sigma
    assert 0.05 < sigma < 0.5
    error(model, (0 * x, few))
    assert model.sigma == sigma  # a measurement leaves it alone


ELSEWHERE = """
import keras, numpy as np
import companion.models
model = keras.saving.load_model("model.keras")
x = np.load("x.npy")
np.save("chances.npy", model.classify(x))
np.save("pictures.npy", model.reconstruct(x))
assert (type(model).__name__, model.alpha, model.beta) == ("SemiSupervisedVAE", 3.0, 0.5)
model.fit((x, np.eye(6)[[0] * len(x)]), verbose=0)
"""


def test_a_saved_model_comes_back_in_another_process(x, few, tmp_path, run_elsewhere):
    model = make(alpha=3.0, beta=0.5)
    model.fit((x, few), verbose=0)
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    run_elsewhere(ELSEWHERE, tmp_path)
    for name, answer in (("chances", model.classify(x)), ("pictures", model.reconstruct(x))):
        np.testing.assert_allclose(np.load(tmp_path / f"{name}.npy"), answer, atol=1e-6)


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (lambda m, x, y: m.fit(x), "`x` must hold pictures and the condition of each"),
        (lambda m, x, y: m.fit((x, y.argmax(1))), r"`condition` must have shape \(n, 6\)"),
        (lambda m, x, y: m.fit((x, 2 * y)), "one-hot, and zeros where none is known. Received"),
        (lambda m, x, y: m.fit((x, 1 - y)), "and up to 5 in a row"),
        (lambda m, x, y: m.fit((x, np.maximum(y, y[::-1]))), "and up to 2 in a row"),
        (lambda m, x, y: m.evaluate((x, y / 2)), "values from 0 to 0.5"),
        (lambda m, x, y: m.fit((x, y), validation_data=((x, -y), None)), "`condition` must hold"),
        (lambda m, x, y: m.evaluate((x * 255, y)), r"`x` must lie in \[0, 1\]"),
        (lambda m, x, y: m.classify(broken(x, np.nan)), "`x` must be finite"),
        (lambda m, x, y: m.classify(x[..., 0]), "Add the channel axis"),
        (lambda m, x, y: m.encode(x, y[:9]), "Received: 9 for 60"),
        (lambda m, x, y: m.sample(0, 1), "`n` must be a positive integer"),
        (lambda m, x, y: m.sample(3, -1), "`seed` must be an integer"),
        (lambda m, x, y: m.classify(x, batch_size=0), "`batch_size` must be a positive"),
        (lambda m, x, y: m.elbo(x), r"`condition` must be an array \(n, 6\)"),
    ],
)
def test_what_is_no_picture_or_no_label_is_refused(act, complaint, x, label):
    with pytest.raises(TypeError if "hold pictures" in complaint else ValueError, match=complaint):
        act(fresh(), x, label)


def test_a_stream_is_looked_at_too(x, few):
    with pytest.raises(ValueError, match="one-hot, and zeros"):
        fresh().evaluate((((x, each),) for each in [3 * few]), steps=1, verbose=0)


SIZES = {"hidden": (8,), "image_shape": SHAPE}


@pytest.mark.parametrize(
    ("parts", "kind", "complaint"),
    [
        ({"alpha": -1}, ValueError, r"`alpha` must be a number in \[0, inf\)"),
        ({"alpha": "1"}, TypeError, "`alpha` must be a number"),
        ({"classifier": networks.dense_encoder(5, **SIZES)}, ValueError, r"Received: .* \(5,\)"),
        ({"classifier": networks.dense_decoder(6, **SIZES)}, ValueError, "`classifier` must read"),
        ({"classifier": "none"}, TypeError, "`classifier` must be a built Keras model"),
        (
            {"classifier": networks.dense_encoder(KINDS, condition_shape=(3,), **SIZES)},
            ValueError,
            "`classifier` must read",
        ),
        (
            {"decoder": networks.dense_decoder(CODE, condition_shape=(2, 3), **SIZES)},
            ValueError,
            r"must read a code and a label.*Received: a decoder that reads \(2, 3\)",
        ),
        (
            {"decoder": networks.dense_decoder(CODE, **SIZES)},
            ValueError,
            r"must read a code and a label.*Received: a decoder that reads none",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, kind, complaint):
    fitting = {
        "encoder": networks.dense_encoder(CODE, gaussian=True, **SIZES),
        "decoder": networks.dense_decoder(CODE, condition_shape=(KINDS,), **SIZES),
        "classifier": networks.dense_encoder(KINDS, **SIZES),
    }
    with pytest.raises(kind, match=complaint):
        SemiSupervisedVAE(**(fitting | parts))
