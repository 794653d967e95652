"""The input pipeline: every picture once, in a new order each epoch."""

import keras
import numpy as np
import pytest

from companion import Autoencoder, networks, pipeline
from companion.checks import check_array

X = np.arange(10, dtype="float32").reshape(10, 1) / 10


def epoch(batches):
    return [tuple(part.numpy() for part in batch) for batch in batches]


def test_an_epoch_holds_every_picture_once():
    ((x,),) = epoch(pipeline.shuffled_batches(X, 10))
    np.testing.assert_array_equal(np.sort(x, axis=0), X)


def test_an_incomplete_batch_is_left_out():
    batches = epoch(pipeline.shuffled_batches(X, 4))
    assert [x.shape for (x,) in batches] == [(4, 1), (4, 1)]
    assert len(pipeline.shuffled_batches(X, 4)) == 2
    numbered = epoch(pipeline.shuffled_batches(X, 4, seed=0, epochs=range(3)))
    assert [x.shape for (x,) in numbered] == [(4, 1)] * 6


def test_a_batch_holds_128_pictures_if_nothing_is_said():
    ((x,),) = epoch(pipeline.shuffled_batches(np.zeros((200, 1))))
    assert len(x) == 128


def test_the_order_is_new_at_each_epoch_and_repeats_from_its_seed():
    batches = pipeline.shuffled_batches(X, 10, seed=3)
    (first,), (second,) = epoch(batches)[0], epoch(batches)[0]
    assert np.any(first != second)
    assert np.any(first != X)
    ((again,),) = epoch(pipeline.shuffled_batches(X, 10, seed=3))
    np.testing.assert_array_equal(again, first)


def test_other_seeds_and_none_give_other_orders():
    pictures = np.arange(50, dtype="float32")[:, None] / 50
    orders = {epoch(pipeline.shuffled_batches(pictures, 50, seed=s))[0][0].tobytes()
              for s in (1, 2, None, None)}  # fmt: skip
    assert len(orders) == 4


def test_an_epoch_of_a_number_has_its_own_order_wherever_a_training_begins():
    pictures = np.arange(50, dtype="float32")[:, None] / 50
    made = {
        epochs: [
            x for (x,) in epoch(pipeline.shuffled_batches(pictures, 25, seed=3, epochs=epochs))
        ]
        for epochs in (range(4), range(2, 4), range(3, 0, -2))
    }
    np.testing.assert_array_equal(made[range(4)][4:], made[range(2, 4)])
    third_then_first = made[range(4)][6:] + made[range(4)][2:4]
    np.testing.assert_array_equal(third_then_first, made[range(3, 0, -2)])
    orders = np.concatenate(made[range(4)]).reshape(4, 50)
    np.testing.assert_array_equal(np.sort(orders), np.broadcast_to(pictures[:, 0], (4, 50)))
    assert len({order.tobytes() for order in orders}) == 4
    ((other, _),) = [epoch(pipeline.shuffled_batches(pictures, 25, seed=4, epochs=range(1)))]
    assert np.any(other[0] != made[range(4)][0])


def test_any_picture_may_come_in_the_first_batch():
    """A buffer of one batch would take the first batch from the first pictures alone."""
    pictures = np.arange(1000, dtype="float32")[:, None] / 1000
    (first,) = next(iter(pipeline.shuffled_batches(pictures, 10, seed=0)))
    assert np.asarray(first).max() > 0.5


def test_without_a_seed_the_order_follows_the_global_one():
    orders = []
    for _ in range(2):
        keras.utils.set_random_seed(8)
        orders.append(epoch(pipeline.shuffled_batches(X, 10))[0][0])
    np.testing.assert_array_equal(*orders)


def test_targets_stay_with_their_pictures():
    for x, y in epoch(pipeline.shuffled_batches(X, 3, y=1 - X)):
        np.testing.assert_array_equal(y, 1 - x)


def test_numbers_beyond_pixels_pass_if_they_are_meant_to():
    ((x,),) = epoch(pipeline.shuffled_batches(9 * X - 4, 10, check=check_array))
    np.testing.assert_array_equal(np.sort(x, axis=0), 9 * X - 4)


@pytest.mark.parametrize("kind", ["plain", "denoising"])
def test_a_model_trains_on_it(kind):
    x = np.random.default_rng(0).random((64, 4, 4, 1)).astype("float32") > 0.5
    sizes = {"hidden": (8,), "image_shape": (4, 4, 1)}
    model = Autoencoder(networks.dense_encoder(2, **sizes), networks.dense_decoder(2, **sizes))
    model.compile(keras.optimizers.Adam(1e-2), steps_per_execution=4)
    before = model.evaluate(x, verbose=0, return_dict=True)["loss"]
    y = x if kind == "denoising" else None
    model.fit(pipeline.shuffled_batches(x, 16, y=y), epochs=10, verbose=0)
    assert model.evaluate(x, verbose=0, return_dict=True)["loss"] < before


class Batches(keras.utils.PyDataset):
    num_batches = 1

    def __getitem__(self, i):
        return X, None


@pytest.mark.parametrize("kind", ["dataset", "PyDataset", "generator"])
def test_a_stream_is_told_that_it_shuffles_itself(kind):
    stream = {
        "dataset": pipeline.shuffled_batches(X, 2),
        "PyDataset": Batches(),
        "generator": (X for _ in range(2)),
    }[kind]
    for arguments in ({"x": stream}, {"x": X, "y": stream}):
        with pytest.raises(TypeError, match=r"must be an array.* `shuffle` and `batch` of its own"):
            pipeline.shuffled_batches(batch_size=2, **arguments)


@pytest.mark.parametrize(
    ("x", "kwargs", "complaint"),
    [
        (X[:0], {}, "one example or more"),
        (X * np.nan, {}, "`x` must be finite"),
        (X, {"y": X + np.inf}, "`y` must be finite"),
        (255 * X, {}, "x / 255"),
        (X, {"y": X[:3]}, r"equally many. Received: 10 and 3"),
        (X, {"batch_size": 11}, "`batch_size` must be an integer from 1 to 10"),
        (X, {"seed": -1}, "`seed` must be an integer from 0 .* or None"),
        (X, {"epochs": range(3)}, "`seed` must be an integer from 0"),
        (X, {"seed": 1, "epochs": range(0)}, "`epochs` must hold a number or more, from 0 on"),
        (X, {"seed": 1, "epochs": range(-1, 2)}, "`epochs` must hold a number or more"),
        (X, {"seed": 1, "epochs": range(2, -2, -1)}, "`epochs` must hold a number or more"),
        (X, {"batch_size": 2.5}, "`batch_size` must be an integer"),
        (X, {"batch_size": 0}, "`batch_size` must be an integer from 1 to 10"),
    ],
)
def test_what_is_no_data_is_refused(x, kwargs, complaint):
    with pytest.raises(ValueError, match=complaint):
        pipeline.shuffled_batches(x, **{"batch_size": 2, **kwargs})


@pytest.mark.parametrize("epochs", [3, [0, 1], "range(3)"])
def test_epochs_are_a_range(epochs):
    with pytest.raises(TypeError, match=r"`epochs` must be a range of their numbers. Received"):
        pipeline.shuffled_batches(X, 2, seed=0, epochs=epochs)


def test_what_looks_at_pictures_is_a_function():
    with pytest.raises(TypeError, match=r"`check` must be a function that looks at an array"):
        pipeline.shuffled_batches(X, 2, check="images")
