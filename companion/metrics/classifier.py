"""A small classifier, whose eyes are lent to the measures of generated pictures.

Two pictures that differ in many pixels may show the same digit in two hands.
The last hidden layer of a network that was trained to name the class sees
through that: it is the space in which `coverage` and `frechet_distance` compare
pictures (chapter 6).
"""

import keras
import numpy as np
from keras import layers

from companion.checks import check_has, check_images, generator
from companion.networks.batches import in_batches

STEPS, BATCH = 800, 128


def train_classifier(data, seed=0):
    """Train a dense network to name the class of a picture.

        picture -> 128 -> 64 ("features") -> one logit a class

    with ReLU, cross-entropy and Adam, for 800 steps of 128 pictures drawn at
    random. The pictures may be few or many: it takes the same few seconds.
    Random numbers come from `seed` alone; no global generator is touched.

    Args:
        data: `data.ImageData` with two classes or more in its training part,
            which is all that is trained on.
        seed: of the first weights and of the order of the pictures.

    Returns:
        keras.Sequential, compiled: `evaluate(data.test, data.test_labels)`
        gives its cross-entropy and its accuracy on held-out pictures.

    Raises:
        TypeError: `data` is no `ImageData`.
        ValueError: the training pictures are all of one class.
    """
    check_has("a data.ImageData", "train", "train_labels", "class_names", data=data)
    rng = generator(seed)
    if len(np.unique(data.train_labels)) < 2:
        raise ValueError(
            "`data` must have training pictures of two classes or more. "
            f"Received: {data!r}, all training labels {data.train_labels[0]}"
        )
    classifier = classifier_network(data.train.shape[1:], len(data.class_names), rng)
    classifier.compile(
        keras.optimizers.Adam(2e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    for _ in range(STEPS):
        batch = rng.integers(len(data.train), size=BATCH)
        classifier.train_on_batch(data.train[batch], data.train_labels[batch])
    return classifier


def classifier_network(image_shape, outputs, rng):
    """Build the network that `train_classifier` trains, and `features` looks into.

    Args:
        image_shape: of one picture, without the batch axis.
        outputs: how many logits it gives.
        rng: numpy.random.Generator, from which the first weights are drawn.

    Returns:
        keras.Sequential, `(batch, *image_shape)` -> `(batch, outputs)`, not compiled.
    """

    def dense(units, **kwargs):
        start = keras.initializers.GlorotUniform(int(rng.integers(2**31)))
        return layers.Dense(units, kernel_initializer=start, **kwargs)

    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Flatten("channels_last"),
            dense(128, activation="relu"),
            dense(64, activation="relu", name="features"),
            dense(outputs, name="logits"),
        ],
        name="classifier",
    )


def features(classifier, images):
    """Give what the last hidden layer of a classifier makes of pictures.

    Args:
        classifier: keras.Sequential from `train_classifier`.
        images: pixels in [0, 1], `(n, *image_shape)`.

    Returns:
        float32 `(n, 64)`, 0 or more, of no unit: for `coverage` and
        `frechet_distance`, with the features of one and the same classifier.

    Raises:
        TypeError: `classifier` is no Keras model.
        ValueError: `images` are no pictures for `classifier`, or it has no layer `features`.
    """
    check_has("a Keras model", "input_shape", "layers", classifier=classifier)
    if "features" not in [layer.name for layer in classifier.layers]:
        raise ValueError(f"`classifier` must have a layer `features`. Received: {classifier!r}")
    images = check_images(images, shape=classifier.input_shape[1:], name="images")
    network = keras.Model(classifier.inputs[0], classifier.get_layer("features").output)
    return in_batches(network, images)
