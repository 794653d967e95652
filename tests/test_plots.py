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


def colours_of(ax):
    (points,) = ax.collections
    return [tuple(colour[:3]) for colour in points.get_facecolors()]


def test_latent_scatter_draws_each_code_in_the_colour_of_its_class():
    codes = np.random.default_rng(0).normal(size=(30, 2))
    labels = np.arange(30) % 10
    ax = plots.latent_scatter(codes, labels, "abcdefghij")
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), codes)
    colours = colours_of(ax)
    assert colours[:10] == colours[10:20] == colours[20:]
    assert len(set(colours)) == 10


def test_latent_scatter_writes_each_name_at_the_median_of_its_class():
    codes = [[0, 0], [1, 4], [50, 1], [7, 7]]
    ax = plots.latent_scatter(codes, [0, 0, 0, 2], ["cat", "cow", "dog"])
    assert {text.get_text(): tuple(text.xy) for text in ax.texts} == {"cat": (1, 1), "dog": (7, 7)}


def test_latent_scatter_has_a_colour_for_every_class_of_many():
    ax = plots.latent_scatter(np.zeros((12, 2)), np.arange(12), [str(i) for i in range(12)])
    assert len(set(colours_of(ax))) == 10
    assert len(ax.texts) == 12


@pytest.mark.parametrize("codes", [np.zeros((3, 3)), np.zeros(3), np.zeros((3, 2, 1))])
def test_latent_scatter_refuses_codes_that_are_not_of_a_plane(codes):
    with pytest.raises(ValueError, match=r"`codes` must have shape \(n, 2\)"):
        plots.latent_scatter(codes, [0, 0, 0], ["a"])


@pytest.mark.parametrize("labels", [[0, 1], [0, -1, 1], [0.0, 1.0, 1.0], [[0], [0], [0]]])
def test_latent_scatter_refuses_labels_that_do_not_fit(labels):
    with pytest.raises(ValueError, match=r"`labels` must be 3 integers in 0\.\.1"):
        plots.latent_scatter(np.zeros((3, 2)), labels, ["a", "b"])


def test_latent_scatter_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert plots.latent_scatter(np.eye(2), [0, 0], ["a"], ax=ax) is ax


def test_marks_are_written_into_the_corners_of_their_pictures():
    images = np.zeros((3, 4, 4))
    ax = plots.image_rows({"a": images, "b": images}, marks={"b": ["x", "y", "z"]})
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("x", (0, 6)),
        ("y", (6, 6)),
        ("z", (12, 6)),
    ]


def test_territories_name_each_class_within_its_own_country():
    classes = np.array([[0, 0, 0, 2], [0, 0, 0, 2], [0, 0, 0, 2]])
    z1, z2 = [10.0, 11, 12, 13], [-1.0, 0, 1]
    ax = plots.territories(classes, z1, z2, ["zero", "one", "two"])
    zero, two = ax.texts
    assert (zero.get_text(), zero.xy) == ("zero", (11, 0))
    assert (two.get_text(), two.xy[0]) == ("two", 13)
    assert ax.get_xlim() == (9.5, 13.5)
    assert ax.get_ylim() == (-1.5, 1.5)


def test_territories_leave_holes_white_and_nothing_else():
    empty = np.array([[True, False], [False, False]])
    ax = plots.territories(np.zeros((2, 2), int), [0, 1], [0, 1], ["zero"], empty=empty)
    white = (ax.images[0].get_array() == 1).all(axis=-1)
    assert (white == empty).all()


@pytest.mark.parametrize("arguments", [{"classes": [[0, 0]]}, {"empty": [[True, False]]}])
def test_territories_refuse_what_does_not_fit_the_grid(arguments):
    classes = arguments.get("classes", np.zeros((2, 2), int))
    with pytest.raises(ValueError, match=r"must have shape \(2, 2\)"):
        plots.territories(classes, [0, 1], [0, 1], ["a"], empty=arguments.get("empty"))


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


