"""Bars of what was measured, read off the axes."""

import numpy as np

from companion import plots


def test_gain_bars_show_each_gain_under_its_group():
    gains = {"digits": {"median": 5.5, "network": 9.0}, "faces": {"median": 5.0, "network": -2.0}}
    ax = plots.gain_bars(gains)
    assert [bar.get_width() for bar in ax.patches] == [5.5, 9, 5, -2]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["median", "network"] * 2
    heights = [bar.get_y() for bar in ax.patches]
    assert heights == sorted(heights)
    assert ax.yaxis_inverted()
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert colours[:2] == colours[2:]
    assert colours[0] != colours[1]
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["digits", "+5.5", "+9.0", "faces", "+5.0", "\N{MINUS SIGN}2.0"]


def test_a_method_keeps_its_colour_where_a_group_lacks_another():
    ax = plots.gain_bars({"a": {"median": 1, "network": 2}, "b": {"network": 3, "median": 4}})
    median, network, network_too, median_too = (bar.get_facecolor() for bar in ax.patches)
    assert (median, network) == (median_too, network_too)
    ax = plots.gain_bars({"a": {"median": 1, "network": 2}, "b": {"network": 3}})
    assert [bar.get_facecolor() for bar in ax.patches] == [median, network, network]


def test_unit_shares_fill_the_whole_bar():
    ax = plots.unit_shares({"dense": (0.75, 0.0), "sparse": (0.1, 0.4)})
    ends = [
        [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars] for bars in ax.containers
    ]
    np.testing.assert_allclose(
        ends, [[(0, 75), (0, 10)], [(75, 100), (10, 60)], [(100, 100), (60, 100)]]
    )
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["75 %", "10 %"]


def test_a_share_is_written_within_its_bar_where_there_is_room():
    ax = plots.unit_shares({"short": (0.2, 0.0), "long": (0.21, 0.0), "half": (0.6, 0.0)})
    written = [(t.get_text(), t.get_color(), t.get_ha()) for t in ax.texts if t.get_text()]
    white, black = ("white", "right"), ("black", "left")
    assert written == [("20 %", *black), ("21 %", *white), ("60 %", *white)]


def test_bars_stand_in_their_order_with_their_numbers():
    ax = plots.bars({"first": 40.2, "second": 10.0}, label="per cent")
    top, bottom = ax.patches
    assert (top.get_width(), bottom.get_width()) == (40.2, 10.0)
    assert (
        ax.transData.transform((0, top.get_y()))[1] > ax.transData.transform((0, bottom.get_y()))[1]
    )
    assert [text.get_text() for text in ax.texts] == ["40", "10"]
