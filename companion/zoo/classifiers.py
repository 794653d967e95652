"""The kinds of classifiers that the zoo has: what each answers, and what guessing would score."""

import keras
import numpy as np

from companion.data import faces


class Classes:
    """It names the one class of a picture."""

    def compiled(self):
        """Give what `compile` needs: the loss of its logits, and its accuracy."""
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return {"loss": loss, "metrics": ["accuracy"]}

    def targets(self, pictures):
        """Give the labels for training and for testing: float32 arrays `(n, 1)`."""
        parts = pictures.train_labels, pictures.test_labels
        return tuple(labels[:, None].astype("float32") for labels in parts)

    def guess(self, train, test):
        """Give the chance of each answer, and whether it is the most frequent one."""
        share = np.bincount(train[:, 0].astype(int)) / len(train)
        return share[test.astype(int)], test == share.argmax()


class Attributes:
    """It answers with yes or no to each attribute of a face."""

    def compiled(self):
        """Give what `compile` needs: the loss of its logits, and its accuracy."""
        right = keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)  # of logits
        return {"loss": keras.losses.BinaryCrossentropy(from_logits=True), "metrics": [right]}

    def targets(self, pictures):
        """Give 1 for each attribute that is there: float32 arrays `(n, 4)`."""
        sizes = len(pictures.train), len(pictures.test)
        parts = [faces.sample_attributes(n, seed) for seed, n in enumerate(sizes)]  # as `load`
        return tuple(
            np.stack([getattr(part, name) for name in faces.SWITCHES], axis=1).astype("float32")
            for part in parts
        )

    def guess(self, train, test):
        """Give the chance of each answer, and whether it is the more frequent one."""
        rate = train.mean(axis=0)
        return np.where(test == 1, rate, 1 - rate), test == (rate > 0.5)


CLASSIFIERS = {"classifier": Classes(), "attributes": Attributes()}
