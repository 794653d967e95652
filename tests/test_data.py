"""`companion.data.load`, the digits, and `ImageData`."""

import dataclasses
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from companion import data
from companion.data import ImageData

PICTURES = np.linspace(0, 1, 5 * 4 * 3, dtype="float32").reshape(5, 4, 3, 1)


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


def test_importing_the_data_sets_imports_nothing_slow():
    code = (
        "import sys, companion.data; "
        "print([m for m in ('keras', 'tensorflow', 'sklearn', 'scipy', 'pooch') "
        "if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_public_names_are_there():
    assert all(hasattr(data, name) for name in data.__all__)
    assert data.NAMES == ("digits", "mnist", "fashion_mnist", "faces")


# -- load


def test_load_without_a_name_gives_the_digits(monkeypatch):
    monkeypatch.delenv("COMPANION_DATASET", raising=False)
    assert data.load().name == "digits"
    monkeypatch.setenv("COMPANION_DATASET", "")
    assert data.load().name == "digits"


def test_load_without_a_name_obeys_the_environment(monkeypatch):
    monkeypatch.setenv("COMPANION_DATASET", "faces")
    assert data.load().name == "faces"


def test_load_with_a_name_ignores_the_environment(monkeypatch):
    monkeypatch.setenv("COMPANION_DATASET", "faces")
    assert data.load("digits").name == "digits"


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(ValueError, match=r"digits, mnist, fashion_mnist, faces.*'cifar'") as caught:
        data.load("cifar")
    assert "COMPANION_DATASET" not in str(caught.value)


def test_an_unknown_name_from_the_environment_is_said_to_come_from_there(monkeypatch):
    monkeypatch.setenv("COMPANION_DATASET", "minst")
    with pytest.raises(ValueError, match=r"'minst' \(from the environment .* COMPANION_DATASET"):
        data.load()


# -- digits


def test_digits_have_the_form_of_mnist(digits):
    assert digits.train.shape == (1500, 28, 28, 1)
    assert digits.test.shape == (297, 28, 28, 1)
    assert digits.train.dtype == digits.test.dtype == np.float32
    assert digits.train.min() == digits.test.min() == 0
    assert digits.train.max() == digits.test.max() == 1
    assert digits.class_names == tuple("0123456789")
    assert digits.licence == "CC BY 4.0"


def test_digits_are_split_alike_in_every_class(digits):
    total = np.bincount(load_digits().target)
    train, test = np.bincount(digits.train_labels), np.bincount(digits.test_labels)
    np.testing.assert_array_equal(train + test, total)
    np.testing.assert_allclose(train / total, 1500 / 1797, atol=0.01)


def test_digits_are_all_the_scans_enlarged_by_lanczos_and_stretched(digits):
    """Every picture, with its label, is that of scikit-learn, once."""

    def by_hand(scan):
        framed = np.zeros((10, 10), "float32")
        framed[1:9, 1:9] = scan / 16
        large = np.asarray(Image.fromarray(framed).resize((28, 28), Image.Resampling.LANCZOS))
        return np.clip((large - 0.3) / 0.45, 0, 1)

    def lines(pictures, labels):
        rounded = np.round(np.reshape(pictures, (-1, 784)), 4)
        return sorted(
            [label, *pixels] for label, pixels in zip(labels, rounded.tolist(), strict=True)
        )

    scans = load_digits()
    expected = lines([by_hand(scan) for scan in scans.images], scans.target.tolist())
    found = lines(
        np.concatenate([digits.train, digits.test]),
        np.concatenate([digits.train_labels, digits.test_labels]).tolist(),
    )
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_digits_are_the_same_in_another_process(digits):
    code = (
        "import zlib; from companion import data; d = data.load('digits'); "
        "print(zlib.crc32(d.train.tobytes()), zlib.crc32(d.test.tobytes()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = [int(word) for word in run.stdout.split()]
    assert found == [zlib.crc32(digits.train.tobytes()), zlib.crc32(digits.test.tobytes())]


# -- ImageData


def test_data_cannot_be_changed(digits):
    with pytest.raises(ValueError, match="read-only"):
        digits.train[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        digits.test_labels[0] = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        digits.train = digits.test


def test_the_repr_is_one_short_line(digits):
    text = repr(digits)
    assert len(text) < 100
    assert "\n" not in text
    assert all(part in text for part in ("digits", "1500", "297", "28x28x1"))


def test_own_pictures_of_any_size_are_taken_as_they_are():
    own = ImageData.from_arrays(PICTURES, PICTURES[:2])
    np.testing.assert_array_equal(own.train, PICTURES)
    np.testing.assert_array_equal(own.test, PICTURES[:2])
    assert (own.name, own.licence, own.source) == ("yours", "", "")


def test_own_float32_pictures_are_not_copied_and_stay_writeable():
    train = PICTURES.copy()
    own = ImageData.from_arrays(train, PICTURES)
    assert np.shares_memory(own.train, train)
    assert train.flags.writeable
    assert not own.train.flags.writeable


def test_own_pictures_without_a_channel_axis_get_one():
    own = ImageData.from_arrays(PICTURES[..., 0], PICTURES)
    np.testing.assert_array_equal(own.train, PICTURES)


def test_own_colour_pictures_keep_their_channels():
    colour = np.repeat(PICTURES, 3, axis=-1)
    assert ImageData.from_arrays(colour, colour).train.shape == (5, 4, 3, 3)


def test_own_pictures_become_float32():
    own = ImageData.from_arrays(PICTURES.astype("float64"), (PICTURES > 0.5).astype("uint8"))
    assert own.train.dtype == own.test.dtype == np.float32


def test_without_labels_there_is_one_class():
    own = ImageData.from_arrays(PICTURES, PICTURES[:2])
    assert own.class_names == ("all",)
    assert own.train_labels.tolist() == [0] * 5
    assert own.test_labels.tolist() == [0] * 2


def test_classes_are_numbered_up_to_the_largest_label_of_either_part():
    own = ImageData.from_arrays(PICTURES, PICTURES[:2], [0, 1, 1, 0, 2], [3, 0])
    assert own.class_names == ("0", "1", "2", "3")
    assert own.train_labels.dtype == np.int64


def with_value(value):
    x = PICTURES.copy()
    x[2, 1, 1, 0] = value
    return x


@pytest.mark.parametrize(
    ("train", "error", "message"),
    [
        (PICTURES * 255, ValueError, r"`train` must lie in \[0, 1\].* 0 to 255.*x / 255"),
        (np.full((2, 4, 3), 200, "uint8"), ValueError, r"x / 255"),
        (with_value(-0.5), ValueError, r"must lie in \[0, 1\].*from -0.5"),
        (with_value(np.nan), ValueError, r"must be finite.* 1 NaN"),
        (with_value(np.inf), ValueError, r"must be finite"),
        (PICTURES[:0], ValueError, r"one example or more"),
        (PICTURES.reshape(5, 12), ValueError, r"\(n, height, width, channels\).*\(5, 12\)"),
        (np.full((2, 4, 3), "ink"), TypeError, r"must hold numbers"),
    ],
)
def test_pictures_that_are_wrong_are_refused(train, error, message):
    with pytest.raises(error, match=message):
        ImageData.from_arrays(train, train)


def test_test_pictures_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"`test` must have shape \(n, 4, 3, 1\)"):
        ImageData.from_arrays(PICTURES, PICTURES[:, :3])


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 1, 0, 1], ValueError, r"`train_labels`.*shape \(5,\).*\(4,\)"),
        ([[0], [1], [0], [1], [0]], ValueError, r"shape \(5,\).*\(5, 1\)"),
        ([0, 1, 2, 1, 0], ValueError, r"0\.\.1.* from 0 to 2"),
        ([0, -1, 1, 1, 0], ValueError, r"0\.\.1.* from -1 to 1"),
        ([0.0, 1.0, 1.0, 1.0, 0.0], TypeError, r"`train_labels` must hold integers.*float64"),
        (["cat", "dog", "cat", "dog", "cat"], TypeError, r"return_inverse"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, error, message):
    with pytest.raises(error, match=message):
        ImageData.from_arrays(PICTURES, PICTURES[:2], labels, [0, 1], class_names=("a", "b"))


