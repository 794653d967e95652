"""The doors of the models: data as arrays and as streams, weights, settings, in Keras' order."""

import functools
import gc
import re
import warnings
import weakref
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, broken, error

from companion import networks
from companion.models import VAE, Autoencoder
from companion.models.streams import looked_at
from companion.networks import batches
from companion.networks.batches import fitting

BATCH = 20
both_models = pytest.mark.parametrize("kind", [Autoencoder, VAE])
under_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="it is about TensorFlow"
)


@pytest.fixture(scope="module")
def x():
    return bars()


def make(kind=Autoencoder, likelihood="bernoulli"):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (8,), "image_shape": SHAPE}
    encoder = networks.dense_encoder(2, gaussian=kind is VAE, **sizes)
    model = kind(encoder, networks.dense_decoder(2, **sizes), likelihood=likelihood)
    model.compile(keras.optimizers.Adam(1e-2))
    return model


fresh = functools.cache(make)  # for what is refused before anything is learnt


class Shelf(keras.utils.PyDataset):
    def __init__(self, *arrays):
        super().__init__()
        self.arrays, self.epochs = arrays, []

    def __len__(self):
        return len(self.arrays[0]) // BATCH

    def __getitem__(self, i):
        return tuple(array[i * BATCH : (i + 1) * BATCH] for array in self.arrays)

    def on_epoch_begin(self):
        self.epochs.append("begun")

    def on_epoch_end(self):
        self.epochs.append("ended")


def dataset(*arrays):
    tensorflow = pytest.importorskip("tensorflow")
    return tensorflow.data.Dataset.from_tensor_slices(arrays).batch(BATCH)


def generator(*arrays):
    return (tuple(a[i : i + BATCH] for a in arrays) for i in range(0, len(arrays[0]), BATCH))


STREAMS = {
    "dataset": dataset,
    "bare dataset": lambda x, *more: dataset(x, *more) if more else dataset(x).map(lambda x: x),
    "PyDataset": Shelf,
    "generator": generator,
}
every_stream = pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS.keys())
DOORS = {
    "fit": lambda model, data: model.fit(data, verbose=0),
    "evaluate": lambda model, data: model.evaluate(data, verbose=0),
    "predict": lambda model, data: model.predict(data, verbose=0),
    "validation": lambda model, data: model.fit(bars(20), validation_data=data, verbose=0),
}


@pytest.mark.filterwarnings("ignore:.*generator was garbage collected.*")
@every_stream
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_a_stream_of_pictures_that_are_none_is_refused_as_an_array_is(stream, door, x):
    for spoilt, complaint in (
        (x * 255, r"x` must lie in \[0, 1\]\. .* to 2\d\d\. Bytes become \[0, 1\] by x / 255\.$"),
        (broken(x, np.nan), "x` must be finite. Received: 1 NaN or infinite values$"),
    ):
        with pytest.raises(ValueError, match=complaint):
            door(fresh(), stream(spoilt))


class Endless(keras.utils.PyDataset):
    """It has neither an end nor a length."""

    num_batches = None

    def __init__(self, x):
        super().__init__()
        self.x = x

    def __getitem__(self, i):
        return (self.x[:BATCH],)


def test_an_endless_stream_is_looked_at_too(x):
    assert (
        len(make().fit(Endless(x), steps_per_epoch=3, shuffle=False, verbose=0).history["loss"])
        == 1
    )
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]"):
        make().fit(Endless(9 * x), steps_per_epoch=3, shuffle=False, verbose=0)


