"""The autoencoder as a Keras model: training, measuring, saving, refusing."""

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, broken, copies, error
from keras import layers
from keras.ops import convert_to_numpy as numpy
from scipy.special import expit, softmax

from companion import losses, metrics, networks
from companion.models import Autoencoder


@pytest.fixture(scope="module")
def x():
    return bars()


def make(likelihood="bernoulli", seed=0, **kwargs):
    keras.utils.set_random_seed(seed)
    sizes = {"hidden": (16,), "image_shape": SHAPE}
    model = Autoencoder(
        networks.dense_encoder(3, **sizes),
        networks.dense_decoder(3, **sizes),
        likelihood,
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_training_lowers_the_held_out_error(likelihood, x):
    model = make(likelihood)
    before = error(model, x[40:])["loss"]
    history = model.fit(copies(x[:40], 30), batch_size=10, verbose=0).history
    assert error(model, x[40:])["loss"] < before - 1
    assert set(history) == {"loss", "reconstruction"}


def test_training_beats_the_baseline_and_not_the_floor(x):
    model = make()
    model.fit(copies(x[:40], 150), batch_size=10, verbose=0)
    assert metrics.floor(x[40:]) < error(model, x[40:])["loss"] < metrics.baseline(x[:40], x[40:])


def test_loss_is_the_mean_negative_log_likelihood_in_nats_per_image(x):
    model = make()
    logits = model.decoder.predict(model.encoder.predict(x, verbose=0), verbose=0)
    truth = numpy(losses.bernoulli_nll(x, logits)).mean()
    assert error(model, x) == pytest.approx({"loss": truth, "reconstruction": truth}, rel=1e-5)


def test_penalties_of_layers_count_in_the_loss_and_not_in_the_reconstruction(x):
    encoder = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.5)),
        ]
    )
    model = Autoencoder(encoder, networks.dense_decoder(3, image_shape=SHAPE))
    model.compile()
    penalty = 0.5 * float((encoder.get_weights()[0] ** 2).sum())
    terms = error(model, x)
    assert terms["loss"] - terms["reconstruction"] == pytest.approx(penalty, rel=1e-3)


def test_fit_and_evaluate_take_a_clean_target(x):
    model = make()
    noisy = np.clip(x + 0.3, 0, 1)
    truth = numpy(losses.bernoulli_nll(x, model(noisy))).mean()
    assert error(model, noisy, x)["loss"] == pytest.approx(truth, rel=1e-5)
    model.fit(copies(noisy, 20), copies(x, 20), batch_size=10, verbose=0)
    assert error(model, noisy, x)["loss"] < truth


def test_sample_weights_choose_what_is_learnt(x):
    model = make()
    before = model.get_weights()
    model.fit(x, sample_weight=np.zeros(60), verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("shape", [(60,), (60, 1)])
def test_sample_weights_weigh_the_error(shape, x):
    model = make()
    model.fit(copies(x[:30], 20), batch_size=10, verbose=0)
    weights = np.linspace(0, 3, 60)
    truth = (weights * numpy(losses.bernoulli_nll(x, model(x)))).mean()
    terms = model.evaluate(
        x, sample_weight=weights.reshape(shape), batch_size=60, verbose=0, return_dict=True
    )
    assert terms == pytest.approx({"loss": truth, "reconstruction": truth}, rel=1e-4)
    validation = (x, None, weights)
    history = model.fit(x[:1] * 0, sample_weight=np.zeros(1), validation_data=validation, verbose=0)
    assert history.history["val_loss"][0] == pytest.approx(truth, rel=0.1)


def test_weights_weigh_in_the_weighted_metrics_alone(x):
    model = make()
    model.compile("sgd", metrics=["mae"], weighted_metrics=["mse"])
    told = model.evaluate(
        x, sample_weight=np.arange(60) % 2, batch_size=60, verbose=0, return_dict=True
    )
    errors = model.reconstruct(x) - x
    assert told["mse"] == pytest.approx(np.square(errors[1::2]).mean(), rel=1e-4)
    assert told["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-4)


def test_metrics_judge_by_the_target_where_there_is_one(x):
    model = make()
    model.compile("sgd", metrics=["mse"])
    told = model.evaluate(1 - x, x, verbose=0, return_dict=True)
    assert told["mse"] == pytest.approx(np.square(model.reconstruct(1 - x) - x).mean(), rel=1e-4)


def test_long_arrays_are_encoded_whole(x):
    many = np.concatenate([x] * 40)  # 2,400 pictures: more than one batch
    codes = make().encode(many)
    assert len(codes) == 2400
    np.testing.assert_allclose(codes[-60:], codes[:60], atol=1e-6)


def test_dropout_is_off_outside_training(x):
    encoder = keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3), layers.Dropout(0.5)]
    )
    model = Autoencoder(encoder, networks.dense_decoder(3, image_shape=SHAPE))
    np.testing.assert_array_equal(model.encode(x), model.encode(x))


