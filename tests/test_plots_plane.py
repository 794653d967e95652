"""The plane of codes, read off the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from companion import plots


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


def test_latent_scatter_moves_names_apart_that_would_lie_on_each_other():
    codes = [[0, 0], [0.01, 0], [0, 0], [10, 10]]
    ax = plots.latent_scatter(codes, [0, 1, 2, 3], "abcd")
    places = [ax.transData.transform(t.xy) * 72 / ax.figure.dpi + t.xyann for t in ax.texts]
    distances = [np.linalg.norm(p - q) for i, p in enumerate(places) for q in places[:i]]
    assert min(distances) > 14
    assert ax.texts[3].xyann == (0, 0)  # alone in its corner


def test_latent_scatter_moves_long_names_apart_by_their_width():
    names = ["Pullover", "T-shirt/top", "Coat", "Shirt"]
    ax = plots.latent_scatter([[0, 0], [1, 0], [1, 0.1], [10, 10]], range(4), names)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent().padded(-1) for text in ax.texts]
    assert not any(p.overlaps(q) for i, p in enumerate(boxes) for q in boxes[:i])
    assert ax.texts[3].xyann == (0, 0)


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
    with pytest.raises(ValueError, match=r"`labels` must be integers in 0\.\.1 of shape \(3,\)"):
        plots.latent_scatter(np.zeros((3, 2)), labels, ["a", "b"])


def test_latent_scatter_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert plots.latent_scatter(np.eye(2), [0, 0], ["a"], ax=ax) is ax


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
    with pytest.raises(ValueError, match=r"must be .* of shape \(2, 2\)"):
        plots.territories(classes, [0, 1], [0, 1], ["a"], empty=arguments.get("empty"))
