"""Prices, bounds, posteriors and weights, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from companion import plots
from companion.plots.style import SYMBOLS


def test_price_map_points_downhill_everywhere():
    means, sigmas = np.linspace(-2, 2, 41), np.geomspace(0.1, 4, 41)
    m, s = np.meshgrid(means, sigmas)
    ax = plots.price_map(means, sigmas, m**2 + np.log(s) ** 2, levels=[1, 2])  # least at (0, 1)
    (arrows,) = [c for c in ax.collections if hasattr(c, "U")]
    x, y = arrows.get_offsets().T
    assert (arrows.U * -x >= 0).all()
    assert (arrows.V * -np.log(y) >= 0).all()
    np.testing.assert_allclose(np.hypot(arrows.U, arrows.V), 1, atol=1e-6)
    # Straight to (0, 1) on the drawn axes, where a step of V at sigma = y is V / y.
    assert arrows.angles == "xy"
    np.testing.assert_allclose(arrows.V / y * x, arrows.U * np.log(y), atol=1e-9)


def test_price_map_marks_the_prior():
    means, sigmas = np.linspace(-2, 2, 21), np.geomspace(0.1, 4, 21)
    m, s = np.meshgrid(means, sigmas)
    ax = plots.price_map(means, sigmas, m**2 + s, levels=[1, 2])
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert star.get_xydata().tolist() == [[0, 1]]
    assert ax.get_yscale() == "log"


def test_price_map_draws_prices_mean_and_width_in_their_colours():
    ax = plots.price_map([-1.0, 0, 1], [0.5, 1, 2], np.arange(9.0).reshape(3, 3), levels=[2])
    (lines, *_) = ax.collections
    assert to_rgba(lines.get_edgecolor()[0]) == to_rgba(SYMBOLS["kl"][0])
    assert ax.xaxis.label.get_color() == SYMBOLS["mu"][0]
    assert ax.yaxis.label.get_color() == SYMBOLS["sigma"][0]


def test_bound_curves_mark_the_top_of_each_curve_and_the_level():
    x = np.linspace(0, 2, 21)
    curves = {"first": -((x - 1) ** 2), "second": -1 - (x - 0.5) ** 2}
    ax = plots.bound_curves(x, curves, level=0.5, level_name="the truth", xlabel="x")
    level, _, top, _, second = ax.lines
    assert set(level.get_ydata()) == {0.5}
    np.testing.assert_allclose(top.get_xydata(), [[1, 0]], atol=1e-12)
    np.testing.assert_allclose(second.get_xydata(), [[0.5, -1]], atol=1e-12)
    assert [text.get_text() for text in ax.texts] == ["the truth"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["first", "second"]


def posterior(z, mean, sigma):
    z1, z2 = np.meshgrid(z, z)
    return np.exp(-((z1 - mean[0]) ** 2 + (z2 - mean[1]) ** 2) / (2 * sigma**2))


def test_posterior_panels_draw_each_cloud_at_two_standard_deviations():
    z = np.linspace(-3, 3, 61)
    clouds = [([1, 0], [0.1, 0.2]), ([0, 0], [0.3, 0.3])]
    panels = {
        "both": (np.eye(4), posterior(z, (1, 0), 0.2), clouds),
        "one": (np.eye(4), posterior(z, (1, 0), 0.2), [None, clouds[1]]),
    }
    axes = plots.posterior_panels(panels, z)
    first, second = axes[1, 0].patches
    assert first.center == [1, 0]
    np.testing.assert_allclose((first.width, first.height), (0.4, 0.8))
    assert first.get_edgecolor() == to_rgba(plots.ORANGE)
    assert second.get_edgecolor() == to_rgba("#005a3c")
    assert first.get_linestyle() != second.get_linestyle()
    (only,) = axes[1, 1].patches
    assert only.get_edgecolor() == second.get_edgecolor()
    assert [ax.get_title() for ax in axes[0]] == ["both", "one"]


def test_posterior_panels_show_the_surroundings_of_posterior_and_clouds():
    z = np.linspace(-3, 3, 61)
    density = posterior(z, (1, -1), 0.2)
    far = [([-1, -1], [0.1, 0.1])]
    ((_, near), (_, wide)) = (
        plots.posterior_panels({"": (np.eye(4), density, clouds)}, z)[:, 0] for clouds in ([], far)
    )
    np.testing.assert_allclose((*near.get_xlim(), *near.get_ylim()), (0.5, 1.5, -1.5, -0.5))
    assert wide.get_xlim()[0] < -1 < 1 < wide.get_xlim()[1]
    whole = plots.posterior_panels({"": (np.eye(4), density, far)}, z, limit=2)[1, 0]
    assert whole.get_xlim() == whole.get_ylim() == (-2, 2)


def test_posterior_panels_draw_on_the_axes_they_are_given():
    z = np.linspace(-1, 1, 5)
    _, axes = plt.subplots(2, 1, squeeze=False)
    panel = np.full((4, 4), np.nan), np.ones((5, 5)), []
    assert plots.posterior_panels({"hidden": panel}, z, axes=axes) is axes
    with pytest.raises(ValueError, match=r"`axes` must have shape \(2, 2\)"):
        plots.posterior_panels({"one": panel, "two": panel}, z, axes=axes)


def test_beta_scale_places_each_weight_beside_its_number():
    ax = plots.beta_scale({"small": 0.5, "right": 1.0, "large": 784.0})
    (dots,) = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots.get_xdata(), [0.5, 1, 784])
    assert [text.get_text() for text in ax.texts] == ["0.5", "1", "784"]
    assert [text.get_ha() for text in ax.texts] == ["right", "left", "left"]
    assert ax.yaxis_inverted()
    assert ax.get_xscale() == "log"