@pytest.mark.parametrize("dtype", ["float64", "float16", "uint8"])
def test_a_stream_may_hold_any_numbers(dtype, x):
    ink = (x > 0.5).astype(dtype)
    model = make()
    model.fit(((ink[i : i + 20],) for i in (0, 20)), steps_per_epoch=2, shuffle=False, verbose=0)
    assert np.isfinite(error(model, x)["loss"])


@pytest.mark.parametrize("labels", [np.zeros(60), np.zeros((60, 1)), np.zeros((60, 10))])
def test_labels_in_a_stream_are_no_target(labels, x):
    with pytest.raises(ValueError, match="Labels are no target"):
        make().fit(((x, labels) for _ in range(1)), steps_per_epoch=1, shuffle=False, verbose=0)


def test_what_an_autoencoder_has_no_use_for_is_refused(x):
    for weight in ({0: 1.0}, {}):
        with pytest.raises(ValueError, match="no classes"):
            make().fit(x, class_weight=weight)
    with pytest.raises(TypeError, match="must be one array"):
        make().evaluate((x,))
    model = make()
    model.compile("adam", loss="mse")
    with pytest.raises(ValueError, match="brings its own loss"):
        model.fit(x)
    assert len(model.predict(x, verbose=0)) == 60  # it asks for no loss


def test_predict_and_reconstruct_give_pixels(x):
    model = make()
    pixels = expit(numpy(model(x)))
    np.testing.assert_allclose(model.predict(x, verbose=0), pixels, atol=1e-6)
    np.testing.assert_allclose(model.reconstruct(x), pixels, atol=1e-6)
    np.testing.assert_allclose(model.decode(model.encode(x)), pixels, atol=1e-6)
    assert model.encode(x).shape == (60, 3)


def test_gaussian_decoder_gives_means_as_they_are(x):
    model = make("gaussian")
    np.testing.assert_allclose(model.reconstruct(x), numpy(model(x)), atol=1e-6)


def test_the_twenty_lines_of_chapter_1_give_the_same_numbers(x):
    """Built by hand from plain Keras, and as `Autoencoder`: the same after training."""
    package = make()
    # Unshuffled: under JAX, Keras draws one order more where a loss is compiled.
    package.fit(x, epochs=5, batch_size=16, shuffle=False, verbose=0)

    keras.utils.set_random_seed(0)
    encoder = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(3),
        ]
    )
    decoder = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(36),
            layers.Reshape(SHAPE),
        ]
    )
    by_hand = keras.Sequential([encoder, decoder])
    by_hand.compile(keras.optimizers.Adam(1e-2), losses.bernoulli_nll)
    by_hand.fit(x, x, epochs=5, batch_size=16, shuffle=False, verbose=0)

    for ours, theirs in zip(package.get_weights(), by_hand.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert error(package, x)["loss"] == pytest.approx(by_hand.evaluate(x, x, verbose=0), rel=1e-6)


def test_an_interrupt_leaves_the_weights_so_far_and_training_goes_on(x):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                raise KeyboardInterrupt

    model = make()
    before = error(model, x)["loss"]
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, epochs=50, batch_size=10, verbose=0, callbacks=[Interrupt()])
    kept = error(model, x)["loss"]
    assert kept < before
    assert int(model.optimizer.iterations) == 4
    model.fit(x, epochs=5, batch_size=10, verbose=0)
    assert error(model, x)["loss"] < kept


def test_a_saved_model_works_in_a_fresh_process(x, tmp_path, run_elsewhere):
    model = make("gaussian")
    model.fit(x, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "expected.npy", model.reconstruct(x))
    code = """
import companion.models, keras, numpy as np
model = keras.models.load_model("model.keras")
assert type(model) is companion.models.Autoencoder and model.likelihood == "gaussian"
np.testing.assert_array_equal(model.reconstruct(np.load("x.npy")), np.load("expected.npy"))
assert int(model.optimizer.iterations) == 4
model.fit(np.load("x.npy"), verbose=0)
"""
    run_elsewhere(code, tmp_path)


def test_a_stream_of_batches_trains_too(x):
    batches = ((x[i : i + 20],) for i in (0, 20, 40))
    model = make()
    before = error(model, x)["loss"]
    model.fit(batches, steps_per_epoch=3, shuffle=False, verbose=0)
    assert error(model, x)["loss"] < before