@every_stream
def test_the_first_bad_batch_stops_the_training(stream, x):
    late = x.copy()
    late[50] = 7
    model = make()
    with pytest.raises(ValueError, match=r"`x` must lie in .* to 7\."):
        model.fit(stream(late), shuffle=False, verbose=0)
    before = [np.array(w) for w in model.get_weights()]
    with pytest.raises(ValueError, match="`x` must lie in"):
        model.fit(stream(late[40:]), verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # of a generator, once
@every_stream
def test_a_stream_that_is_looked_at_trains_as_the_array_does(stream, x):
    histories = []
    for data in (x, stream(x)):
        model = make()
        history = model.fit(data, shuffle=False, batch_size=BATCH if data is x else None, verbose=0)
        histories.append(history.history["loss"][0])
    assert histories[0] == pytest.approx(histories[1], rel=1e-6)


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_a_stream_is_let_go_when_the_method_is_done(door, x):
    # TensorFlow keeps what a stream calls, and once that kept the stream with all its pictures.
    stream = dataset(x)
    there = weakref.ref(stream)
    door(make(), stream)
    del stream
    gc.collect()
    assert there() is None


def test_a_py_dataset_is_read_by_as_many_workers_as_it_asks_for(x):
    asked = {"workers": 2, "use_multiprocessing": True, "max_queue_size": 7}
    shelf = Shelf(x)
    for name, value in asked.items():
        setattr(shelf, name, value)
    seen = looked_at(shelf, lambda *_: None)
    assert {name: getattr(seen, name) for name in asked} == asked
    assert seen.num_batches == 3


def test_a_py_dataset_is_shuffled_as_by_keras_and_left_in_order_where_that_is_asked_for(x):
    class Noted(Shelf):
        def __getitem__(self, i):
            self.order = [*getattr(self, "order", ()), i]
            return super().__getitem__(i)

    orders = []
    for how in ({}, {"shuffle": True}, {"shuffle": False}):
        shelf = Noted(np.repeat(x, 8, axis=0))
        make().fit(shelf, verbose=0, **how)
        orders.append(shelf.order[-24:])
        assert sorted(orders[-1]) == list(range(24))
    assert orders[0] != list(range(24)) != orders[1]
    assert orders[2] == list(range(24))


def test_a_py_dataset_is_told_of_its_epochs_as_by_keras(x):
    ours, theirs = Shelf(x), Shelf(x)
    make().fit(ours, epochs=2, verbose=0)
    keras.Model.fit(make(), theirs, epochs=2, verbose=0)
    assert ours.epochs == theirs.epochs
    assert "begun" in ours.epochs


@every_stream
@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        (lambda x: (x, broken(x, 2)), "`y` must lie in"),
        (lambda x: (x, np.zeros((60, 10))), r"`y` must have shape .* Labels are no target"),
        (lambda x: (x, x, -np.ones(60)), "`sample_weight` must be 0 or more. Received: down to -1"),
        (lambda x: (x[..., 0],), r"Add the channel axis: x\[\.\.\., None\]"),
        (lambda x: (x + 0j,), r"`x` must hold numbers\. Received: dtype=complex"),
    ],
)
def test_what_is_wrong_in_a_batch_is_named(stream, arrays, complaint, x):
    with pytest.raises((TypeError, ValueError), match=complaint) as refusal:
        fresh().fit(stream(*arrays(x)), verbose=0)
    assert refusal.value.__suppress_context__  # what a backend made of it is not told
    assert isinstance(refusal.value, TypeError) == ("hold numbers" in complaint)


@both_models
@pytest.mark.parametrize("door", ["train_on_batch", "test_on_batch", "predict_on_batch"])
def test_a_single_batch_is_looked_at(kind, door, x):
    for spoilt, complaint in (((x * 255).astype("uint8"), "x / 255"), (x[:, :5], "shape")):
        with pytest.raises(ValueError, match=complaint):
            getattr(fresh(kind), door)(spoilt)


