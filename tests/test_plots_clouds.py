"""Clouds and estimates, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy.stats import norm

from companion import plots
from companion.plots.style import SYMBOLS

DRAWS = np.random.default_rng(0).normal([1, -1], [0.5, 2], size=(5000, 2))


def cloud(**kwargs):
    return plots.gaussian_cloud(DRAWS, [1, -1], [0.5, 2], limit=12, **kwargs)


def test_gaussian_cloud_draws_every_point():
    points, mean = cloud().lines
    np.testing.assert_array_equal(points.get_xydata(), DRAWS)
    np.testing.assert_array_equal(mean.get_xydata(), [[1, -1]])


def test_gaussian_cloud_has_the_colours_of_its_symbols():
    ax = cloud()
    colours = {name: light for name, (light, _) in SYMBOLS.items()}
    assert [line.get_color() for line in ax.lines] == [colours["z"], colours["mu"]]
    drawn = [*(ellipse.get_edgecolor() for ellipse in ax.patches)]
    drawn += [side.lines[0].get_color() for side in ax.child_axes]
    assert {to_hex(colour) for colour in drawn} == {colours["sigma"]}


def test_gaussian_cloud_draws_ellipses_one_and_two_standard_deviations_from_the_mean():
    one, two = cloud().patches
    assert tuple(one.center) == tuple(two.center) == (1, -1)
    assert (one.width, one.height) == (1, 4)
    assert (two.width, two.height) == (2, 8)


def test_the_marginals_are_the_bell_curves_of_each_number():
    top, right = cloud().child_axes
    z1, density = top.lines[0].get_data()
    np.testing.assert_allclose(density, norm.pdf(z1, 1, 0.5))
    density, z2 = right.lines[0].get_data()
    np.testing.assert_allclose(density, norm.pdf(z2, -1, 2))


def test_the_marginals_are_histograms_of_each_number():
    top, right = cloud().child_axes
    heights, _ = np.histogram(DRAWS[:, 0], np.linspace(-12, 12, 41), density=True)
    np.testing.assert_allclose([bar.get_height() for bar in top.patches], heights)
    widths, _ = np.histogram(DRAWS[:, 1], np.linspace(-12, 12, 41), density=True)
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], widths)


def test_gaussian_cloud_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert cloud(ax=ax) is ax


@pytest.mark.parametrize("draws", [np.zeros((3, 3)), np.zeros(2)])
def test_gaussian_cloud_refuses_draws_that_are_not_of_a_plane(draws):
    with pytest.raises(ValueError, match=r"`draws` must have shape \(n, 2\)"):
        plots.gaussian_cloud(draws, [0, 0], [1, 1])


@pytest.mark.parametrize("sigma", [[1], [1, 0], [1, -1], [1, np.nan], [1, 1, 1]])
def test_gaussian_cloud_refuses_what_is_no_cloud_of_the_plane(sigma):
    with pytest.raises(ValueError, match=r"`sigma` must (be above 0|have shape|be finite)"):
        plots.gaussian_cloud(DRAWS, [0, 0], sigma)


def test_posterior_ellipses_reach_to_the_given_standard_deviations():
    z_mean, sigma = np.eye(2), np.array([[0.1, 0.2], [0.3, 0.4]])
    ax = plots.posterior_ellipses(z_mean, sigma, [0, 1], "ab", widths=3)
    _, ellipses = ax.collections
    np.testing.assert_allclose(ellipses.get_widths(), 2 * 3 * sigma[:, 0])
    np.testing.assert_allclose(ellipses.get_heights(), 2 * 3 * sigma[:, 1])
    np.testing.assert_array_equal(ellipses.get_offsets(), z_mean)


def test_posterior_ellipses_have_the_colours_of_their_classes():
    ax = plots.posterior_ellipses(np.eye(2), np.ones((2, 2)), [0, 1], "ab")
    points, ellipses = ax.collections
    np.testing.assert_array_equal(ellipses.get_facecolors()[:, :3], points.get_facecolors()[:, :3])
    assert [text.get_text() for text in ax.texts] == ["a", "b"]


def test_posterior_ellipses_are_not_cut_off_at_the_edge():
    ax = plots.posterior_ellipses(np.eye(2), np.full((2, 2), 5.0), [0, 1], "ab")
    assert ax.get_xlim()[0] <= -10
    assert ax.get_ylim()[1] >= 11


def test_posterior_ellipses_refuse_widths_that_do_not_fit():
    with pytest.raises(ValueError, match=r"`sigma` must have shape \(2, 2\). Received"):
        plots.posterior_ellipses(np.eye(2), np.ones(2), [0, 1], "ab")


def test_estimate_bands_draw_both_ends_of_each_band_and_the_truth():
    bands = {"wide": {1: (-9, 9), 10: (-3, 3)}, "narrow": {1: (-1, 1), 10: (0, 0.5)}}
    ax = plots.estimate_bands(bands, 0.25)
    low, high, *_, truth = ax.lines
    np.testing.assert_array_equal(low.get_xydata(), [(1, -9), (10, -3)])
    np.testing.assert_array_equal(high.get_xydata(), [(1, 9), (10, 3)])
    assert list(truth.get_ydata()) == [0.25, 0.25]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["wide", "narrow", "the truth, 0.25"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "10"]
