"""A variational autoencoder that learns to name pictures, most of which have no label."""

import math

import keras
import numpy as np
from keras import ops

from companion.checks import check_count, check_float, check_seed
from companion.losses import gaussian_kl
from companion.models.inputs import Inputs, picture_and_condition
from companion.models.network_pairs import check_classifier
from companion.models.streams import is_stream
from companion.models.vae import VAE
from companion.networks.batches import in_batches


@keras.saving.register_keras_serializable(package="companion")
class SemiSupervisedVAE(VAE):
    """Learn to draw and to name pictures, of which only some come with their label (chapter 15).

        p(y) = 1 / k,   p(z) = N(0, I),   p(x | y, z) by the decoder,   q(y | x) by the classifier
        L(x, y) = E[ log p(x | y, z) ] - beta KL(q(z | x, y) || N(0, I)) + log p(y)
        U(x)    = sum_y q(y | x) ( L(x, y) - log q(y | x) )
        loss    = mean over the batch of  -L(x, y) - alpha log q(y | x)  where y is known,
                                          -U(x)  where it is not

    It is the model M2: a conditional VAE that tries every label on a picture that has none, so a
    step costs about k times as much as one of `VAE`. `fit` and `evaluate` take `(x, condition)`,
    where a condition is the label, one-hot, or k zeros where it is not known. They report, in nats
    per image,

    - `reconstruction` and `kl`, as `VAE` does, on average over q(y | x) where y is not known,
    - `label_kl`: what naming costs, KL(q(y | x) || p(y)), or log k where y is known,
    - `label_nll`: -log q(y | x) of the pictures whose y is known,
    - `loss`: reconstruction + beta kl + label_kl + alpha label_nll, the last for each picture
      whose y is known, + the penalties that the layers add, if any.

    `classify` names pictures. `encode` and `reconstruct` take their labels from it where no
    condition is given, and `sample` draws them from p(y). All else asks for a label, as a
    conditional VAE does, and `elbo` bounds log p(x | y).

    Args:
        encoder, decoder: as for a conditional `VAE`, whose condition is a label, `(batch, k)`. The
            encoder may read the picture alone.
        classifier: keras.Model, `(batch, *image_shape)` -> `(batch, k)`, logits.
        alpha: weight of the labels, 0 or more. With 0, q(y | x) never sees one. The source has a
            tenth of the number of pictures for each labelled one.
        **kwargs: of `VAE`: `beta`, `likelihood`, `sigma`, `seed`.

    Raises:
        TypeError, ValueError: as `VAE` does, and where the decoder reads no label, the classifier
            does not fit the two, or `alpha` is no number from 0 on; `fit` and `evaluate` refuse a
            condition that is neither one-hot nor all zeros.

    Source:
        D. P. Kingma, D. J. Rezende, S. Mohamed and M. Welling, "Semi-supervised Learning with Deep
        Generative Models", NIPS 2014, equations 6 to 9.
    """

    def __init__(self, encoder, decoder, classifier, alpha=1.0, **kwargs):
        check_float("[0, inf)", alpha=alpha)
        super().__init__(encoder, decoder, **kwargs)
        check_classifier(classifier, encoder, self.condition_shape)
        self.classifier = classifier
        self.alpha = float(alpha)
        self._label_kl_tracker = keras.metrics.Mean(name="label_kl")
        self._label_nll_tracker = keras.metrics.Mean(name="label_nll")
        self._build_by_shapes()

    @property
    def classes(self):
        """How many labels there are, k."""
        return self.condition_shape[0]

    def call(self, x, training=None):
        """Give the parts of the loss, each picture with each label: a dict of `z_mean`,
        `z_log_var` and `outputs`, `(batch * k, ...)`, and `log_chances`, log q(y | x).
        """
        x, _ = picture_and_condition(x)
        logits = ops.cast(self.classifier(x, training=training), self.variable_dtype)
        every = ops.zeros_like(logits)[:, None] + ops.eye(self.classes, dtype=logits.dtype)
        parts = super().call(
            (ops.repeat(x, self.classes, axis=0), ops.reshape(every, (-1, self.classes))), training
        )
        return {**parts, "log_chances": ops.log_softmax(logits)}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean of -L(x, y) - alpha log q(y | x), or of -U(x) where no label is known."""
        k, log_q = self.classes, y_pred["log_chances"]  # (batch, k)
        picture, label = picture_and_condition(x)
        label = ops.cast(label, log_q.dtype)
        known = ops.sum(label, axis=1)  # (batch,), 1 or 0
        chances = label + (1 - known[:, None]) * ops.exp(log_q)
        if sample_weight is None:
            sample_weight = ops.ones_like(known)
        weight = ops.reshape(ops.cast(sample_weight, log_q.dtype), (-1,))
        nll, each = self._nll_of(
            ops.repeat(picture, k, axis=0),
            None if y is None else ops.repeat(y, k, axis=0),
            y_pred["outputs"],
            ops.reshape(weight[:, None] * chances, (-1,)),
            training,
        )
        kl = gaussian_kl(y_pred["z_mean"][..., None], y_pred["z_log_var"][..., None])
        label_kl = math.log(k) + (1 - known) * ops.sum(chances * log_q, axis=1)
        label_nll = -ops.sum(label * log_q, axis=1)

        def sum_over_labels(part):
            return ops.sum(ops.reshape(each * part, (-1, k)), axis=1)

        self._reconstruction_tracker.update_state(sum_over_labels(nll))
        self._kl_tracker.update_state(sum_over_labels(ops.sum(kl, axis=-1)))
        self._label_kl_tracker.update_state(weight * label_kl)
        self._label_nll_tracker.update_state(label_nll, sample_weight=weight * known)
        of_label = weight * (label_kl + self.alpha * label_nll)
        return self._total(ops.mean(sum_over_labels(nll + self.price(kl)) + of_label))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Judge by the metrics of `compile` the pixels drawn for the likeliest label."""
        outputs = ops.reshape(y_pred["outputs"], (-1, self.classes, *y_pred["outputs"].shape[1:]))
        chosen = ops.one_hot(ops.argmax(y_pred["log_chances"], axis=1), self.classes)
        chosen = ops.reshape(chosen, (-1, self.classes) + (1,) * (len(outputs.shape) - 2))
        outputs = ops.sum(outputs * ops.cast(chosen, outputs.dtype), axis=1)
        return super().compute_metrics(x, y, {"outputs": outputs}, sample_weight)

    def classify(self, x, batch_size=None):
        """Give the chances of the labels of pictures.

        Args:
            x: pictures, `(n, *image_shape)`.
            batch_size: as for `decode`.

        Returns:
            q(y | x), an array `(n, k)`, each row with the sum 1.
        """

        def name(x, **mode):
            return ops.softmax(ops.cast(self.classifier(x, **mode), self.variable_dtype))

        return in_batches(name, self._inputs.pictures(x), batch_size=batch_size)

    def encode(self, x, condition=None, batch_size=None):
        """Give q(z | x, y) of pictures: with the likeliest label where no condition is given.

        Args:
            x, condition, batch_size: as for `Autoencoder.encode`.

        Returns:
            `Posterior`, with `z_mean` and `z_log_var`, each `(n, latent_dim)`.
        """
        return super().encode(x, self._label(x, condition, batch_size), batch_size)

    def reconstruct(self, x, condition=None, batch_size=None):
        """Give the pictures of z_mean: with the likeliest label where no condition is given.

        Args:
            x, condition, batch_size: as for `Autoencoder.reconstruct`.

        Returns:
            Pixels, an array `(n, *image_shape)`.
        """
        return super().reconstruct(x, self._label(x, condition, batch_size), batch_size)

    def sample(self, n, seed, condition=None):
        """Draw new pictures: codes from N(0, I), labels from p(y) where no condition is given.

        Args:
            n, seed, condition: as for `VAE.sample`.

        Returns:
            Pixels, an array `(n, *image_shape)`.

        Raises:
            ValueError: `n` is no positive integer, `seed` no seed, or `condition` does not fit.
        """
        if condition is None:
            drawn = np.random.default_rng((check_seed(seed), 1))
            condition = self._one_hot(drawn.integers(self.classes, size=check_count(n=n)))
        return super().sample(n, seed, condition)

    def get_config(self):
        classifier = keras.saving.serialize_keras_object(self.classifier)
        return {**super().get_config(), "classifier": classifier, "alpha": self.alpha}

    @classmethod
    def from_config(cls, config):
        classifier = keras.saving.deserialize_keras_object(config["classifier"])
        return super().from_config({**config, "classifier": classifier})

    @property
    def _inputs(self):
        given = super()._inputs
        return LabelledInputs(given._check, given._image_shape, given._condition_shape)

    def _label(self, x, condition, batch_size):
        """Give the condition, or the likeliest label of each picture of an array."""
        if condition is None and not is_stream(x):
            return self._one_hot(self.classify(x, batch_size).argmax(axis=1))
        return condition

    def _one_hot(self, labels):
        return np.eye(self.classes, dtype="float32")[labels]

    def _build_by_shapes(self):
        if hasattr(self, "classifier"):  # `VAE` asks for it before there is one
            super()._build_by_shapes()


class LabelledInputs(Inputs):
    """Look at conditions that are labels, one-hot, or zeros where there is none."""

    def condition(self, condition, n):
        """Give the label of each of `n` examples, or say what is wrong with them."""
        condition = super().condition(condition, n)
        if not np.isin(condition, (0, 1)).all() or condition.sum(axis=1).max() > 1:
            raise ValueError(
                "`condition` must hold labels, one-hot, and zeros where none is known. Received: "
                f"values from {condition.min():.3g} to {condition.max():.3g}, and up to "
                f"{condition.sum(axis=1).max():.3g} in a row"
            )
        return condition
