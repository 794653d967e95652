"""The autoencoder of few vectors: the nearest by SciPy, gradients and running means by hand."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from scipy.spatial import cKDTree
from scipy.special import expit
from scipy.stats import bernoulli
from small_models import make_pictures
from thorough import thorough

from companion.models import VQVAE, Autoencoder
from companion.models.codebook import Codebook

X = make_pictures(40, (6, 4, 1))


def make(codes=5, rate=0.0, condition=None, **kwargs):
    """Make a model of 3 by 2 vectors of 3 numbers each, linear in all but the choice."""
    keras.utils.set_random_seed(0)
    read = code = keras.Input((3, 2, 3))
    if condition:
        read = [code, keras.Input((condition,))]
        code = code + keras.layers.Dense(3)(read[1])[:, None, None]
    decoder = keras.Model(read, keras.layers.Conv2DTranspose(1, 2, strides=2)(code))
    encoder = keras.Sequential([keras.Input((6, 4, 1)), keras.layers.Conv2D(3, 2, strides=2)])
    model = VQVAE(encoder, decoder, codes=codes, seed=0, **kwargs)
    model.compile(keras.optimizers.SGD(rate))
    return model


def vectors(model, x=X):
    return numpy(model.encoder(x))


def squares(model, x=X):
    """Give the squared distance of each vector from its nearest code, by SciPy."""
    return cKDTree(model.codebook).query(vectors(model, x))[0] ** 2


@pytest.mark.parametrize("decay", [0.95, None])
def test_tokens_name_the_nearest_code_and_codes_are_what_they_name(decay):
    model = make(decay=decay)
    tokens = model.tokens(X)
    assert tokens.shape == (40, 3, 2)
    assert tokens.dtype == np.int64
    np.testing.assert_array_equal(tokens, cKDTree(model.codebook).query(vectors(model))[1])
    assert len(np.unique(tokens)) > 1
    np.testing.assert_array_equal(model.encode(X), model.codebook[tokens])
    assert (model.codes, model.grid, model.latent_dim) == (5, (3, 2), 3)


def test_tokens_decode_as_their_vectors_do_and_all_ways_to_reconstruct_agree():
    model = make()
    tokens, drawn = model.tokens(X), model.reconstruct(X)
    np.testing.assert_array_equal(model.decode(tokens), drawn)
    np.testing.assert_array_equal(model.decode(model.encode(X)), drawn)
    np.testing.assert_array_equal(model.decode(tokens.astype("float32").tolist()), drawn)
    np.testing.assert_allclose(model.predict(X, verbose=0), drawn, atol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(X), drawn, atol=1e-6)
    np.testing.assert_array_equal(model.nll(X, tokens), model.nll(X, model.encode(X)))
    between = (model.codebook[:1] + model.codebook[1:2]) / 2 * np.ones((1, 3, 2, 1))
    chance = expit(numpy(model.decoder(between)))  # a vector that is no code stays as it is
    np.testing.assert_allclose(model.decode(between), chance, rtol=1e-5)


@pytest.mark.parametrize(("decay", "commitment"), [(0.9, 0.25), (None, 0.25), (None, 2.0)])
def test_the_loss_is_the_price_and_the_squared_distances(decay, commitment):
    model, ink = make(decay=decay, commitment=commitment), (X > 0.5).astype("float32")
    told = model.evaluate(ink, verbose=0, return_dict=True)
    assert told.keys() == {"loss", "reconstruction", "distance"}
    price = -bernoulli.logpmf(ink, model.reconstruct(ink)).sum(axis=(1, 2, 3)).mean()
    assert told["reconstruction"] == pytest.approx(price, rel=1e-5)
    distance = squares(model, ink).sum(axis=(1, 2)).mean()
    assert told["distance"] == pytest.approx(distance, rel=1e-5)
    weight = commitment + (decay is None)
    assert told["loss"] == pytest.approx(price + weight * distance, rel=1e-5)


@pytest.mark.parametrize("decay", [0.9, None])
@pytest.mark.parametrize("commitment", [0.0, 0.7])
def test_the_gradient_passes_straight_from_the_code_to_the_vector(decay, commitment):
    """The encoder's bias moves as the linear decoder says at e, and to e, in closed form."""
    model = make(rate=1.0, decay=decay, commitment=commitment)
    e, z, book = model.encode(X), vectors(model), model.codebook
    kernel = model.decoder.get_weights()[0][:, :, 0, :]  # (2, 2, 3)
    errors = (model.reconstruct(X) - X).reshape(40, 3, 2, 2, 2)  # d nll / d logits, by places
    of_decoder = np.einsum("nhiwj,ijd->nhwd", errors, kernel)
    gradient = (of_decoder + 2 * commitment * (z - e)).sum(axis=(1, 2)).mean(axis=0)
    tokens, before = model.tokens(X), model.encoder.get_weights()[-1]
    model.train_on_batch(X)
    np.testing.assert_allclose(before - model.encoder.get_weights()[-1], gradient, rtol=1e-3)
    if decay is None:  # a code moves by its distance alone, and not by the decoder
        pull = [2 * (book[k] - z[tokens == k]).sum(axis=0) / 40 for k in range(5)]
        np.testing.assert_allclose(book - model.codebook, pull, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("weight", [None, np.arange(40) % 3 / 2])
def test_codes_follow_the_running_means_of_their_vectors(weight):
    model = make(decay=0.8)
    shares = np.ones(40) if weight is None else weight
    count, total = np.ones(5), model.codebook.astype("float64")
    for _ in range(3):
        z, tokens = vectors(model), model.tokens(X)
        for k in range(5):
            chose = 5 / 240 * (tokens == k) * shares[:, None, None]
            count[k] = 0.8 * count[k] + 0.2 * chose.sum()
            total[k] = 0.8 * total[k] + 0.2 * (z * chose[..., None]).sum(axis=(0, 1, 2))
        model.train_on_batch(X, sample_weight=weight)
        np.testing.assert_allclose(model.codebook, total / count[:, None], rtol=1e-4)
    before = model.codebook
    model.test_on_batch(X)
    model.predict_on_batch(X)
    np.testing.assert_array_equal(model.codebook, before)


def test_with_hardly_a_memory_a_code_is_the_mean_of_what_chose_it():
    model = make(decay=1e-6)
    z, tokens = vectors(model), model.tokens(X)
    model.train_on_batch(X)
    for k in np.unique(tokens):
        np.testing.assert_allclose(model.codebook[k], z[tokens == k].mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("decay", [1e-6, 0.1, 0.95])
def test_a_code_that_is_never_chosen_stays_where_it_is(decay):
    model = make(decay=decay)
    far = [[50.0, 60, 70]]
    model.codebook = np.concatenate([model.codebook[:4], far])
    for _ in range(60):
        model.train_on_batch(X)
    np.testing.assert_allclose(model.codebook[4:], far, rtol=1e-5)
    assert np.isfinite(model.codebook).all()


def test_a_codebook_that_is_set_after_a_training_is_the_one_that_was_given():
    model = make(decay=0.5)
    model.fit(X, verbose=0)  # how often each code was chosen is known by now
    given = np.arange(15.0).reshape(5, 3)
    model.codebook = given
    np.testing.assert_allclose(model.codebook, given)


FAR = np.arange(1, 10)[:, None] * [100.0, 100, 100]  # only the first of them is chosen


def test_a_dead_code_restarts_on_a_vector_of_the_batch():
    model = make(codes=9, decay=0.5, restart=0.3)
    model.codebook = FAR
    assert set(model.tokens(X).flat) == {0}
    model.train_on_batch(X)  # the others are still half as frequent as an average code
    np.testing.assert_allclose(model.codebook[1:], FAR[1:], rtol=1e-5)
    model.train_on_batch(X)
    distance, place = cKDTree(vectors(model).reshape(-1, 3)).query(model.codebook[1:])
    assert distance.max() < 1e-4
    assert len(set(place)) > 4
    assert len(np.unique(model.tokens(X))) > 4


def test_restarts_are_drawn_by_the_seed():
    def restarted(seed):
        book = Codebook(6, 1, decay=0.5, restart=0.9, seed=seed)
        book.assign(100.0 + np.arange(6)[:, None])
        book.follow(keras.ops.reshape(keras.ops.arange(50.0), (50, 1)), np.ones(50, "float32"))
        return numpy(book.vectors)

    np.testing.assert_array_equal(restarted(1), restarted(1))
    assert not np.array_equal(restarted(1), restarted(2))


def test_a_code_that_was_long_out_of_use_moves_at_once_to_what_chooses_it_again():
    book = Codebook(2, 1, decay=0.5)
    book.assign(np.array([[0.0], [10.0]], "float32"))
    eight, ones = keras.ops.ones((8, 1)), np.ones(8, "float32")
    for _ in range(40):
        book.follow(0 * eight, ones)
    book.follow(9 * eight, ones)
    np.testing.assert_allclose(numpy(book.vectors), [[0], [9]], atol=1e-3)


def test_a_codebook_is_made_again_from_its_settings():
    settings = {"codes": 4, "width": 3, "decay": 0.7, "restart": 0.2, "seed": 5}
    again = Codebook.from_config(Codebook(**settings).get_config())
    assert settings.items() <= again.get_config().items()


def test_without_a_restart_dead_codes_stay_dead():
    model = make(codes=9, decay=0.5)
    model.codebook = FAR
    for _ in range(5):
        model.train_on_batch(X)
    np.testing.assert_allclose(model.codebook[1:], FAR[1:], rtol=1e-5)


def test_codes_start_on_vectors_of_the_pictures_by_their_seed():
    model = make()
    tree = cKDTree(vectors(model).reshape(-1, 3))
    books = []
    for seed in (1, 1, 2):
        model.start_on(X, seed=seed)
        books.append(model.codebook)
        assert tree.query(model.codebook)[0].max() < 1e-6
        assert len(np.unique(model.codebook, axis=0)) == 5
    np.testing.assert_array_equal(*books[:2])
    assert not np.array_equal(*books[1:])
    all_of_them = make(codes=240)
    all_of_them.start_on(X)  # each once, and none twice
    assert len(np.unique(all_of_them.codebook, axis=0)) == 240
    many = make(codes=300)
    many.start_on(X)  # 240 vectors: some stand for two codes
    assert tree.query(many.codebook)[0].max() < 1e-6


def test_codes_begin_as_a_standard_gaussian_by_their_seed():
    first, again = (make(codes=2000).codebook for _ in range(2))
    np.testing.assert_array_equal(first, again)
    keras.utils.set_random_seed(1)  # which a seed of its own does not heed
    code = keras.Input((3, 2, 3))
    parts = make().encoder, keras.Model(code, keras.layers.Conv2DTranspose(1, 2, strides=2)(code))
    books = {seed: VQVAE(*parts, codes=2000, seed=seed).codebook for seed in (0, 1)}
    np.testing.assert_array_equal(books[0], first)
    assert not np.array_equal(books[1], first)
    assert abs(first.mean()) < 0.05
    assert first.std() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("how", [{"decay": 0.9, "restart": 0.1}, {"decay": None}])
def test_it_learns_to_write_patches_of_few_kinds(how):
    """Patches of four kinds cost nearly nothing, and no code stands for two kinds."""
    kinds = np.array([[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], "float32")
    chosen = np.random.default_rng(0).integers(4, size=(200, 3, 2))
    x = kinds[chosen].reshape(200, 3, 2, 2, 2).transpose(0, 1, 3, 2, 4).reshape(200, 6, 4, 1)
    model = make(codes=8, **how)
    model.start_on(x)
    model.compile(keras.optimizers.Adam(0.05))
    model.fit(x, batch_size=50, epochs=40, verbose=0)
    assert model.evaluate(x, verbose=0, return_dict=True)["reconstruction"] < 1
    tokens = model.tokens(x)
    named = {token: set(chosen[tokens == token]) for token in np.unique(tokens)}
    assert all(len(kinds) == 1 for kinds in named.values())


def test_a_code_of_one_vector_is_a_token_a_picture():
    keras.utils.set_random_seed(0)
    encoder = keras.Sequential(
        [keras.Input((6, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    decoder = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(24), keras.layers.Reshape((6, 4, 1))]
    )
    model = VQVAE(encoder, decoder, codes=7)
    model.compile("adam")
    model.fit(X, verbose=0)
    tokens = model.tokens(X)
    assert tokens.shape == (40,)
    np.testing.assert_array_equal(model.decode(tokens), model.reconstruct(X))


def test_weights_targets_and_conditions_are_those_of_an_autoencoder():
    model, weight = make(), np.arange(40) % 2
    half = model.evaluate(X, 1 - X, sample_weight=weight, verbose=0, return_dict=True)
    alone = model.evaluate(X[1::2], 1 - X[1::2], verbose=0, return_dict=True)
    for name in ("loss", "distance", "reconstruction"):
        assert 2 * half[name] == pytest.approx(alone[name], rel=1e-4)
    labels = np.eye(2, dtype="float32")[weight]
    model = make(condition=2)
    model.start_on(X, condition=labels)
    assert cKDTree(vectors(model).reshape(-1, 3)).query(model.codebook)[0].max() < 1e-6
    model.compile("adam", metrics=["mae"])
    history = model.fit((X, labels), epochs=2, verbose=0).history
    assert 0 < history["mae"][0] < 1
    np.testing.assert_allclose(
        model.predict((X, labels), verbose=0), model.decode(model.tokens(X, labels), labels),
        atol=1e-6,
    )  # fmt: skip
    assert not np.array_equal(model.reconstruct(X, labels), model.reconstruct(X, 1 - labels))


@pytest.mark.parametrize("how", [{"decay": 0.8, "restart": 0.2}, {"decay": None}])
def test_a_vq_vae_survives_a_file_in_a_fresh_process(how, tmp_path, run_elsewhere):
    model = make(codes=6, commitment=0.5, **how)
    model.fit(X, epochs=2, verbose=0)
    model.save(tmp_path / "vq.keras")
    for name, array in {"x": X, "tokens": model.tokens(X), "drawn": model.reconstruct(X)}.items():
        np.save(tmp_path / f"{name}.npy", array)
    script = f"""
import keras, numpy as np
import companion.models
model = keras.models.load_model("vq.keras")
assert (model.codes, model.commitment, type(model).__name__) == (6, 0.5, "VQVAE")
assert ({how} | {{"seed": 0}}).items() <= model.get_config().items()
np.testing.assert_array_equal(model.tokens(np.load("x.npy")), np.load("tokens.npy"))
np.testing.assert_allclose(model.reconstruct(np.load("x.npy")), np.load("drawn.npy"), atol=1e-6)
model.fit(np.load("x.npy"), verbose=0)
"""
    run_elsewhere(script, tmp_path)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="reads it by TensorFlow")
def test_what_export_writes_answers_as_predict_does(tmp_path):
    import tensorflow as tf

    for likelihood in ("bernoulli", "gaussian"):
        model = make(likelihood=likelihood)
        model.export(tmp_path / likelihood, verbose=False)
        loaded = tf.saved_model.load(str(tmp_path / likelihood))
        np.testing.assert_allclose(loaded.serve(X), model.reconstruct(X), atol=1e-6)


@thorough
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a strategy of TensorFlow")
def test_two_devices_move_the_codes_as_one_does(tmp_path):
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import companion, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from test_models_vq_vae import X, make
def trained():
    models = [make(rate=0.01, decay=0.8), make(rate=0.01, decay=None)]
    how = dict(batch_size=20, epochs=2, shuffle=False, verbose=0)
    told = [model.fit(X, **how).history["loss"] for model in models]
    return told, [model.codebook for model in models]
one = trained()
with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
    two = trained()
for ours, theirs in zip(one, two):
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr[-2000:]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_learns_in_mixed_precision(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = make(restart=0.1)
        assert np.isfinite(model.fit(X, epochs=2, verbose=0).history["loss"]).all()
        np.testing.assert_array_equal(model.decode(model.tokens(X)), model.reconstruct(X))
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"codes": 0}, ValueError, "`codes` must be a positive integer. Received: codes=0"),
        ({"codes": 2.5}, ValueError, "`codes` must be a positive integer"),
        ({"commitment": -1}, ValueError, r"`commitment` must be a number in \[0, inf\)"),
        ({"commitment": "1"}, TypeError, "`commitment` must be a number"),
        ({"decay": 1}, ValueError, r"`decay` must be a number in \(0, 1\). Received: decay=1"),
        ({"decay": 0.0}, ValueError, r"`decay` must be a number in \(0, 1\)"),
        ({"decay": "ema"}, TypeError, "`decay` must be a number"),
        ({"restart": -0.5}, ValueError, r"`restart` must be a number in \[0, 1\)"),
        ({"restart": 1}, ValueError, r"`restart` must be a number in \[0, 1\)"),
        ({"decay": None, "restart": 0.1}, ValueError, "`restart` needs a `decay`"),
        ({"likelihood": "poisson"}, ValueError, "`likelihood` must be one of"),
    ],
)
def test_a_wrong_number_is_named(how, error, message):
    with pytest.raises(error, match=message):
        make(**how)


@pytest.mark.parametrize(
    ("z", "message"),
    [
        (np.full((2, 3, 2), 5), "`z` must hold tokens, integers from 0 to 4, .* numbers from 5"),
        (np.full((2, 3, 2), -1), r"or vectors, \(n, 3, 2, 3\)"),
        (np.full((2, 3, 2), 0.5), "`z` must hold tokens, integers"),
        (np.full((2, 3, 2), np.nan), "`z` must be finite"),
        (np.zeros((2, 2, 3), int), r"`z` must have shape \(any, 3, 2\)"),
        (np.zeros((2, 6)), r"`z` must have shape \(n, 3, 2, 3\)"),
        (np.zeros((2, 3, 2, 4)), r"`z` must have shape \(n, 3, 2, 3\)"),
        (np.zeros((0, 3, 2)), r"`z` must have shape \(any, 3, 2\)"),
    ],
)
def test_tokens_that_are_none_are_refused(z, message):
    with pytest.raises(ValueError, match=message):
        make().decode(z)


def test_evaluation_leaves_the_optimal_sigma_alone():
    model = make(rate=1e-3, likelihood="gaussian", sigma="optimal")
    model.fit(X, verbose=0)
    sigma = model.sigma
    model.evaluate(0 * X, verbose=0)
    assert model.sigma == sigma != 1


def test_other_bad_input_is_refused_in_words():
    model = make()
    for ask in (model.encode, model.tokens, model.reconstruct):
        with pytest.raises(ValueError, match="`batch_size` must be a positive integer"):
            ask(X, batch_size=0)
    with pytest.raises(ValueError, match=r"`codebook` must have shape \(5, 3\)"):
        model.codebook = np.zeros((5, 2))
    with pytest.raises(ValueError, match="`codebook` must be finite"):
        model.codebook = np.full((5, 3), np.inf)
    with pytest.raises(ValueError, match="`seed` must be an integer of 0 or more"):
        model.start_on(X, seed=-1)
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]"):
        model.start_on(255 * X)
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]"):
        model.tokens(255 * X)
    with pytest.raises(ValueError, match="`decoder` must read what `encoder` writes"):
        VQVAE(model.encoder, Autoencoder(model.encoder, model.decoder).encoder)
    with pytest.raises(ValueError, match="`seed` must be an integer from 0"):
        VQVAE(model.encoder, model.decoder, seed=-1)