@both_models
def test_batches_by_hand_are_steps_of_fit(kind, x):
    fitted, by_hand = make(kind), make(kind)
    fitted.fit(x, batch_size=BATCH, shuffle=False, verbose=0)
    for i in (0, 20, 40):
        by_hand.train_on_batch(x[i : i + BATCH])
    for a, b in zip(fitted.get_weights(), by_hand.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


WEIGHED = {
    "fit": lambda model, x, w: model.fit(x, sample_weight=w),
    "evaluate": lambda model, x, w: model.evaluate(x, sample_weight=w),
    "one batch": lambda model, x, w: model.train_on_batch(x, sample_weight=w),
    "validation": lambda model, x, w: model.fit(x, validation_data=(x, None, w)),
}


@pytest.mark.parametrize("door", WEIGHED.values(), ids=WEIGHED.keys())
@pytest.mark.parametrize(
    ("weights", "complaint"),
    [
        (np.full(60, np.nan), "must be finite. Received: 60 NaN"),
        (np.full(60, np.inf), "must be finite"),
        (np.linspace(-1, 1, 60), "must be 0 or more. Received: down to -1"),
        (
            np.ones((60, *SHAPE)),
            r"must hold one number for each picture, shape \(60,\)\. .*6, 6, 1",
        ),
        (
            np.ones(59),
            r"must hold one number for each picture, shape \(60,\)\. Received: shape=\(59,\)",
        ),
        (np.full(60, 1j), "must hold numbers"),
    ],
)
def test_weights_that_are_none_are_refused(door, weights, complaint, x):
    kind = TypeError if complaint == "must hold numbers" else ValueError
    with pytest.raises(kind, match=f"sample_weight` {complaint}"):
        door(fresh(), x, weights)


@every_stream
def test_weights_beside_a_stream_are_sent_into_it(stream, x):
    for door in (fresh().fit, fresh().evaluate):
        with pytest.raises(ValueError, match="`sample_weight` must be in the stream"):
            door(stream(x), sample_weight=np.ones(60), verbose=0)
    weighed = stream(x, x, np.zeros(60, "float32"))
    assert fresh().evaluate(weighed, steps=3, verbose=0, return_dict=True)["loss"] == 0


def test_a_target_stays_the_target_where_pictures_are_weighed(x):
    """Without one, Keras drops the weights, so that a picture is its own."""
    model, noisy = fresh(), (x + np.random.default_rng(0).random(x.shape)) / 2
    nll = model.nll(noisy, model.encode(noisy)), model.nll(x, model.encode(noisy))
    ones, weights = np.ones(60, "float32"), np.linspace(0, 2, 60, dtype="float32")
    for y, prices in zip((None, x), nll, strict=True):
        for weight in (None, ones, weights):
            expected = (prices * (ones if weight is None else weight)).mean()
            given = {"y": y, "sample_weight": weight}
            told = model.evaluate(noisy, **given, batch_size=60, verbose=0, return_dict=True)
            assert told["loss"] == pytest.approx(expected, rel=1e-5)
            told = model.test_on_batch(noisy, **given, return_dict=True)
            assert told["loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (lambda x: (255 * x,), "`validation x` must lie in"),
        (lambda x: (x, 255 * x), "`validation y` must lie in"),
        (lambda x: (x, np.zeros(60)), "`validation y` must have shape"),
        (lambda x: (x, None, -np.ones(60)), "`validation sample_weight` must be 0 or more"),
        (lambda x: (dataset(x), None, np.ones(60)), "`validation sample_weight` must be in the"),
        (lambda x: dataset(255 * x), "`validation x` must lie in"),
        (lambda x: dataset(x, broken(x, 2)), "`validation y` must lie in"),
    ],
)
def test_what_is_wrong_with_validation_data_is_told_of_them(data, start, x):
    with pytest.raises(ValueError, match=f"^{start}"):
        fresh().fit(x, validation_data=data(x), verbose=0)


def test_labels_are_told_apart_from_a_picture_that_does_not_fit(x):
    for y, end in ((np.zeros((60, 10)), " Labels are no target: fit(x) needs none."), (x * 2, ".")):
        with pytest.raises(ValueError, match="`y` must") as refusal:
            fresh().fit(x, y, verbose=0)
        assert str(refusal.value).endswith(end)
        assert ("Labels" in str(refusal.value)) == (y.ndim == 2)
    with pytest.raises(ValueError, match=r"`y` must have shape .*x\[\.\.\., None\]\.$"):
        fresh().fit(x, x[..., 0], verbose=0)


def test_labels_from_a_stream_that_nobody_looks_at_are_not_broadcast(x):
    model, wanted = fresh(), r"The target must have shape \(batch, 6, 6, 1\)\. Received: \(60, "
    for labels in (np.zeros((60, 1)), np.zeros((60, 1, 1, 1))):
        with pytest.raises(
            ValueError, match=rf"{wanted}.*Labels are no target: fit\(x\) needs none"
        ):
            model.compute_loss(x, labels, model(x))


@pytest.mark.parametrize("weights", [[[1.0], [1.0, 2.0]], "heavy", [None] * 60])
def test_weights_that_are_no_numbers_are_refused(weights, x):
    with pytest.raises((TypeError, ValueError), match=r"`sample_weight` must .*Received: "):
        fresh().evaluate(x, sample_weight=weights, verbose=0)


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_a_batch_of_no_size_is_refused(size, x):
    model = fresh()
    for call in (
        lambda: model.fit(x, batch_size=size),
        lambda: model.evaluate(x, batch_size=size),
        lambda: model.predict(x, batch_size=size),
        lambda: model.encode(x, batch_size=size),
        lambda: model.reconstruct(x, batch_size=size),
        lambda: model.decode(np.zeros((3, 2)), batch_size=size),
        lambda: model.nll(x, np.zeros((60, 2)), batch_size=size),
    ):
        with pytest.raises(ValueError, match="`batch_size` must be a positive integer"):
            call()
    with pytest.raises(ValueError, match="`validation_batch_size` must be a positive integer"):
        model.fit(x, validation_data=x, validation_batch_size=size)