@pytest.mark.parametrize("door", ["fit", "evaluate", "predict", "encode", "reconstruct"])
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda x: broken(x, np.nan), "`x` must be finite. Received: 1 NaN"),
        (lambda x: broken(x, 2), r"`x` must lie in \[0, 1\]"),
        (lambda x: x * 255, "x / 255"),
        (lambda x: x[..., 0], r"shape \(n, 6, 6, 1\).*\(60, 6, 6\).*x\[\.\.\., None\]"),
        (lambda x: x[:, :5], r"shape \(n, 6, 6, 1\).*\(60, 5, 6, 1\)"),
        (lambda x: x[:0], "one example or more"),
    ],
)
def test_bad_pictures_are_refused_at_every_door(door, spoil, complaint, x):
    model = make()
    with pytest.raises(ValueError, match=complaint):
        getattr(model, door)(spoil(x))


@pytest.mark.parametrize(
    ("likelihood", "y", "start"),
    [
        ("bernoulli", [[2.0, 0, 0]], "`y` must lie in"),
        ("gaussian", [[3, 0, 0]], "`y` holds whole numbers from 0 to 3"),
        ("gaussian", [[np.nan, 0, 0]], "`y` must be finite"),
        ("categorical", [[0.5, 0, 0]], "`y` must add up to 1"),
        ("categorical", [[2.0, -1, 0]], "`y` must lie in"),
    ],
)
def test_a_target_is_refused_as_such_by_every_likelihood(likelihood, y, start):
    sizes = {"hidden": (), "image_shape": (3,)}
    parts = networks.dense_encoder(2, **sizes), networks.dense_decoder(2, **sizes)
    model = Autoencoder(*parts, likelihood)
    model.compile("sgd")
    with pytest.raises(ValueError, match=f"^{start}"):
        model.train_on_batch(np.zeros((1, 3)), np.array(y))


def test_bad_targets_and_validation_pictures_are_refused_by_name(x):
    model = make()
    with pytest.raises(ValueError, match="`y` must be finite"):
        model.fit(x, broken(x, np.inf), verbose=0)
    with pytest.raises(ValueError, match="`y` must be finite"):
        model.evaluate(x, broken(x, np.nan), verbose=0)
    with pytest.raises(ValueError, match=r"`validation x` must lie in \[0, 1\]"):
        model.fit(x, validation_data=(broken(x, -1), None), verbose=0)


def test_gaussian_takes_any_finite_numbers_for_question_and_answer(x):
    model = make("gaussian")
    far = 300 * x - 100
    model.fit(x, far, validation_data=(far, x), verbose=0)
    assert np.isfinite(error(model, far, x)["loss"])
    np.testing.assert_allclose(
        model.reconstruct(far), model.predict(far, verbose=0), rtol=1e-5, atol=1e-5
    )
    ink = (x > 0.5).astype("uint8")
    np.testing.assert_array_equal(model.encode(ink), model.encode(ink.astype("float32")))


@pytest.mark.parametrize("door", ["fit", "evaluate", "predict", "encode", "reconstruct"])
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda x: (x * 255).astype("uint8"), "from 0 to 25., which look like bytes.*x / 255"),
        (lambda x: broken(x, -2).astype("int64"), "from -2 to 0, which look like bytes"),
        (lambda x: broken(x, -1).astype("int64"), "from -1 to 0, which look like bytes"),
        (lambda x: broken(x, 2).astype("int64"), "from 0 to 2, which look like bytes"),
        (lambda x: broken(x, np.nan), "`x` must be finite. Received: 1 NaN"),
        (lambda x: x[:, :5], r"shape \(n, 6, 6, 1\).*\(60, 5, 6, 1\)"),
        (lambda x: x[:0], "one example or more"),
    ],
)
def test_gaussian_refuses_what_looks_like_bytes(door, spoil, complaint, x):
    with pytest.raises(ValueError, match=complaint):
        getattr(make("gaussian"), door)(spoil(x))


@pytest.fixture(scope="module")
def words():
    """Sixty words of five letters, one-hot: one letter of three, repeated."""
    letters = np.random.default_rng(0).integers(0, 3, (60, 1)).repeat(5, axis=1)
    return np.eye(3, dtype="float32")[letters]


def make_speller():
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (16,), "image_shape": (5, 3)}
    model = Autoencoder(
        networks.dense_encoder(2, **sizes), networks.dense_decoder(2, **sizes), "categorical"
    )
    model.compile(keras.optimizers.Adam(1e-2))
    return model


