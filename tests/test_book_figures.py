"""How wide a figure must be for its words, and where it may be cut."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from book_figures import box, columns, halves
from PIL import Image

from companion import plots

RNG = np.random.default_rng(0)


def saved(dpi=150):
    """Give the current figure as IPython saves it."""
    file = io.BytesIO()
    plt.savefig(file, dpi=dpi, bbox_inches="tight")
    plt.close()
    return Image.open(file)


def rows(names, n):
    plots.image_rows({name: RNG.random((n, 28, 28)) ** 0.1 for name in names})
    return saved()


@pytest.mark.parametrize("n", [5, 8, 10, 12])
@pytest.mark.parametrize("names", [("an original",), ("original", "again"), tuple("abcdefg")])
def test_the_columns_of_rows_of_pictures_are_found(names, n):
    image = rows(names, n)
    edges = columns(image)
    assert len(edges) == n + 1
    assert np.diff(edges).std() < 1
    ink = np.asarray(image.convert("L"))[15:-15]
    assert (ink[:, edges[0] - 4 : edges[0]] == 255).all()  # between the names and the pictures
    assert (ink[:, edges[0] + 10 : edges[0] + 26] < 255).mean() > 0.7  # but for gaps and white


def test_rows_without_names_have_none_before_their_first_column():
    assert columns(rows(("",), 8))[0] < 24  # paper alone


def test_curves_and_maps_have_no_columns():
    plots.loss_curve({"loss": [3, 2, 1]}, baseline=3, floor=0)
    assert columns(saved()) == []
    plots.picture_map(lambda z: np.zeros((len(z), 28, 28)), np.arange(8.0), np.arange(8.0))
    assert columns(saved()) == []


def test_two_panels_are_cut_between_them():
    _, axes = plt.subplots(1, 2, figsize=(6, 3), dpi=150, layout="constrained")
    image = saved()
    start, middle, end = halves(image)
    assert (start, end) == (0, image.width)
    places = [each.get_position().x0 for each in axes]
    assert places[0] < middle / image.width < places[1] + 0.05
    assert (np.asarray(image.convert("L"))[:, middle] == 255).all()


def test_a_plot_is_as_wide_as_its_words_of_10_points_are_on_paper():
    plots.loss_curve({"loss": [3, 2, 1]}, baseline=3, floor=0)
    image = saved()
    inches = image.width / 150
    assert f'style="--least:{round(96 * inches)}px"' in box("<img>", image, ["ch1-curve"])


def test_only_panels_that_stand_by_themselves_are_cut_and_pictures_without_words_stay():
    plt.subplots(1, 2, figsize=(6, 3), dpi=150, layout="constrained")
    image = saved()
    assert "data-cuts" in box("<img>", image, ["ch2-maps"])
    assert "data-cuts" not in box("<img>", image, ["ch1-scale"])
    assert box("<img>", Image.new("L", (300, 300)), ["ch2-maps"]) == "<img>"