@pytest.mark.parametrize("epochs", ["3", 1.5, -1, True])
def test_epochs_that_cannot_be_counted_are_refused(epochs, x):
    model = fresh()
    assert model.fit(x, epochs=0, verbose=0).history == {}
    for name in ("epochs", "initial_epoch"):
        with pytest.raises(ValueError, match=f"`{name}` must be an integer of 0 or more"):
            model.fit(x, **{name: epochs}, verbose=0)


def test_validation_data_may_be_a_list_of_numbers_or_is_refused_by_name(x):
    model = make()
    history = model.fit(x, validation_data=x.tolist(), verbose=0).history
    assert history["val_loss"][0] == pytest.approx(error(model, x)["loss"], rel=1e-5)
    with pytest.raises(ValueError, match="`validation x` must have shape"):
        model.fit(x, validation_data=x[:2].tolist(), verbose=0)


@pytest.mark.parametrize(
    "given", [None, "text", b"text", 3, 1.5, {1}, Ellipsis, type, list], ids=str
)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_what_is_neither_array_nor_stream_is_refused_by_name(door, given, x):
    if given is None and door is DOORS["validation"]:
        return  # the usual case
    wanted = r"`(validation )?x` must (hold numbers|have shape)"
    with pytest.raises((TypeError, ValueError), match=wanted) as refusal:
        door(fresh(), given)
    assert isinstance(refusal.value, TypeError) == ("hold numbers" in str(refusal.value))


def test_validation_data_of_nothing_is_refused_by_name(x):
    for nothing in ((), []):
        with pytest.raises((TypeError, ValueError), match="`validation x` must"):
            fresh().fit(x, validation_data=nothing, verbose=0)


@both_models
def test_beside_a_target_a_picture_need_only_be_finite(kind, x):
    model = make(kind)
    noisy = 3 * x - 1
    for data in ((noisy, x), (dataset(noisy, x),)):
        model.fit(*data, validation_data=(noisy, x), verbose=0)
        assert np.isfinite(model.evaluate(*data, verbose=0)).all()
    for spoilt, complaint in ((noisy, "must lie in"), (broken(x, np.inf), "must be finite")):
        with pytest.raises(ValueError, match=f"`x` {complaint}"):
            model.fit(spoilt, x if complaint == "must be finite" else None, verbose=0)


