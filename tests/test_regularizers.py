"""The penalty on mean activations: its value, what the loss receives of it, and its file."""

import keras
import numpy as np
import pytest
from bars import copies
from keras import layers
from scipy.stats import entropy

from companion import Autoencoder, losses, networks
from companion.regularizers import KLSparsity

rng = np.random.default_rng(0)


def penalty(codes, rate, weight):
    """Give weight * sum_j KL(rate || mean_j) by scipy."""
    mean = codes.astype("float64").mean(axis=0)
    target = np.stack([np.full_like(mean, rate), np.full_like(mean, 1 - rate)])
    return weight * entropy(target, np.stack([mean, 1 - mean]), axis=0).sum()


@pytest.mark.parametrize("batch_size", [1, 7])
def test_the_loss_receives_the_penalty_whatever_the_batch_size(batch_size):
    codes = rng.uniform(0.01, 0.99, (batch_size, 5)).astype("float32")
    layer = layers.Activation("linear", activity_regularizer=KLSparsity(0.1, weight=2.0))
    layer(codes)
    (received,) = layer.losses
    assert float(received) == pytest.approx(penalty(codes, 0.1, 2.0), rel=1e-5)


def test_the_penalty_is_zero_where_every_mean_is_the_rate():
    codes = np.array([[0.0, 0.2], [0.2, 0.0]], "float32")
    assert float(KLSparsity(rate=0.1, weight=5.0)(codes)) == pytest.approx(0, abs=1e-6)


def test_the_penalty_stays_finite_for_units_stuck_on_or_off():
    assert np.isfinite(float(KLSparsity()(np.array([[0.0, 1.0]], "float32"))))


def make(weight, rate=0.1):
    keras.utils.set_random_seed(0)
    encoder = networks.dense_encoder(
        20,
        hidden=(),
        image_shape=(6,),
        code_activation="sigmoid",
        activity_regularizer=KLSparsity(rate, weight),
    )
    model = Autoencoder(encoder, networks.dense_decoder(20, hidden=(), image_shape=(6,)))
    model.compile(keras.optimizers.Adam(1e-2))
    return model


def test_training_brings_the_means_to_the_rate():
    x = rng.random((64, 6), dtype="float32")
    model = make(weight=10.0)
    assert model.encode(x).mean() > 0.4
    model.fit(copies(x, 200), batch_size=64, shuffle=False, verbose=0)  # a batch holds all
    np.testing.assert_allclose(model.encode(x).mean(axis=0), 0.1, atol=0.02)


def test_a_model_with_the_penalty_works_in_a_fresh_process(tmp_path, run_elsewhere):
    x = rng.random((8, 6), dtype="float32")
    model = make(weight=0.5, rate=0.2)
    model.fit(x, verbose=0)
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "loss.npy", model.evaluate(x, verbose=0, return_dict=True)["loss"])
    code = """
import companion.models, keras, numpy as np
model = keras.models.load_model("model.keras")
penalty = model.encoder.get_layer("code").activity_regularizer
assert (type(penalty).__name__, penalty.rate, penalty.weight) == ("KLSparsity", 0.2, 0.5)
terms = model.evaluate(np.load("x.npy"), verbose=0, return_dict=True)
assert abs(terms["loss"] - np.load("loss.npy")) < 1e-4
"""
    run_elsewhere(code, tmp_path)


@pytest.mark.parametrize(
    ("kwargs", "complaint"),
    [
        ({"rate": 0}, r"`rate` must be a number in \(0, 1\). Received: rate=0"),
        ({"rate": 1.0}, "`rate` must"),
        ({"rate": float("nan")}, "`rate` must"),
        ({"weight": -1}, r"`weight` must be a number in \[0, inf\).*weight=-1"),
        ({"weight": float("inf")}, "`weight` must"),
    ],
)
def test_rates_and_weights_out_of_range_are_refused(kwargs, complaint):
    with pytest.raises(ValueError, match=complaint):
        KLSparsity(**kwargs)


def test_the_term_is_the_one_of_losses():
    codes = rng.uniform(0.1, 0.9, (4, 3)).astype("float32")
    term = np.asarray(losses.bernoulli_kl(0.3, codes.mean(axis=0))).sum()
    assert float(KLSparsity(0.3, 1.0)(codes)) == pytest.approx(4 * term, rel=1e-5)


def test_a_weight_of_zero_is_no_penalty():
    assert float(KLSparsity(0.3, 0)(np.full((4, 3), 0.9, "float32"))) == 0
