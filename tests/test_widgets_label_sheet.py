"""The sheet that the reader labels: what labels name, what it shows, and its doors."""

import base64
import io
import json

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors, kneighbors_graph

from companion.page.scripts import bundle, source
from companion.widgets import LabelSheet

N, M, T = 80, 20, 50  # training examples, pictures of the sheet, new examples


def make_sheet(seed=0, **settings):
    """Make a sheet of examples that lie in ten clouds of the plane."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 4, (10, 2))
    kinds, test_labels = np.arange(N) % 10, rng.integers(0, 10, T)
    z = centres[kinds] + rng.normal(size=(N, 2))
    test_z = centres[test_labels] + rng.normal(size=(T, 2))
    pictures = rng.integers(0, 256, (M, 6, 5)) / 255
    places = rng.permutation(N)[:M]
    return LabelSheet(pictures, places, z, test_z, test_labels, **({"neighbours": 4} | settings))


@pytest.fixture(scope="module")
def sheet():
    return make_sheet()


def some_labels(sheet, n=6):
    return {i: int(sheet.places[i] % 10) for i in range(0, 2 * n, 2)}


def test_the_nearest_labelled_picture_is_that_of_scikit_learn(sheet):
    labels = some_labels(sheet)
    z = sheet.z[sheet.places[list(labels)]]
    truth = KNeighborsClassifier(1).fit(z, list(labels.values()))
    assert sheet.named(labels)["nearest"] == truth.score(sheet.test_z, sheet.test_labels)


@pytest.mark.parametrize("alpha", [0.3, 0.8])
def test_labels_flow_to_where_the_closed_form_says(alpha):
    sheet = make_sheet(alpha=alpha, rounds=300)
    labels = some_labels(sheet)
    W = kneighbors_graph(sheet.z, 4).toarray()
    W = np.maximum(W, W.T)
    S = W / np.sqrt(np.outer(W.sum(1), W.sum(1)))
    Y = np.zeros((N, 10))
    Y[sheet.places[list(labels)], list(labels.values())] = 1
    F = (1 - alpha) * np.linalg.solve(np.eye(N) - alpha * S, Y)
    near = NearestNeighbors(n_neighbors=4).fit(sheet.z).kneighbors(sheet.test_z)[1]
    flowed = F[near].sum(axis=1)
    right = (flowed.argmax(axis=1) == sheet.test_labels) & (flowed.max(axis=1) > 1e-12)
    assert sheet.named(labels)["spreading"] == pytest.approx(right.mean(), abs=1e-9)


def test_what_is_not_said_of_a_sheet_is_ten_labels_and_ten_neighbours():
    sheet = LabelSheet(PICTURES, PLACES, Z, Z[:5], LABELS)
    assert (sheet.labels, sheet.neighbours, sheet.alpha, sheet.rounds) == (10, 10, 0.8, 40)
    assert sheet.label == "pictures"


def test_without_a_label_nothing_is_named(sheet):
    assert sheet.named({}) == {"spreading": 0, "nearest": 0}


def test_a_label_names_what_lies_near_it(sheet):
    for i in range(3):
        label = int(sheet.places[i] % 10)
        share = np.mean(sheet.test_labels == label)
        assert sheet.named({i: label})["nearest"] == share
        assert 0 < sheet.named({i: label})["spreading"] <= share


def test_it_shows_itself_with_a_picture_for_print(sheet, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "companion.widgets.label_sheet.display", lambda *a, **k: shown.append((a, k))
    )
    sheet._ipython_display_()
    (((bundle_shown,), options),) = shown
    assert bundle_shown["text/plain"] == "LabelSheet(20 pictures)"
    assert bundle_shown["text/html"] == sheet.to_html()
    assert options["metadata"]["image/png"]["alt"] == sheet.alt_text()
    assert sheet.still().startswith(b"\x89PNG")


def test_its_html_holds_script_style_and_numbers(sheet):
    html = sheet.to_html()
    assert html == make_sheet().to_html()
    assert bundle("label.mjs") in html
    assert source("label.css") in html
    figure = BeautifulSoup(html, "html.parser").find("figure")
    assert figure["data-twin"] == sheet.twin != make_sheet(1).twin
    assert figure.find("img")["alt"] == sheet.alt_text()
    payload = json.loads(figure.find("script", type="application/json").string)
    assert (payload["n"], payload["neighbours"], payload["most"]) == (N, 4, 10)
    assert payload["answers"] == sheet.test_labels.tolist()
    assert payload["places"] == sheet.places.tolist()
    assert (payload["shape"], payload["label"]) == ([6, 5], "pictures")
    assert (payload["alpha"], payload["rounds"]) == (0.8, 40)
    near = NearestNeighbors(n_neighbors=4).fit(sheet.z)
    numbers = {
        "lines": ("<u2", near.kneighbors()[1]),
        "asks": ("<u2", near.kneighbors(sheet.test_z)[1]),
        "order": ("u1", NearestNeighbors(n_neighbors=M).fit(sheet.z[sheet.places])
                  .kneighbors(sheet.test_z)[1]),
    }  # fmt: skip
    for name, (dtype, wanted) in numbers.items():
        found = np.frombuffer(base64.b64decode(payload[name]), dtype)
        np.testing.assert_array_equal(found.reshape(wanted.shape), wanted, err_msg=name)


def test_the_sheet_has_ten_pictures_in_a_row_and_says_so(sheet):
    drawn = np.asarray(Image.open(io.BytesIO(sheet.still())))
    cells = drawn.reshape(2, drawn.shape[0] // 2, 10, drawn.shape[1] // 10).swapaxes(1, 2)
    gaps = cells.shape[2] - 6, cells.shape[3] - 5
    inside = cells[:, :, gaps[0] // 2 : gaps[0] // 2 + 6, gaps[1] // 2 : gaps[1] // 2 + 5]
    expected = 255 * (1 - sheet.pictures.reshape(2, 10, 6, 5))
    np.testing.assert_allclose(inside, expected, atol=0.51)
    assert sheet.alt_text() == "A sheet of 20 pictures, ten in a row, without labels."


def test_a_name_of_the_things_labelled_stands_as_text():
    html = make_sheet(label="<b>digits</b>").to_html()
    assert "&lt;b&gt;digits" in html
    assert "<b>digits" not in html


PICTURES, PLACES = np.zeros((10, 4, 4)), np.arange(10)
Z, LABELS = np.random.default_rng(0).normal(size=(30, 2)), np.zeros(5)


@pytest.mark.parametrize(
    ("changes", "kind", "complaint"),
    [
        ({"pictures": PICTURES[:7]}, ValueError, "a multiple of 10. Received: 7"),
        ({"pictures": 2 * PICTURES + 2}, ValueError, r"`pictures` must lie in \[0, 1\]"),
        ({"places": PLACES + 25}, ValueError, "`places` must be whole numbers from 0 to 29"),
        ({"places": PLACES / 2}, ValueError, "`places` must be whole numbers"),
        ({"places": PLACES[:4]}, ValueError, r"`places` must have shape \(10,\)"),
        ({"z": Z * np.nan}, ValueError, "`z` must be finite"),
        ({"z": np.zeros((70_000, 1))}, ValueError, "65536 examples or fewer. Received: 70000"),
        ({"test_z": Z[:5, :1]}, ValueError, r"`test_z` must have shape \(n, 2\)"),
        ({"test_labels": LABELS + 10}, ValueError, "`test_labels` must be whole numbers from 0"),
        ({"labels": 0}, ValueError, "`labels` must be an integer from 1 to 10"),
        ({"neighbours": 30}, ValueError, "`neighbours` must be an integer from 1 to 29"),
        ({"alpha": 1}, ValueError, r"`alpha` must be a number in \(0, 1\)"),
        ({"alpha": "1"}, TypeError, "`alpha` must be a number"),
        ({"rounds": 0}, ValueError, "`rounds` must be a positive integer"),
        ({"label": 3}, TypeError, "`label` must be a text"),
    ],
)
def test_what_makes_no_sheet_is_refused_in_words(changes, kind, complaint):
    right = {
        "pictures": PICTURES, "places": PLACES, "z": Z, "test_z": Z[:5], "test_labels": LABELS,
    }  # fmt: skip
    with pytest.raises(kind, match=complaint):
        LabelSheet(**(right | changes))


def test_labels_are_given_by_the_number_of_their_picture(sheet):
    with pytest.raises(TypeError, match="`labels` must be a dict of numbers of pictures"):
        sheet.named([3, 1])


@pytest.mark.parametrize("labels", [{20: 3}, {0: 10}, {-1: 3}, {0: "3"}])
def test_labels_that_cannot_be_given_are_refused(sheet, labels):
    with pytest.raises(ValueError, match="must be an integer from 0 to"):
        sheet.named(labels)
