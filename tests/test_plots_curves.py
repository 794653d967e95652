"""Curves of what was measured, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from companion import plots
from companion.plots.style import SYMBOLS


def test_loss_curve_shows_every_epoch_and_both_levels():
    ax = plots.loss_curve({"loss": [3.0, 2.0, 1.5]}, baseline=2.5, floor=1)
    *levels, curve = ax.lines
    np.testing.assert_array_equal(curve.get_xydata(), [[1, 3], [2, 2], [3, 1.5]])
    assert {line.get_ydata()[0] for line in levels} == {2.5, 1}
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights == {
        "baseline: the mean picture, always, 2": 2.5,
        "floor: a perfect reconstruction, 1": 1,
        "loss, 2": 1.5,
    }


def test_loss_curve_draws_every_curve_it_is_given():
    ax = plots.loss_curve({name: [1.0, 0.5] for name in "abcde"}, baseline=2, floor=0)
    assert len(ax.lines) == 7


def test_the_reconstruction_has_its_colour_in_a_loss_curve():
    ax = plots.loss_curve({"loss": [2, 1], "reconstruction": [1.0, 0.5]}, baseline=2, floor=0)
    assert ax.lines[-1].get_color() == SYMBOLS["reconstruction"][0]


def test_a_model_worse_than_the_baseline_stays_on_the_scale():
    ax = plots.error_scale({"bad": 500.0}, baseline=200, floor=50)
    assert ax.get_xlim()[1] > 500


def test_error_scale_places_errors_in_nats():
    ax = plots.error_scale({"model": 130.4}, baseline=200, floor=50)
    assert {tuple(line.get_xdata()) for line in ax.lines} == {(50, 200), (50,), (200,), (130.4,)}
    assert "model\n130" in [text.get_text() for text in ax.texts]


def test_size_curves_double_from_tick_to_tick_and_show_every_value():
    curves = {"net": {1: 9.0, 2: 5.0, 4: 4.0}, "pca": {1: 8.0, 2: 7.0, 4: 6.0}}
    ax = plots.size_curves(curves, level=10, level_name="no code", ylabel="error")
    level, *lines = ax.lines
    assert set(level.get_ydata()) == {10}
    for line, curve in zip(lines, curves.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), list(curve.items()))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "4"]
    places = ax.transData.transform([(1, 0), (2, 0), (4, 0)])[:, 0]
    assert places[2] - places[1] == pytest.approx(places[1] - places[0])
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize(("values", "sides"), [((9, 8), "lr"), ((8, 9), "rl")])
def test_size_curves_are_named_on_the_side_where_the_curve_is_not(values, sides):
    first, second = values
    curves = {"upper": {1: first, 2: second}, "lower": {1: first - 5, 2: second - 5}}
    ax = plots.size_curves(curves, level=0, level_name="", ylabel="")
    names = {text.get_text(): text for text in ax.texts}
    assert names["upper"].get_ha()[0] + names["lower"].get_ha()[0] == sides
    assert (names["upper"].get_va(), names["lower"].get_va()) == ("bottom", "top")


def test_size_curves_draw_on_the_axes_they_are_given():
    _, ax = plt.subplots()
    curves = {"a": {1: 2.0, 2: 1.0}}
    assert plots.size_curves(curves, level=3, level_name="", ylabel="", ax=ax) is ax


def test_shift_curves_show_every_error_and_the_level():
    ax = plots.shift_curves({"a": [1.0, 2, 4], "b": [3.0, 3, 3]}, level=2.5, level_name="mean")
    level, *curves = ax.lines
    assert set(level.get_ydata()) == {2.5}
    assert [list(curve.get_ydata()) for curve in curves] == [[1, 2, 4], [3, 3, 3]]
    assert len({curve.get_marker() for curve in curves}) == 2  # not by colour alone
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert list(ax.get_xticks()) == [0, 1, 2]