def test_dictionaries_show_every_atom_in_its_block_and_place():
    atoms = np.random.default_rng(0).normal(size=(2, 6, 4, 4))
    ax = plots.dictionaries({"one": atoms[0], "two": atoms[1][..., None]}, columns=3)
    shown, step = ax.images[0].get_array(), 4 + plots.GAP
    block = 2 * step - plots.GAP + 4 * plots.GAP
    for which in range(2):
        for i, grey in enumerate(plots.signed_as_grey(atoms[which])):
            top, left = which * block + i // 3 * step, i % 3 * step
            np.testing.assert_array_equal(shown[top : top + 4, left : left + 4], grey)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]


def test_signed_pictures_are_grey_where_they_are_zero():
    greys = plots.signed_as_grey(np.array([[[0.0, 2.0, -1.0]], [[0.0, -0.5, 0.25]]]))
    np.testing.assert_allclose(greys, [[[0.5, 1, 0.25]], [[0.5, 0, 0.75]]])


def test_unit_shares_fill_the_whole_bar():
    ax = plots.unit_shares({"dense": (0.75, 0.0), "sparse": (0.1, 0.4)})
    ends = [
        [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars] for bars in ax.containers
    ]
    np.testing.assert_allclose(
        ends, [[(0, 75), (0, 10)], [(75, 100), (10, 60)], [(100, 100), (60, 100)]]
    )
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["75 %", "10 %"]


def test_bars_stand_in_their_order_with_their_numbers():
    ax = plots.bars({"first": 40.2, "second": 10.0}, label="per cent")
    top, bottom = ax.patches
    assert (top.get_width(), bottom.get_width()) == (40.2, 10.0)
    assert (
        ax.transData.transform((0, top.get_y()))[1] > ax.transData.transform((0, bottom.get_y()))[1]
    )
    assert [text.get_text() for text in ax.texts] == ["40", "10"]


def test_kernel_at_work_shows_picture_kernel_and_response_as_they_are():
    image = np.random.default_rng(0).random((6, 8))
    kernel = np.array([[1.0, -2.0], [0.5, 0.0]])
    response = np.random.default_rng(1).normal(size=(5, 7))
    response[3, 2] = -9  # the largest, though negative
    ax = plots.kernel_at_work(image, kernel, response)
    for shown, given in zip(ax.images, (image, kernel, response), strict=True):
        np.testing.assert_array_equal(shown.get_array(), given)
    texts = [text.get_text() for text in ax.texts]
    assert texts[:4] == ["1", "\N{MINUS SIGN}2", "0.5", "0"]
    window, answer = ax.patches
    assert (window.get_xy(), window.get_width()) == ((2, 3), 2)
    left, _, _, top = ax.images[2].get_extent()
    assert answer.get_xy() == (left + 2, top + 3)


def test_signed_colours_are_white_at_zero():
    ax = plots.kernel_at_work(np.zeros((4, 4)), np.eye(3), np.array([[1.0, 0], [1, 0]]))
    picture = ax.images[2]
    assert picture.cmap(picture.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_a_response_that_is_not_the_kernels_is_refused():
    with pytest.raises(ValueError, match=r"shape \(4, 4\).*\(6, 6\)"):
        plots.kernel_at_work(np.zeros((6, 6)), np.ones((3, 3)), np.zeros((6, 6)))


def test_shift_curves_show_every_error_and_the_level():
    ax = plots.shift_curves({"a": [1.0, 2, 4], "b": [3.0, 3, 3]}, level=2.5, level_name="mean")
    level, *curves = ax.lines
    assert set(level.get_ydata()) == {2.5}
    assert [list(curve.get_ydata()) for curve in curves] == [[1, 2, 4], [3, 3, 3]]
    assert len({curve.get_marker() for curve in curves}) == 2  # not by colour alone
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert list(ax.get_xticks()) == [0, 1, 2]


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


def test_text_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"equally many texts.*'a': 1, 'b': 2"):
        plots.text_columns({"a": ["x"], "b": ["x", "y"]})
    with pytest.raises(ValueError, match="equally many"):
        plots.text_columns({})