@both_models
def test_arguments_may_stand_in_the_order_of_keras(kind, x):
    by_name = make(kind)
    by_name.fit(x, batch_size=32, epochs=2, verbose=0)
    by_place = make(kind)  # now, so that it shuffles alike
    by_place.fit(x, None, 32, 2, 0)
    for a, b in zip(by_name.get_weights(), by_place.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(by_name.predict(x, 32, 0), by_place.predict(x, 32, verbose=0))
    assert len(by_place.predict(x, 32, 0, 1)) == 32  # one step
    assert len(by_place.evaluate(x, None, 32, 0)) == (3 if kind is VAE else 2)
    with pytest.raises(TypeError):
        by_place.fit(x, None, 32, epoch=2)


@both_models
def test_a_stream_is_encoded_batch_by_batch(kind, x):
    model = fresh(kind)
    truth = model.encode(x)
    for stream in (dataset(x), dataset(x, x), Shelf(x)):
        np.testing.assert_allclose(model.encode(stream), truth, atol=1e-6)
        np.testing.assert_allclose(model.reconstruct(stream), model.reconstruct(x), atol=1e-6)
    with pytest.raises(ValueError, match="`x` must lie in"):
        model.encode(dataset(255 * x))
    with pytest.raises(TypeError, match="must hold numbers"):
        model.encode(generator(x))


@both_models
def test_the_size_of_a_batch_changes_no_answer(kind, x):
    model = fresh(kind)
    z = model.encode(x)
    z = z.z_mean if kind is VAE else z
    for size in (1, 7, 60, 1000):
        again = model.encode(x, batch_size=size)
        np.testing.assert_allclose(again.z_mean if kind is VAE else again, z, atol=1e-6)
        np.testing.assert_allclose(model.decode(z, batch_size=size), model.decode(z), atol=1e-6)
        for codes in (z, z[:1]):
            np.testing.assert_allclose(
                model.nll(x, codes, batch_size=size), model.nll(x, codes), rtol=1e-5
            )


@both_models
def test_sizes_may_be_numbers_of_numpy(kind, x):
    """Of a small type: 420 is beyond it."""
    model, many = make(kind), np.tile(x, (7, 1, 1, 1))
    size = np.uint8(200)
    history = model.fit(
        many, validation_data=many, batch_size=size, validation_batch_size=size,
        epochs=np.uint8(1), verbose=0,
    ).history  # fmt: skip
    assert np.isfinite(history["val_loss"]).all()
    z = np.linspace(-2, 2, 840, dtype="float32").reshape(420, 2)
    for ask in (
        lambda size: model.predict(many, size, verbose=0),
        lambda size: np.asarray(model.encode(many, batch_size=size)),
        lambda size: model.reconstruct(many, batch_size=size),
        lambda size: model.decode(z, batch_size=size),
        lambda size: model.nll(many, z, batch_size=size),
    ):
        np.testing.assert_allclose(ask(size), ask(200), rtol=1e-5, atol=1e-6)


def test_of_several_bad_batches_the_first_is_named(x):
    """Some may be looked at before the error of the first has reached the training."""
    inputs = fresh()._inputs

    def trained():
        for late in (broken(x, 7), broken(x, np.nan)):
            with suppress(ValueError):
                inputs._batch(late, None, None, "")
        raise RuntimeError("what TensorFlow says")

    with pytest.raises(ValueError, match=r"`x` must lie in .* to 7"), inputs.as_found():
        trained()


@pytest.mark.parametrize(
    ("shape", "size"), [((28, 28, 1), 1024), ((1024,), 1024), ((1024, 4), 256), ((4096, 1024), 1)]
)
def test_by_itself_a_batch_holds_1024_pictures_or_a_million_pixels(shape, size):
    assert fitting(shape) == size


class Told(keras.layers.Layer):
    """Notes how many examples come at a time, and passes them on."""

    def call(self, x):
        self.sizes = {*getattr(self, "sizes", ()), x.shape[0]}
        return x


@both_models
@pytest.mark.parametrize("size", [25, None])
@pytest.mark.parametrize("door", ["encode", "reconstruct", "decode", "nll"])
def test_the_networks_get_as_many_at_a_time_as_are_asked_for(kind, door, size, x, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 12)  # so 12 codes, but 144 / 36 pictures
    sizes = {"hidden": (8,), "image_shape": SHAPE}
    parts = (
        networks.dense_encoder(2, gaussian=kind is VAE, **sizes),
        networks.dense_decoder(2, **sizes),
    )
    told = Told(), Told()
    picture, code = keras.Input(SHAPE), keras.Input((2,))
    model = kind(
        keras.Model(picture, parts[0](told[0](picture))), keras.Model(code, parts[1](told[1](code)))
    )
    z = np.zeros((60, 2), "float32")
    given = {"decode": (z,), "nll": (x, z)}.get(door, (x,))
    for each in told:
        each.sizes = set()
    getattr(model, door)(*given, batch_size=size)
    asked = {"encode": (True, False), "reconstruct": (True, True)}.get(door, (False, True))
    sizes = {25, 10} if size else {4}
    found = [each.sizes - {60} for each in told]  # as a shape alone, all of them may come
    assert found == [sizes if it else set() for it in asked]


@under_tensorflow
def test_prediction_makes_its_function_once(x):
    model = make(VAE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            model.predict(x[:BATCH], verbose=0)
    assert model._of_the_mean().predict_function.experimental_get_tracing_count() == 1


@both_models
def test_a_diverged_model_answers_nan_and_blames_nobody(kind, x):
    model = make(kind)
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    assert np.isnan(model.reconstruct(x)).all()
    assert np.isnan(model.predict(x, verbose=0)).all()
    if kind is VAE:
        assert np.isnan(model.elbo(x)).all()


def test_the_answer_on_a_folder_of_pictures_runs(tmp_path, monkeypatch):
    PIL = pytest.importorskip("PIL.Image")
    (tmp_path / "pictures").mkdir()
    for i in range(4):
        PIL.new("RGB", (40, 30), (60 * i,) * 3).save(tmp_path / "pictures" / f"{i}.png")
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[1] / "book" / "questions.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {}
    exec(next(code for code in blocks if "image_dataset_from_directory" in code), names)
    encoder, decoder = networks.dense_encoder(2, hidden=()), networks.dense_decoder(2, hidden=())
    model = Autoencoder(encoder, decoder)
    model.compile("adam")
    model.fit(names["pictures"], verbose=0)
    assert model.encode(names["pictures"]).shape == (4, 2)
    with pytest.raises(ValueError, match="x / 255"):
        model.fit(names["bytes_of"], verbose=0)


@pytest.mark.parametrize("name", [["bernoulli"], np.zeros(2), None])
def test_a_likelihood_that_is_no_name_is_refused(name):
    sizes = {"hidden": (), "image_shape": SHAPE}
    parts = networks.dense_encoder(2, **sizes), networks.dense_decoder(2, **sizes)
    with pytest.raises(ValueError, match="`likelihood` must be one of"):
        Autoencoder(*parts, likelihood=name)
