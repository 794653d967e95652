"""What a network has learnt, as pictures."""

import numpy as np
import pytest

from companion import plots
from companion.plots.images import GAP


def test_dictionaries_show_every_atom_in_its_block_and_place():
    atoms = np.random.default_rng(0).normal(size=(2, 6, 4, 4))
    ax = plots.dictionaries({"one": atoms[0], "two": atoms[1][..., None]}, columns=3)
    shown, step = ax.images[0].get_array(), 4 + GAP
    block = 2 * step + 4 * GAP
    for which in range(2):
        for i, grey in enumerate(plots.signed_as_grey(atoms[which])):
            top, left = GAP // 2 + which * block + i // 3 * step, GAP // 2 + i % 3 * step
            np.testing.assert_array_equal(shown[top : top + 4, left : left + 4], grey)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]


def test_signed_pictures_are_grey_where_they_are_zero():
    greys = plots.signed_as_grey(np.array([[[0.0, 2.0, -1.0]], [[0.0, -0.5, 0.25]]]))
    np.testing.assert_allclose(greys, [[[0.5, 1, 0.25]], [[0.5, 0, 0.75]]])


def test_atoms_in_colour_are_drawn_as_light_on_white_paper():
    atoms = np.random.default_rng(0).normal(size=(4, 3, 3, 3))
    shown = plots.dictionaries({"a": atoms, "b": atoms}, columns=2).images[0].get_array()
    step = 3 + GAP
    np.testing.assert_array_equal(shown[1:4, 1 + step : 4 + step], plots.signed_as_grey(atoms)[1])
    assert (shown[2 * step : 2 * step + 4 * GAP] == 1).all()
    light = plots.signed_as_grey(np.array([[[[0.0, 2.0, -1.0]]]]))
    np.testing.assert_allclose(light, [[[[0.5, 1, 0.25]]]])


@pytest.mark.parametrize("shapes", [[(4, 3, 3), (6, 3, 3)], [(3, 3, 3)], [(4, 3, 3), (4, 3, 3, 3)]])
def test_atoms_that_fill_no_rows_are_refused(shapes):
    atoms = {str(i): np.ones(shape) for i, shape in enumerate(shapes)}
    with pytest.raises(ValueError, match=r"`atoms` must hold equally many atoms .*columns=2"):
        plots.dictionaries(atoms, columns=2)
    with pytest.raises(ValueError, match="`weights` must not be 0 throughout"):
        plots.signed_as_grey(np.zeros((1, 2, 2)))


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
