"""The classifier behind the features: good enough, repeatable, and no disturber."""

import random
from dataclasses import replace

import keras
import numpy as np
import pytest

from companion import data, metrics


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


@pytest.fixture(scope="module")
def classifier(digits):
    return metrics.train_classifier(digits, seed=1)


def test_held_out_digits_are_named_right(classifier, digits):
    _, accuracy = classifier.evaluate(digits.test, digits.test_labels, verbose=0)
    assert accuracy > 0.95


def global_draws():
    """The next numbers of the three generators that `set_random_seed` seeds."""
    return random.random(), np.random.random(), float(keras.random.uniform(()))  # noqa: NPY002


def test_training_follows_its_seed_and_touches_no_global_generator(classifier, digits):
    keras.utils.set_random_seed(123)
    expected = global_draws()
    keras.utils.set_random_seed(123)
    again = metrics.train_classifier(digits, seed=1)
    assert global_draws() == expected
    for ours, theirs in zip(again.get_weights(), classifier.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_another_seed_gives_another_classifier(classifier, digits, monkeypatch):
    monkeypatch.setattr("companion.metrics.classifier.STEPS", 0)
    first, other = (metrics.train_classifier(digits, seed=seed) for seed in (1, 2))
    assert (first.get_weights()[0] != other.get_weights()[0]).all()
    assert (first.get_weights()[0] != classifier.get_weights()[0]).any()  # that one was trained


def test_the_classifier_is_the_network_that_is_described(classifier):
    made = [(layer.units, layer.activation.__name__) for layer in classifier.layers[1:]]
    assert made == [(128, "relu"), (64, "relu"), (10, "linear")]
    assert int(classifier.optimizer.iterations) == 800


def test_each_step_takes_128_of_all_training_pictures_with_their_labels(digits, monkeypatch):
    steps = []
    monkeypatch.setattr("companion.metrics.classifier.STEPS", 10)
    monkeypatch.setattr(keras.Sequential, "train_on_batch", lambda _, *step: steps.append(step))
    metrics.train_classifier(digits, seed=1)
    assert [len(x) for x, _ in steps] == [128] * 10
    numbers = {picture.tobytes(): i for i, picture in enumerate(digits.train)}
    drawn = [numbers[picture.tobytes()] for x, _ in steps for picture in x]
    assert len(set(drawn)) > 700  # of 1,500: about 860 are to be expected
    np.testing.assert_array_equal(np.concatenate([y for _, y in steps]), digits.train_labels[drawn])


def test_features_are_the_last_hidden_layer(classifier, digits):
    images = np.concatenate([digits.train, digits.test])  # more than one part
    found = metrics.features(classifier, images)
    assert found.shape == (1797, 64)
    assert found.min() == 0
    kernel, bias = classifier.get_layer("logits").get_weights()
    logits = classifier.predict(images, verbose=0)
    np.testing.assert_allclose(found @ kernel + bias, logits, rtol=1e-4, atol=1e-3)


def test_features_keep_a_class_together_better_than_pixels_do(classifier, digits):
    """The ratio of the spread inside classes to the whole: smaller in the features."""

    def inside(points):
        means = np.stack([points[digits.test_labels == c].mean(axis=0) for c in range(10)])
        return ((points - means[digits.test_labels]) ** 2).sum() / (
            (points - points.mean(axis=0)) ** 2
        ).sum()

    pixels = digits.test.reshape(len(digits.test), -1)
    assert inside(metrics.features(classifier, digits.test)) < 0.8 * inside(pixels)


def test_real_held_out_pictures_cover_and_the_mean_picture_does_not(classifier, digits):
    real = metrics.features(classifier, digits.train)
    held_out = metrics.features(classifier, digits.test)
    mean = metrics.features(classifier, digits.train.mean(axis=0, keepdims=True))
    mean = np.repeat(mean, len(held_out), axis=0)
    assert metrics.coverage(real, held_out) > 10 * metrics.coverage(real, mean)
    assert metrics.frechet_distance(real, held_out) < 0.1 * metrics.frechet_distance(real, mean)


def test_pictures_of_one_class_train_no_classifier(digits):
    ones = replace(digits, train_labels=np.ones(1500, int))
    with pytest.raises(ValueError, match=r"two classes or more\. Received: ImageData.* labels 1"):
        metrics.train_classifier(ones)


def test_features_refuse_what_is_no_picture(classifier, digits):
    with pytest.raises(ValueError, match=r"`images` must have shape \(n, 28, 28, 1\)"):
        metrics.features(classifier, digits.test[..., 0])
    with pytest.raises(ValueError, match=r"`images` must lie in \[0, 1\]"):
        metrics.features(classifier, digits.test * 255)


def test_what_is_no_classifier_and_no_data_is_refused(classifier, digits):
    for other in (None, "classifier", digits):
        with pytest.raises(TypeError, match=r"`classifier` must be a Keras model\. Received: cl"):
            metrics.features(other, digits.test)
    for other in (None, digits.train, classifier):
        with pytest.raises(TypeError, match=r"`data` must be a data\.ImageData\. Received: data="):
            metrics.train_classifier(other)
    blind = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match=r"`classifier` must have a layer `features`\. Rec"):
        metrics.features(blind, digits.test)
