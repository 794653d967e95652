"""Each term of the mathematics, once, as a function that is its formula.

- `likelihoods`: what a reconstruction costs, -log p(x | z) (chapters 1, 5 and 8).
- `divergences`: what a distribution of codes, or of activations, costs (chapters 3, 7 and 8).

Unless a name says otherwise the unit is nats, and what belongs to one picture
is summed: `(batch, ...)` becomes `(batch,)`.
"""

from companion.losses.divergences import bernoulli_kl, gaussian_kl
from companion.losses.likelihoods import (
    bernoulli_nll,
    categorical_nll,
    continuous_bernoulli_mean,
    continuous_bernoulli_nll,
    gaussian_nll,
    squared_error,
)

__all__ = [
    "bernoulli_kl",
    "bernoulli_nll",
    "categorical_nll",
    "continuous_bernoulli_mean",
    "continuous_bernoulli_nll",
    "gaussian_kl",
    "gaussian_nll",
    "squared_error",
]
