"""Posteriors and their prior, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import norm

from companion import plots


def curves_of(ax):
    """Give the single bells, the prior, and the upper edge of the filled area."""
    *bells, prior = [line.get_xydata() for line in ax.lines]
    (filled,) = ax.collections
    return bells, prior, filled.get_paths()[0].vertices


def test_posteriors_that_are_the_prior_together_are_the_prior():
    ax = plots.aggregate_posterior(np.zeros(40), np.ones(40), shown=5)
    bells, prior, filled = curves_of(ax)
    np.testing.assert_allclose(prior[:, 1], norm.pdf(prior[:, 0]))
    assert filled[:, 1].max() == pytest.approx(norm.pdf(0))
    np.testing.assert_allclose(sum(bell[:, 1] for bell in bells), prior[:, 1])


def test_narrow_posteriors_spread_by_the_prior_add_up_to_it():
    quantiles = norm.ppf((np.arange(500) + 0.5) / 500)
    ax = plots.aggregate_posterior(quantiles, np.full(500, 0.2), shown=10)
    bells, _, filled = curves_of(ax)
    assert len(bells) == 10
    # A sum of two independent normals: variance 1 + 0.2^2.
    assert filled[:, 1].max() == pytest.approx(norm.pdf(0, scale=np.hypot(1, 0.2)), rel=0.01)


def test_all_bells_lie_within_the_picture():
    ax = plots.aggregate_posterior(np.array([-9.0, 2.0]), np.array([0.1, 0.5]), shown=2)
    assert ax.get_xlim()[0] < -9.3
    wide = plots.aggregate_posterior(np.zeros(2), np.array([2.0, 3.0]), shown=2)
    assert wide.get_xlim() == (-9, 9)  # 3 sigma of the widest


def test_two_numbers_can_be_drawn_on_one_axis():
    ax = plots.aggregate_posterior(np.zeros(4), np.ones(4), shown=2, limit=6)
    assert ax.get_xlim() == (-6, 6)
    assert curves_of(ax)[1][[0, -1], 0].tolist() == [-6, 6]  # the curves go as far


@pytest.mark.parametrize(
    ("z_mean", "sigma"),
    [(np.zeros((3, 2)), np.ones((3, 2))), (np.zeros(3), np.ones(2)), (np.zeros(2), np.zeros(2))],
)
def test_what_are_no_bells_is_refused(z_mean, sigma):
    with pytest.raises(ValueError, match=r"`z_mean` must|`sigma` must"):
        plots.aggregate_posterior(z_mean, sigma)


def test_it_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert plots.aggregate_posterior(np.zeros(30), np.ones(30), ax=ax) is ax