def test_no_labels_at_all_are_told_by_their_number():
    with pytest.raises(ValueError, match=r"`train_labels`.*shape \(5,\).*\(0,\)"):
        ImageData.from_arrays(PICTURES, PICTURES[:2], np.zeros(0, int), [0, 1])


def test_names_of_classes_become_a_tuple_of_texts():
    own = ImageData.from_arrays(PICTURES, PICTURES[:2], [0, 1, 1, 0, 1], [1, 0], ["a", 2])
    assert own.class_names == ("a", "2")


def test_labels_of_only_one_part_are_refused():
    with pytest.raises(ValueError, match=r"go together.*train_labels=given, test_labels=None"):
        ImageData.from_arrays(PICTURES, PICTURES, train_labels=[0] * 5)


def test_class_names_without_labels_are_refused():
    with pytest.raises(ValueError, match="`class_names` needs them"):
        ImageData.from_arrays(PICTURES, PICTURES, class_names=("a", "b"))


def test_identifiers_are_not_taken_for_classes():
    with pytest.raises(ValueError, match="labels up to 1000000000000"):
        ImageData.from_arrays(PICTURES, PICTURES[:1], [0, 1, 2, 3, 10**12], [0])


@pytest.mark.parametrize(("top", "refused"), [(9999, False), (10_000, True)])
def test_ten_thousand_classes_are_the_most_that_are_named(top, refused):
    arrays = PICTURES, PICTURES[:1], [0, 1, 2, 3, top], [0]
    if refused:
        with pytest.raises(ValueError, match=r"labels up to 10000$"):
            ImageData.from_arrays(*arrays)
    else:
        assert len(ImageData.from_arrays(*arrays).class_names) == 10_000


def test_a_replaced_part_is_checked_too(digits):
    with pytest.raises(ValueError, match="`test` must have shape"):
        dataclasses.replace(digits, test=PICTURES)


@pytest.mark.parametrize("name", ["digits", "faces"])
def test_class_names_are_known_without_loading(name):
    assert data.CLASS_NAMES.keys() == set(data.NAMES)
    assert data.CLASS_NAMES[name] == data.load(name).class_names
