"""Penalties on a code, to give to a layer as its `activity_regularizer` (chapter 3)."""

import keras
from keras import ops

from companion.checks import check_float
from companion.losses import bernoulli_kl


@keras.saving.register_keras_serializable(package="companion")
class KLSparsity(keras.regularizers.Regularizer):
    """Hold the mean activation of each unit of a code near a target rate.

        penalty = weight * sum_j KL(rate || mean_j),   mean_j = mean of h_j over the batch

    with the divergence of `losses.bernoulli_kl`. The activations h must lie in
    [0, 1]: give the layer a sigmoid. The penalty looks at whole batches, so
    that a unit may be on for some pictures if it is off for others. Chapter 3
    trains with it.

    Keras divides whatever an activity regularizer returns by the number of
    pictures in the batch. That is right for a sum over pictures, and this is
    none, so `__call__` multiplies by that number beforehand: the penalty above
    is what the loss receives, in nats per image.

    Args:
        rate: the wanted mean activation, between 0 and 1, both excluded.
        weight: nats of loss for a nat of divergence, 0 or more.

    Raises:
        TypeError: `rate` or `weight` is no number.
        ValueError: `rate` or `weight` is out of its range.

    Source: A. Ng, Sparse autoencoder, CS294A lecture notes, Stanford University
    (2011), section 3, where the mean is over all training pictures and not a batch.
    """

    def __init__(self, rate=0.05, weight=1.0):
        self.rate = check_float("(0, 1)", rate=rate)
        self.weight = check_float("[0, inf)", weight=weight)

    def __call__(self, x):
        """Give the penalty of activations `x`, `(batch, units)`, times the batch size."""
        batch_size = ops.cast(ops.shape(x)[0], x.dtype)
        penalty = self.weight * ops.sum(bernoulli_kl(self.rate, ops.mean(x, axis=0)))
        return batch_size * penalty

    def get_config(self):
        return {"rate": self.rate, "weight": self.weight}
