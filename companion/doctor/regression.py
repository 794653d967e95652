"""The regression that takes a loss apart into a reconstruction and a KL."""

from typing import NamedTuple

import numpy as np


class Fit(NamedTuple):
    """loss = a reconstruction + b KL + c, over pictures."""

    a: float
    b: float
    error: float  #: the standard error of b
    rest: float  #: the variance that both leave unexplained
    noise: float  #: the variance that the draws explain: those of the loss, and those made beside

    @property
    def holds(self):
        """Whether the loss is made of these two terms, as far as the draws let it be seen.

        Of 20 healthy losses none left 1.5 times what its draws explain.
        """
        return self.rest < 3 * self.noise


def regress(loss, copies, kl):
    """Regress a loss on both terms.

    Noise in a regressor pulls its weight towards 0. Its variance, known from the copies
    of each picture, is taken off the regressor's own (errors in variables: W. A. Fuller,
    "Measurement Error Models", 1987, section 2.2).

    Args:
        loss: of batches of one picture each, float64 `(pictures,)`.
        copies: the reconstruction of each of its copies, `(pictures, copies)`.
        kl: of each picture, `(pictures,)`.

    Returns:
        `Fit`.
    """
    design = np.stack([copies.mean(axis=1), kl], axis=1)
    design, loss = design - design.mean(axis=0), loss - loss.mean()
    moments = design.T @ design
    drawn = copies.var(axis=1, ddof=1).mean() / copies.shape[1]  # the noise of a mean of copies
    moments[0, 0] -= len(loss) * drawn
    inverse = np.linalg.pinv(moments)
    a, b = inverse @ design.T @ loss
    rest = np.square(loss - design @ (a, b)).sum() / (len(loss) - 3)
    rounding = np.square(1e-3 * loss).mean()  # where there are no draws
    error = np.sqrt(rest * inverse[1, 1])
    return Fit(float(a), float(b), float(error), float(rest), float(2 * a**2 * drawn + rounding))