def test_categorical_decoder_gives_chances_and_learns_the_classes(words):
    model = make_speller()
    np.testing.assert_allclose(model.encode(words * 0.9995), model.encode(words), atol=0.01)
    before = error(model, words)["loss"]
    assert before == pytest.approx(numpy(losses.categorical_nll(words, model(words))).mean())
    model.fit(copies(words, 60), batch_size=10, verbose=0)
    assert error(model, words)["loss"] < before / 10
    chances = model.reconstruct(words)
    np.testing.assert_allclose(chances, softmax(numpy(model(words)), axis=-1), atol=1e-6)
    np.testing.assert_array_equal(chances.argmax(-1), words.argmax(-1))


@pytest.mark.parametrize("door", ["fit", "evaluate", "predict", "encode", "reconstruct"])
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda x: x * 0.5, "`x` must add up to 1 .* sums from 0.5 to 0.5"),
        (lambda x: x * 0.998, "`x` must add up to 1 .* sums from 0.998 to 0.998"),
        (lambda x: np.zeros_like(x), "`x` must add up to 1 .* sums from 0 to 0"),
        (lambda x: 0 * x + np.array([2, -1, 0]), r"`x` must lie in \[0, 1\]"),
        (lambda x: x.argmax(-1), r"shape \(n, 5, 3\)"),
    ],
)
def test_categorical_refuses_what_are_no_shares(door, spoil, complaint, words):
    with pytest.raises(ValueError, match=complaint):
        getattr(make_speller(), door)(spoil(words))


def test_text_is_no_picture(x):
    with pytest.raises(TypeError, match="`x` must hold numbers"):
        make().fit(np.array([["a", "b"]]), verbose=0)


def test_nll_is_the_price_of_pictures_drawn_from_codes(x):
    for likelihood, sigma in (("bernoulli", 1.0), ("continuous_bernoulli", 1.0), ("gaussian", 0.3)):
        model = make(likelihood, sigma=sigma)
        z = model.encode(x)
        term = getattr(losses, f"{likelihood}_nll")
        of_sigma = {"sigma": sigma} if likelihood == "gaussian" else {}
        truth = numpy(term(x, model.decoder(z), **of_sigma))
        np.testing.assert_allclose(model.nll(x, z), truth, rtol=1e-4)
        assert error(model, x)["loss"] == pytest.approx(truth.mean(), rel=1e-4)
        of_one = numpy(term(x, model.decoder(z[[0] * len(x)]), **of_sigma))
        np.testing.assert_allclose(model.nll(x, z[:1]), of_one, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match=r"a code for each picture. Received: 7 for 60"):
        model.nll(x, z[:7])
    with pytest.raises(ValueError, match="`x` must be finite"):
        model.nll(broken(x, np.nan), z)


def test_a_sigma_belongs_to_the_gaussian_likelihood_alone(x):
    with pytest.raises(ValueError, match="Only the Gaussian likelihood has a `sigma`"):
        make("bernoulli", sigma=0.1)
    with pytest.raises(ValueError, match="Only the Gaussian likelihood has a `sigma`"):
        make("categorical", sigma=2)
    with pytest.raises(
        ValueError, match=r"`sigma` must be a number in \(0, inf\). Received: sigma=0"
    ):
        make("gaussian", sigma=0)


def test_continuous_bernoulli_decoder_gives_its_means(x):
    model = make("continuous_bernoulli")
    truth = numpy(losses.continuous_bernoulli_mean(model(x)))
    np.testing.assert_allclose(model.reconstruct(x), truth, atol=1e-6)
    model.fit(x[:40], epochs=5, batch_size=10, verbose=0)
    assert np.isfinite(error(model, x)["loss"])


def test_codes_are_checked_before_decoding():
    with pytest.raises(ValueError, match=r"`z` must have shape \(n, 3\)"):
        make().decode(np.zeros((2, 4)))
    with pytest.raises(ValueError, match="`z` must be finite"):
        make().decode(np.full((2, 3), np.nan))


def test_networks_that_do_not_fit_are_refused():
    encoder = networks.dense_encoder(2)
    with pytest.raises(ValueError, match=r"encoder output \(2,\), decoder input \(3,\)"):
        Autoencoder(encoder, networks.dense_decoder(3))
    with pytest.raises(
        ValueError, match=r"decoder output \(8, 8, 1\), encoder input \(28, 28, 1\)"
    ):
        Autoencoder(encoder, networks.dense_decoder(2, image_shape=(8, 8, 1)))
    for unbuilt in (None, keras.Sequential([layers.Flatten(), layers.Dense(2)])):
        with pytest.raises(TypeError, match="`encoder` must be a built Keras model"):
            Autoencoder(unbuilt, networks.dense_decoder(2))
    with pytest.raises(ValueError, match="`likelihood` must be one of"):
        Autoencoder(encoder, networks.dense_decoder(2), likelihood="poisson")
