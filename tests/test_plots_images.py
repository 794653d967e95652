"""Mosaics of pictures, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from companion import plots
from companion.plots.images import GAP


def test_image_rows_show_every_picture_in_its_place():
    images = np.random.default_rng(0).random((2, 3, 4, 5, 1))
    ax = plots.image_rows({"first": images[0], "second": images[1]})
    shown = ax.images[0].get_array()
    for row in range(2):
        for column in range(3):
            top, left = GAP // 2 + row * (4 + GAP), GAP // 2 + column * (5 + GAP)
            np.testing.assert_array_equal(
                shown[top : top + 4, left : left + 5], images[row, column, :, :, 0]
            )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    np.testing.assert_array_equal(ax.get_yticks(), [3, 3 + 4 + GAP])


def test_ink_is_dark_and_paper_is_white():
    ax = plots.image_rows({"": [np.zeros((2, 2)), np.ones((2, 2))]})
    image = ax.images[0]
    assert image.cmap(image.norm(0.0))[:3] == (1, 1, 1)
    assert image.cmap(image.norm(1.0))[:3] == (0, 0, 0)


def test_image_rows_of_unequal_length_are_refused():
    with pytest.raises(
        ValueError, match=r"equally many pictures.*'a': \(1, 2, 2\), 'b': \(2, 2, 2\)"
    ):
        plots.image_rows({"a": np.zeros((1, 2, 2)), "b": np.zeros((2, 2, 2))})
    with pytest.raises(ValueError, match="equally many"):
        plots.image_rows({})


def test_picture_map_puts_z1_to_the_right_and_z2_upwards():
    def decode(z):  # a picture that is its code: z1 in its left pixel, z2 in the right one
        return z[:, None, :, None]

    z1, z2 = [0, 0.5, 1], [0, 0.25, 0.5, 1]
    ax = plots.picture_map(decode, z1, z2)
    assert "z_1" in ax.get_xlabel()
    assert "z_2" in ax.get_ylabel()
    shown = ax.images[0].get_array()
    step = 1 + GAP, 2 + GAP
    assert shown.shape == (4 * step[0], 3 * step[1])
    for row in range(4):
        for column in range(3):
            left = GAP // 2 + column * step[1]
            pixel = shown[GAP // 2 + row * step[0], left : left + 2]
            np.testing.assert_array_equal(pixel, [z1[column], z2[3 - row]])


@pytest.mark.parametrize("ends", [(-1.5, 1.5), (-20.0, 7.0)])
def test_ticks_of_the_map_stand_at_the_codes_they_name(ends):
    z = np.linspace(*ends, 7)
    ax = plots.picture_map(lambda codes: np.zeros((len(codes), 3, 3)), z, z)
    middles = (np.arange(7) + 0.5) * (3 + GAP)
    for axis, values in ((ax.xaxis, z), (ax.yaxis, z[::-1])):
        labels = [float(t.get_text().replace("\N{MINUS SIGN}", "-")) for t in axis.get_ticklabels()]
        assert len(labels) >= 4
        slope = (values[-1] - values[0]) / (middles[-1] - middles[0])
        places = values[0] + slope * (axis.get_ticklocs() - middles[0])
        np.testing.assert_allclose(places, labels, atol=1e-9)


@pytest.mark.parametrize("shape", [(2, 3, 3, 2), (0, 3, 3), (0, 3, 3, 3), (3, 3), (1, 2, 3, 3, 3)])
def test_what_are_no_pictures_is_refused(shape):
    with pytest.raises(ValueError, match=r"`rows\['a'\]` must be pictures, .* Received: shape="):
        plots.image_rows({"a": np.zeros(shape)})


def test_colours_are_drawn_as_they_are_on_white_paper():
    images = np.random.default_rng(0).random((2, 3, 4, 5, 3))
    ax = plots.image_rows({"first": images[0], "second": images[1]})
    shown = ax.images[0].get_array()
    assert shown.shape == (2 * (4 + GAP), 3 * (5 + GAP), 3)
    np.testing.assert_array_equal(ax.get_yticks(), [3, 3 + 4 + GAP])
    for row in range(2):
        for column in range(3):
            top, left = GAP // 2 + row * (4 + GAP), GAP // 2 + column * (5 + GAP)
            np.testing.assert_array_equal(
                shown[top : top + 4, left : left + 5], images[row, column]
            )
            assert (shown[top - 1] == 1).all()
            assert (shown[:, left - 1] == 1).all()


def test_sums_of_colours_leave_white_paper_for_their_signs():
    images = np.random.default_rng(0).random((2, 2, 4, 6, 3)) / 2
    ax = plots.picture_sums({"A": images[0], "B": images[1]}, signs="=")
    shown, step = ax.images[0].get_array(), 6 + GAP + 3
    assert shown.shape == (2 * (4 + GAP), 2 * step - 3, 3)
    assert (shown[:, 6 + GAP : step] == 1).all()
    for line in range(2):
        top, left = GAP // 2 + line * (4 + GAP), GAP // 2 + step
        np.testing.assert_array_equal(shown[top : top + 4, left : left + 6], images[1, line])


def test_a_map_of_colours_puts_z1_to_the_right_and_z2_upwards():
    def decode(z):  # one pixel, as red as z1 and as blue as z2
        return (z @ [[1.0, 0, 0], [0, 0, 1.0]])[:, None, None]

    ax = plots.picture_map(decode, [0, 0.5], [0, 1])
    shown = ax.images[0].get_array()[GAP // 2 :: 1 + GAP, GAP // 2 :: 1 + GAP]
    np.testing.assert_array_equal(shown, [[[0, 0, 1], [0.5, 0, 1]], [[0, 0, 0], [0.5, 0, 0]]])


def test_colours_beyond_their_range_are_cut_off_there():
    ax = plots.image_rows({"a": np.full((1, 2, 2, 3), [-0.5, 0.5, 1.5])})
    assert (ax.images[0].get_array()[1, 1] == [0, 0.5, 1]).all()


def test_grey_pictures_do_not_stand_beside_colours_nor_small_ones_beside_large():
    for other in (np.zeros((2, 4, 4)), np.zeros((2, 4, 5, 3))):
        with pytest.raises(ValueError, match=r"`rows` must hold equally many .* of one shape"):
            plots.image_rows({"a": np.zeros((2, 4, 4, 3)), "b": other})


def test_plots_draw_on_the_axes_they_are_given():
    _, ax = plt.subplots()
    assert plots.loss_curve({"a": [1.0]}, baseline=2, floor=0, ax=ax) is ax
    assert plots.error_scale({"a": 1.0}, baseline=2, floor=0, ax=ax) is ax
    assert plots.image_rows({"a": np.zeros((1, 2, 2))}, ax=ax) is ax
    assert plots.picture_sums({"a": np.zeros((1, 2, 2))}, signs="", ax=ax) is ax


def test_marks_are_written_into_the_corners_of_their_pictures():
    images = np.zeros((3, 4, 7))  # wider than tall
    ax = plots.image_rows({"a": images, "b": images}, marks={"b": ["x", "y", "z"]})
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("x", (0, 6)),
        ("y", (9, 6)),
        ("z", (18, 6)),
    ]


def test_picture_sums_show_every_picture_in_its_place_and_signs_between_the_columns():
    images = np.random.default_rng(0).random((3, 2, 4, 6, 1))
    ax = plots.picture_sums(dict(zip("ABC", images, strict=True)), signs="-=")
    shown, step = ax.images[0].get_array(), 6 + GAP + 3
    assert shown.shape == (2 * (4 + GAP), 3 * step - 3)
    for column in range(3):
        for line in range(2):
            top, left = GAP // 2 + line * (4 + GAP), GAP // 2 + column * step
            np.testing.assert_array_equal(
                shown[top : top + 4, left : left + 6], images[column, line, :, :, 0]
            )
    assert [label.get_text() for label in ax.get_xticklabels()] == ["A", "B", "C"]
    np.testing.assert_array_equal(ax.get_xticks(), [4, 4 + step, 4 + 2 * step])
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("-", (9.5, 3)),
        ("-", (9.5, 9)),
        ("=", (20.5, 3)),
        ("=", (20.5, 9)),
    ]


def test_picture_sums_of_unequal_columns_or_with_another_count_of_signs_are_refused():
    two, one = np.zeros((2, 2, 2)), np.zeros((1, 2, 2))
    with pytest.raises(
        ValueError, match=r"`columns` must hold equally many.*'a': \(2, 2, 2\), 'b': \(1,"
    ):
        plots.picture_sums({"a": two, "b": one}, signs="=")
    with pytest.raises(ValueError, match=r"`signs` must hold 1 texts\. Received: 2"):
        plots.picture_sums({"a": two, "b": two}, signs="+=")
