"""What does not belong: scores of single pictures, and the threshold above which one is an alarm.

Chapter 14 uses them. A score grows with strangeness; scikit-learn's `score_samples`, which
grows with normality, is minus a score.
"""

import numpy as np
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from companion.checks import (
    as_numbers,
    check_array,
    check_bool,
    check_count,
    check_float,
    check_has,
)
from companion.metrics.levels import entropy


def anomaly_scores(model, x, draws=1, seed=0):
    """Score how little single pictures are like those that a model was trained on.

    Args:
        model: models.VAE or models.Autoencoder.
        x: pictures, `(n, *image_shape)`, all in the range that the model's likelihood takes.
        draws: how many codes are drawn for each picture, in the ELBO of a VAE.
        seed: of these draws.

    Returns:
        A dict of arrays `(n,)`, each of which is the larger the stranger a picture is:

        - `squared error` of the reconstruction, `sum_i (x_i - y_i)^2`, without a unit,
        - `nll`, -log p(x | z) of the code, of a VAE of z_mean: nats,
        - `nll - floor`, which is the same above the picture's own entropy: nats. For
          pixels in [0, 1] under the Bernoulli likelihood only,
        - `distance` of the code from the prior's centre, `|z|^2`, without a unit,
        - and of a VAE `-elbo`, `-elbo - floor` and `kl`: nats.

    Raises:
        TypeError: `model` has no `encode` and `nll`.
        ValueError: pictures that the model refuses; `draws` is no positive integer.
    """
    check_has("a models.VAE or a models.Autoencoder", "encode", "nll", "reconstruct", model=model)
    check_count(draws=draws)
    posterior = model.encode(x)
    z = getattr(posterior, "z_mean", posterior)
    scores = {
        "squared error": _sum(np.square(np.asarray(x, "float32") - model.decode(z))),
        "nll": model.nll(x, z),
        "distance": _sum(np.square(z)),
    }
    if hasattr(posterior, "kl"):
        scores |= {"-elbo": -model.elbo(x, draws, seed), "kl": _sum(posterior.kl)}
    if model.likelihood == "bernoulli":
        floor = entropy(x)
        scores |= {f"{k} - floor": scores[k] - floor for k in ("nll", "-elbo") if k in scores}
    return scores


