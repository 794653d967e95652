"""Signals and texts, read off the axes."""

import numpy as np
import pytest

from companion import plots


def test_signal_rows_draw_each_signal_in_its_place_over_the_clean_one():
    clean, noisy = np.sin(np.arange(9.0)), np.cos(np.arange(9.0))
    ax = plots.signal_rows({"clean": clean[:, None], "noisy": noisy}, clean=clean)
    truth, first, truth_again, second = (line.get_ydata() for line in ax.lines)
    np.testing.assert_array_equal(truth, first)
    apart = ax.get_yticks()[0] - ax.get_yticks()[1]
    assert apart > np.ptp([clean, noisy])
    np.testing.assert_allclose(truth_again, clean - apart)
    np.testing.assert_allclose(second, noisy - apart)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["clean", "noisy"]
    assert len(plots.signal_rows({"": noisy}).lines) == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "equally long"),
        ({"a": np.zeros(3), "b": np.zeros(4)}, r"equally long.*\[3, 4\]"),
        ({"a": np.zeros((3, 2))}, r"\(length, 1\). Received: shape=\(3, 2\)"),
        ({"a": np.zeros(0)}, r"Received: shape=\(0,\)"),
    ],
)
def test_signal_rows_refuse_what_is_no_signal(rows, message):
    with pytest.raises(ValueError, match=message):
        plots.signal_rows(rows)


def characters_of(ax):
    """Give the characters that stand in the rows, by row and from left to right."""
    single = [text for text in ax.texts if len(text.get_text()) == 1]
    rows = {}
    for text in sorted(single, key=lambda text: text.xy):
        rows.setdefault(text.xy[1], []).append(text)
    return rows


def test_text_columns_write_every_text_and_mark_what_is_wrong():
    ax = plots.text_columns(
        {"asked": ["ab", "cd"], "answered": ["ax", "cd"]}, wrong={"answered": [[0, 1], [0, 0]]}
    )
    rows = characters_of(ax)
    assert ["".join(t.get_text() for t in rows[i]) for i in (0, 1)] == ["abax", "cdcd"]
    marked = [t.get_text() for i in (0, 1) for t in rows[i] if t.get_color() == plots.ORANGE]
    assert marked == ["x"]
    assert len(ax.lines) == 1  # one underline
    assert [t.get_text() for t in ax.texts if len(t.get_text()) > 1] == ["asked", "answered"]


def test_text_columns_mark_whole_texts_too_and_draw_codes():
    codes = np.array([[1.0, -1.0], [0.5, 0.0]])
    ax = plots.text_columns({"one": ["abc", "def"]}, wrong={"one": [False, True]}, codes=codes)
    assert len(ax.lines) == 3
    for shown, code in zip(ax.images, codes, strict=True):
        np.testing.assert_array_equal(shown.get_array()[0], code)
        assert shown.get_clim() == (-1, 1)  # white at 0, for all codes alike


def test_text_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"equally many texts.*'a': 1, 'b': 2"):
        plots.text_columns({"a": ["x"], "b": ["x", "y"]})
    with pytest.raises(ValueError, match="equally many"):
        plots.text_columns({})
