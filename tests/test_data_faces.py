"""The drawn faces: what is asked for is what is seen, and nothing else."""

from dataclasses import fields, replace
from itertools import product

import numpy as np
import pytest

from companion import data
from companion.data import faces

STILL = {"shift_x": 0.0, "shift_y": 0.0}


@pytest.fixture(scope="module")
def attributes():
    return faces.sample_attributes(200, seed=3)


def test_the_data_set_has_the_form_of_the_others():
    drawn = data.load("faces")
    assert drawn.train.shape == (4000, 28, 28, 1)
    assert drawn.test.shape == (1200, 28, 28, 1)
    assert drawn.train.dtype == np.float32
    assert drawn.train.min() == 0
    assert 0.95 < drawn.train.max() <= 1
    assert drawn.class_names == ("clean-shaven", "moustache")


def test_the_label_of_a_face_is_its_moustache():
    drawn = data.load("faces")
    for part, n, seed in (("train", 4000, 0), ("test", 1200, 1)):
        known = faces.sample_attributes(n, seed)
        labels = getattr(drawn, f"{part}_labels")
        np.testing.assert_array_equal(labels, known.moustache)
        np.testing.assert_array_equal(getattr(drawn, part)[:20], faces.draw(known[:20]))


def test_no_test_face_was_seen_in_training():
    drawn = data.load("faces")
    train = {picture.tobytes() for picture in drawn.train}
    assert not any(picture.tobytes() in train for picture in drawn.test)


def test_one_seed_draws_the_same_faces_and_another_seed_others(attributes):
    again, other = faces.sample_attributes(200, seed=3), faces.sample_attributes(200, seed=4)
    np.testing.assert_array_equal(faces.draw(attributes[:9]), faces.draw(again[:9]))
    assert not np.array_equal(faces.draw(attributes[:9]), faces.draw(other[:9]))


def test_attributes_are_independent_and_half_of_the_faces_have_each():
    """Of 5,000 faces, no two attributes correlate beyond 4 standard errors."""
    n = 5000
    known = faces.sample_attributes(n, seed=8)
    table = np.array([getattr(known, field.name) for field in fields(known)], "float64")
    correlation = np.corrcoef(table) - np.eye(len(table))
    assert np.abs(correlation).max() < 4.2 / np.sqrt(n)
    shares = [getattr(known, name).mean() for name in faces.SWITCHES]
    np.testing.assert_allclose(shares, 0.5, atol=4 * 0.5 / np.sqrt(n))


def test_every_attribute_is_a_switch_or_has_a_range():
    names = {field.name for field in fields(faces.FaceAttributes)}
    assert names == {*faces.SWITCHES, *faces.RANGES}


def test_every_attribute_is_seen(attributes):
    """Each attribute changes the picture of a face that has all features."""
    some = replace(attributes, moustache=True, glasses=True, smile=True, hair=True)
    for name, (low, high) in faces.RANGES.items():
        few, much = (faces.draw(replace(some[:20], **{name: value})) for value in (low, high))
        change = np.abs(much - few).sum(axis=(1, 2, 3))
        assert change.min() > 2, name


@pytest.mark.parametrize(
    ("name", "rows"),
    [("moustache", (13, 23)), ("glasses", (6, 18)), ("smile", (15, 28)), ("hair", (0, 15))],
)
def test_a_switch_changes_its_own_part_of_every_face_and_no_other(attributes, name, rows):
    off, on = (faces.draw(replace(attributes, **{name: value})) for value in (False, True))
    change = np.abs(on - off)[..., 0]
    inside = change[:, slice(*rows)].sum(axis=(1, 2))
    assert inside.min() > 4
    np.testing.assert_allclose(change.sum(axis=(1, 2)), inside, rtol=1e-6)


def test_a_borrowed_moustache_leaves_the_rest_of_the_face_alone(attributes):
    a, b = attributes[:100], replace(attributes[100:], moustache=True)
    lent = replace(a, **{name: getattr(b, name) for name in faces.MOUSTACHE})
    change = np.abs(faces.draw(lent) - faces.draw(replace(a, moustache=False)))
    assert change[:, :13].max() == change[:, 23:].max() == 0
    assert change.max(axis=(1, 2, 3)).min() > 0.2


def test_a_smile_curves_up_and_a_frown_down_with_and_without_a_moustache(attributes):
    """Below the moustache, the ink of a smile is lower in the middle than that of a frown."""
    for moustache in (False, True):
        known = replace(attributes, moustache=moustache, shift_x=0.0, shift_y=0.0)
        smile, frown = (faces.draw(replace(known, smile=s))[..., 0] for s in (True, False))
        assert (smile[:, 23, 13:15] - frown[:, 23, 13:15]).min() > 0.05
        corners = [10, 17]
        assert (frown[:, 22, corners] - smile[:, 22, corners]).mean() > 0.1


def ink_moved(some, name, ends=None):
    """Give the ink that a larger attribute adds, and the mean pictures before and after."""
    before, after = (
        faces.draw(replace(some, **{name: end})).mean(axis=(0, 3), dtype="float64")
        for end in ends or faces.RANGES[name]
    )
    return after - before, before, after


