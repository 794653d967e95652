"""What the pictures of the book show, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from companion import plots


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_image_rows_show_every_picture_in_its_place():
    images = np.random.default_rng(0).random((2, 3, 4, 5, 1))
    ax = plots.image_rows({"first": images[0], "second": images[1]})
    shown = ax.images[0].get_array()
    for row in range(2):
        for column in range(3):
            top, left = row * (4 + plots.GAP), column * (5 + plots.GAP)
            np.testing.assert_array_equal(
                shown[top : top + 4, left : left + 5], images[row, column, :, :, 0]
            )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    np.testing.assert_array_equal(ax.get_yticks(), [2, 2 + 4 + plots.GAP])


def test_ink_is_dark_and_paper_is_white():
    ax = plots.image_rows({"": [np.zeros((2, 2)), np.ones((2, 2))]})
    image = ax.images[0]
    assert image.cmap(image.norm(0.0))[:3] == (1, 1, 1)
    assert image.cmap(image.norm(1.0))[:3] == (0, 0, 0)


def test_image_rows_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"equally many pictures.*'a': 1, 'b': 2"):
        plots.image_rows({"a": np.zeros((1, 2, 2)), "b": np.zeros((2, 2, 2))})
    with pytest.raises(ValueError, match="equally many"):
        plots.image_rows({})


def test_picture_map_puts_z1_to_the_right_and_z2_upwards():
    def decode(z):  # a picture that is its code: z1 in its left pixel, z2 in the right one
        return z[:, None, :, None]

    z1, z2 = [0, 0.5, 1], [0, 0.25, 0.5, 1]
    shown = plots.picture_map(decode, z1, z2).images[0].get_array()
    step = 1 + plots.GAP, 2 + plots.GAP
    assert shown.shape == (4 * step[0] - plots.GAP, 3 * step[1] - plots.GAP)
    for row in range(4):
        for column in range(3):
            pixel = shown[row * step[0], column * step[1] : column * step[1] + 2]
            np.testing.assert_array_equal(pixel, [z1[column], z2[3 - row]])


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


def test_a_model_worse_than_the_baseline_stays_on_the_scale():
    ax = plots.error_scale({"bad": 500.0}, baseline=200, floor=50)
    assert ax.get_xlim()[1] > 500


@pytest.mark.parametrize("ends", [(-1.5, 1.5), (-20.0, 7.0)])
def test_ticks_of_the_map_stand_at_the_codes_they_name(ends):
    z = np.linspace(*ends, 7)
    ax = plots.picture_map(lambda codes: np.zeros((len(codes), 3, 3)), z, z)
    middles = np.arange(7) * (3 + plots.GAP) + 1.5
    for axis, values in ((ax.xaxis, z), (ax.yaxis, z[::-1])):
        labels = [float(t.get_text().replace("\N{MINUS SIGN}", "-")) for t in axis.get_ticklabels()]
        assert len(labels) >= 4
        slope = (values[-1] - values[0]) / (middles[-1] - middles[0])
        places = values[0] + slope * (axis.get_ticklocs() - middles[0])
        np.testing.assert_allclose(places, labels, atol=1e-9)


@pytest.mark.parametrize("shape", [(2, 3, 3, 3), (0, 3, 3), (3, 3)])
def test_pictures_that_are_not_grey_are_refused(shape):
    with pytest.raises(ValueError, match="Pictures must be grey"):
        plots.image_rows({"a": np.zeros(shape)})


def test_error_scale_places_errors_in_nats():
    ax = plots.error_scale({"model": 130.4}, baseline=200, floor=50)
    assert {tuple(line.get_xdata()) for line in ax.lines} == {(50, 200), (50,), (200,), (130.4,)}
    assert "model\n130" in [text.get_text() for text in ax.texts]


def test_plots_draw_on_the_axes_they_are_given():
    _, ax = plt.subplots()
    assert plots.loss_curve({"a": [1.0]}, baseline=2, floor=0, ax=ax) is ax
    assert plots.error_scale({"a": 1.0}, baseline=2, floor=0, ax=ax) is ax
    assert plots.image_rows({"a": np.zeros((1, 2, 2))}, ax=ax) is ax