class AnomalyDetector(OutlierMixin, BaseEstimator):
    """Raise an alarm where a score is above, or outside, what normal examples score.

        threshold = the ceil((1 - false_alarms) (n + 1))-th smallest score of n normal examples

    A new normal example is as likely to take any of the n + 1 ranks among them, whatever the
    distribution, so that the chance of a false alarm, averaged over such sets, is at most
    `false_alarms`. That holds for normal examples which the score has *not* been trained on,
    and for no others: a network scores what it was trained on lower than anything new.

    It is an outlier detector of scikit-learn, used for novelty: `fit` on normal examples,
    then `score_samples`, `decision_function` (negative for an alarm) and `predict` (-1 for an
    alarm, else 1), in pipelines and in curves such as `roc_auc_score(belongs, score_samples)`.

    Args:
        score_func: examples -> `(n,)` numbers, the larger the stranger: `lambda x: -vae.elbo(x)`.
        false_alarms: the share of normal examples that may raise an alarm, between 0 and 1.
        two_sided: whether a score may be too *low* as well, half of the alarms for each side.
            A sensor that has died is easier to reconstruct than any signal.

    Attributes:
        low_ (float): the lower threshold, minus infinity if one-sided.
        middle_ (float): the median of the normal scores.
        high_ (float): the upper threshold.
        offset_ (float): the least `score_samples` that raises no alarm.
        n_features_in_ (int): the second axis of the examples, as scikit-learn counts it.

    Raises:
        TypeError: `score_func` is no function, `false_alarms` no number, or `two_sided` neither
            True nor False.
        ValueError: too few examples for so few false alarms; scores that are not `(n,)` or
            not finite; examples that scikit-learn refuses.

    Source:
        S. Bates et al., "Testing for Outliers with Conformal p-values" (2023), after V. Vovk et
        al., "Algorithmic Learning in a Random World" (2005), for the rank.
    """

    def __init__(self, score_func, false_alarms=0.05, two_sided=False):
        self.score_func = score_func
        self.false_alarms = false_alarms
        self.two_sided = two_sided

    def fit(self, X, y=None):
        """Set the threshold by normal examples.

        Args:
            X: the examples, `(n, ...)`.
            y: not used; scikit-learn's pipelines give it.

        Returns:
            The detector.

        Raises:
            TypeError, ValueError: as the class says.
        """
        check_has("a function of examples", "__call__", score_func=self.score_func)
        check_float("(0, 1)", false_alarms=self.false_alarms)
        check_bool(two_sided=self.two_sided)
        scores = np.sort(self._scores(X, reset=True))
        n, tail = len(scores), self.false_alarms / (2 if self.two_sided else 1)
        rank = int(np.ceil((1 - tail) * (n + 1) - 1e-9))  # rounding may lift 95.0 to 96
        if rank > n:
            raise ValueError(
                f"`X` must hold {int(np.ceil(1 / tail - 1e-9)) - 1} examples or more for so few "
                f"false alarms. Received: n_samples={n}, false_alarms={self.false_alarms}"
            )
        self.high_, self.middle_ = scores[rank - 1], np.median(scores)
        self.low_ = scores[n - rank] if self.two_sided else -np.inf
        self.offset_ = -1.0 if self.two_sided else -self.high_
        return self

    def score_samples(self, X):
        """Say how normal examples are.

        Args:
            X: the examples, `(n, ...)`.

        Returns:
            Minus the scores, `(n,)`; if two-sided, minus their distance from the median, in
            units of the distance of the threshold on their side.

        Raises:
            ValueError: examples that scikit-learn refuses, or no `fit` before.
        """
        check_is_fitted(self)
        scores = self._scores(X)
        if not self.two_sided:
            return -scores
        above = scores - self.middle_
        width = np.where(above > 0, self.high_ - self.middle_, self.middle_ - self.low_)
        return -np.abs(above) / np.maximum(width, np.finfo("float64").tiny)

    def decision_function(self, X):
        """Say how far from an alarm examples are.

        Args:
            X: the examples, `(n, ...)`.

        Returns:
            `score_samples` above the threshold, `(n,)`: below 0 for an alarm.
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X):
        """Raise alarms.

        Args:
            X: the examples, `(n, ...)`.

        Returns:
            -1 for an alarm and 1 for what belongs, `(n,)`.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def _scores(self, X, reset=False):
        try:
            X = validate_data(self, X, reset=reset, allow_nd=True, dtype="numeric")
        except (TypeError, ValueError) as error:
            raise type(error)(_refusal(X, None if reset else self.n_features_in_, error)) from None
        scores = as_numbers(self.score_func(X), "score_func(X)")
        if scores.shape != (len(X),):
            raise ValueError(f"`score_func` must give shape ({len(X)},). Received: {scores.shape}")
        check_array(scores[:, None], name="score_func(X)")
        return scores.astype("float64")


def _refusal(X, features, error):
    """Say what is wrong with examples that scikit-learn refuses; its tools look for its words."""
    theirs = str(error).partition("\n")[0]
    if theirs.startswith("Expected 2D"):
        theirs = "Reshape your data: X[:, None] are examples of one number, X[None] is one example."
    known = features is not None and np.ndim(X) > 1
    try:
        check_array(X, shape=(features, *np.shape(X)[2:]) if known else None, name="X")
    except (TypeError, ValueError) as ours:
        return f"{str(ours).rstrip('.')}. {theirs}"
    return str(error)  # such as other names of columns


def _sum(terms):
    return terms.sum(axis=tuple(range(1, terms.ndim)))
