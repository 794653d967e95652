"""Each term of the mathematics, once, as a function that is its formula.

- `reconstruction`: what a reconstruction costs, -log p(x | z) (chapters 1, 5 and 8).
- `divergences`: what a distribution of codes, or of activations, costs (chapters 3, 7 and 8).

Unless a name says otherwise the unit is nats, and what belongs to one picture
is summed: `(batch, ...)` becomes `(batch,)`. A cloud that is the prior itself costs
nothing, and one that lies 2 beside it costs 2 nats:

>>> import numpy as np
>>> from companion import losses
>>> z_mean, z_log_var = np.array([[0.0, 0.0], [2.0, 0.0]]), np.zeros((2, 2))
>>> np.asarray(losses.gaussian_kl(z_mean, z_log_var)).tolist()
[0.0, 2.0]
"""

from companion.losses.divergences import bernoulli_kl, gaussian_kl
from companion.losses.reconstruction import (
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