def centre(picture):
    """Give row and column of the middle of some ink."""
    places = np.indices(picture.shape).reshape(2, -1)
    return places @ picture.ravel() / picture.sum()


@pytest.mark.parametrize(("name", "axis"), [("shift_x", 1), ("shift_y", 0)])
def test_a_shift_moves_all_ink_by_its_pixels_and_along_its_axis_alone(attributes, name, axis):
    _, before, after = ink_moved(attributes, name)
    low, high = faces.RANGES[name]
    moved = centre(after) - centre(before)
    assert moved[axis] == pytest.approx(high - low, abs=0.02)
    assert moved[1 - axis] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("name", "rows", "left", "right"),
    [
        ("face_width", slice(8, 20), slice(2, 6), slice(22, 26)),
        ("moustache_width", slice(15, 21), slice(7, 10), slice(18, 21)),
        ("mouth_width", slice(18, 24), slice(9, 11), slice(17, 19)),
    ],
)
def test_what_grows_wider_gains_ink_at_both_sides(attributes, name, rows, left, right):
    plain = replace(attributes, glasses=False, smile=False, moustache=True, **STILL)
    change, _, _ = ink_moved(plain, name)
    assert change[rows, left].sum() > 0.3
    assert change[rows, right].sum() > 0.3


def test_a_gaze_to_the_right_moves_both_pupils_there(attributes):
    plain = replace(attributes, glasses=False, **STILL)
    change, _, _ = ink_moved(plain, "gaze")
    for side in (slice(5, 14), slice(14, 23)):
        gained, lost = (np.clip(sign * change[10:14, side], 0, None) for sign in (1, -1))
        assert 0.8 < centre(gained)[1] - centre(lost)[1] < 4


def test_tips_that_curl_up_stand_higher_than_tips_that_hang(attributes):
    plain = replace(attributes, moustache=True, smile=False, **STILL)
    change, _, _ = ink_moved(plain, "moustache_curl")
    for side in (slice(5, 12), slice(16, 23)):
        gained, lost = (np.clip(sign * change[14:22, side], 0, None) for sign in (1, -1))
        assert centre(gained)[0] < centre(lost)[0] - 1


def test_a_taller_moustache_and_a_darker_one_have_more_ink(attributes):
    plain = replace(attributes, moustache=True)
    for name in ("moustache_height", "moustache_tone"):
        change, _, _ = ink_moved(plain, name)
        assert change[14:22].sum() > 1, name


def test_glasses_are_rings_of_nearly_three_pixels_round_the_eyes(attributes):
    plain = replace(attributes, smile=False, moustache=False, eye_spacing=3.8, gaze=0.0, **STILL)
    change, _, _ = ink_moved(plain, "glasses", (False, True))
    inked = np.flatnonzero(change[:, [10, 17]].sum(axis=1) > 0.1)  # through both eyes
    middle, outer = 14.4 - 2.3, 2.9 + 0.9 / 2
    assert inked[0] == int(middle - outer) + 1  # a brow covers the uppermost row
    assert inked[-1] == int(middle + outer)


def test_faces_stay_inside_the_picture(attributes):
    """The largest face, moved to any corner, leaves the outermost pixels empty."""
    largest = {name: high for name, (_, high) in faces.RANGES.items()}
    for x, y in product(faces.RANGES["shift_x"], faces.RANGES["shift_y"]):
        largest |= {"shift_x": x, "shift_y": y}
        picture = faces.draw(replace(attributes[:1], hair=True, glasses=True, **largest))[0]
        assert picture.max() > 0.9
        picture[1:-1, 1:-1] = 0
        assert picture.max() == 0


def test_attributes_of_some_faces_are_taken_by_index(attributes):
    assert len(attributes[:7]) == 7
    assert len(attributes[5]) == 1
    np.testing.assert_array_equal(attributes[3:5].gaze, attributes.gaze[3:5])
    assert repr(attributes) == "FaceAttributes(200 faces)"


def test_attributes_that_make_no_face_are_refused(attributes):
    with pytest.raises(ValueError, match=r"`gaze` must have shape \(200,\)"):
        replace(attributes, gaze=np.zeros(3))
    with pytest.raises(ValueError, match=r"`skin_tone` must lie in \[0.16, 0.36\].*2"):
        replace(attributes, skin_tone=2.0)
    with pytest.raises(ValueError, match=r"`gaze` must lie in \[-1.0, 1.0\].* values from 0 to 5"):
        replace(attributes[:2], gaze=np.array([0.0, 5.0]))
    with pytest.raises(ValueError, match="`face_width` must be finite"):
        replace(attributes, face_width=np.nan)
    with pytest.raises(TypeError, match="`smile` must be boolean"):
        replace(attributes, smile=1)
    with pytest.raises(TypeError, match="`attributes` must be a FaceAttributes"):
        faces.draw(np.zeros((3, 19)))
    with pytest.raises(ValueError, match="one face or more"):
        attributes[:0]
    for n in (0, 2.5):
        with pytest.raises(ValueError, match=f"`n` must be a positive integer. Received: n={n}"):
            faces.sample_attributes(n, seed=0)
