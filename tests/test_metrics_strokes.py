"""Slant, ink and width, held against pictures whose moments are known, and against chapter 11."""

import nbformat
import notebooks
import numpy as np
import pytest

from companion import data, metrics


def bar(shear=0.0, shape=(9, 21), left=8, wide=1, grey=1.0):
    """Draw an upright bar, sheared to the right by `shear` pixels for each pixel up."""
    picture = np.zeros(shape)
    for row in range(shape[0]):
        start = round(left + shear * (shape[0] // 2 - row))
        picture[row, start : start + wide] = grey
    return picture


@pytest.mark.parametrize("shear", [-2, -1, 0, 1, 2])
def test_a_sheared_bar_has_the_slant_of_its_shear(shear):
    assert metrics.strokes(bar(shear)[None]).slant == pytest.approx([shear], abs=1e-12)


@pytest.mark.parametrize("grey", [0.25, 1.0])
@pytest.mark.parametrize("wide", [1, 2, 5])
def test_ink_is_a_sum_and_the_width_of_a_bar_that_of_even_places(wide, grey):
    measured = metrics.strokes(bar(wide=wide, grey=grey)[None, ..., None])
    assert measured.ink == pytest.approx([9 * wide * grey])
    assert measured.width == pytest.approx([np.sqrt((wide**2 - 1) / 12)], abs=1e-9)
    assert measured.slant == pytest.approx([0], abs=1e-12)


def test_moments_are_those_of_points_as_often_as_they_have_ink():
    rng = np.random.default_rng(0)
    ink = rng.integers(0, 4, (6, 8))
    rows, columns = np.nonzero(ink >= 0)
    points = np.repeat(np.stack([columns, -rows]), ink.ravel(), axis=1)
    (xx, xy), (_, yy) = np.cov(points, bias=True)
    measured = metrics.strokes(ink[None] / 4)
    assert measured.slant == pytest.approx([xy / yy])
    assert measured.width == pytest.approx([np.sqrt(xx)])


def test_it_does_not_matter_where_a_digit_stands():
    before, after = (metrics.strokes(x[None]) for x in (bar(1), np.roll(bar(1), 3, axis=1)))
    np.testing.assert_allclose(before, after, atol=1e-12)


def test_slant_and_width_are_those_that_chapter_11_builds():
    (path,) = (path for path in notebooks.BOOK.glob("11-*.ipynb"))
    (code,) = (
        cell.source for cell in nbformat.read(path, as_version=4).cells
        if "def moments(" in cell.source
    )  # fmt: skip
    exec(code, names := {"np": np})
    images = data.load("digits").test[:50]
    measured = metrics.strokes(images)
    np.testing.assert_allclose(measured.slant, names["slant"](images), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(measured.width, names["width"](images), rtol=1e-4)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 5, 5)), "must have ink in two rows or more.*Received: 2 of 2 without"),
        (np.eye(5)[None, :1].repeat(3, axis=1) * [[[1], [0], [0]]], "Received: 1 of 1 without"),
        (np.ones((2, 5, 5, 3)), r"must have shape \(n, h, w\)"),
        (np.ones((2, 25)), r"must have shape \(n, h, w\)"),
        (np.full((1, 5, 5), 2.0), r"must lie in \[0, 1\]"),
        (np.full((1, 5, 5), np.nan), "must be finite"),
        (np.zeros((0, 5, 5)), "must hold"),
    ],
)
def test_pictures_without_a_slant_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        metrics.strokes(images)
