"""What the checks at the door let in, and what they say of the rest."""

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import ml_dtypes
import numpy as np
import pytest
from keras.ops import convert_to_tensor

from companion import checks

PICTURES = np.random.default_rng(0).random((3, 4, 4, 1), dtype="float32")
HIDDEN = np.ma.masked_array(PICTURES, PICTURES > 0.9)


class NeedsGradient:
    """What a torch tensor that asks for its gradient says to NumPy."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


@pytest.mark.parametrize(
    "x",
    [
        PICTURES.tolist(),
        PICTURES.astype("float64"),
        PICTURES.astype("float16"),
        PICTURES.astype(ml_dtypes.bfloat16),
        PICTURES.astype(ml_dtypes.float8_e5m2),
        PICTURES.astype(ml_dtypes.int4),
        PICTURES.astype(">f4"),
        np.asfortranarray(PICTURES),
        PICTURES > 0.5,
        np.ma.masked_array(PICTURES),  # nothing is hidden under this mask
        convert_to_tensor(PICTURES),
    ],
    ids=lambda x: f"{type(x).__name__} {getattr(x, 'dtype', '')}",
)
@pytest.mark.parametrize("check", [checks.check_array, checks.check_images])
def test_numbers_of_any_kind_become_float32(check, x):
    checked = check(x)
    assert checked.dtype == np.float32
    np.testing.assert_array_equal(checked, np.asarray(x).astype("float32"))


def test_float32_is_not_copied():
    assert checks.check_array(PICTURES) is PICTURES


NO_NUMBERS = {
    "None": (None, "must hold numbers. Received: dtype=object"),
    "objects": (PICTURES.astype(object), "must hold numbers. Received: dtype=object"),
    "complex": (PICTURES + 1j, "must hold numbers. Received: dtype=complex"),
    "strings": ([["0.1"]], "must hold numbers. Received: dtype=<U3"),
    "dates": (np.zeros((2, 2), "M8[s]"), r"must hold numbers. Received: dtype=datetime64\[s\]"),
    "structured": (np.zeros(2, [("a", "f4")]), "must hold numbers"),
    "ragged": ([[1.0, 2.0], [3.0]], "must be an array. Received: a list; setting an array"),
    "gradient": (NeedsGradient(), "must be an array. Received: a NeedsGradient; Can't call"),
    "masked": (HIDDEN, f"must have no masked values. Received: {HIDDEN.mask.sum()} of them"),
}
NO_SUCH_NUMBERS = {
    "NaN": (np.where(PICTURES > 0.9, np.nan, PICTURES), "must be finite. Received: .* NaN"),
    "minus infinity": (np.where(PICTURES > 0.9, -np.inf, PICTURES), "must be finite"),
    "infinity": (np.where(PICTURES > 0.9, np.inf, PICTURES), "must be finite"),
    "beyond float32": (np.full((2, 2), 1e300), "must be finite"),
    "nothing": ([], r"must hold one example or more, as \(n, ...\). Received: shape=\(0,\)"),
    "no examples": (PICTURES[:0], "must hold one example or more"),
    "one number": (1.0, r"must hold .* Received: shape=\(\)"),
    "one row": ([1.0, 2.0], r"must hold .* Received: shape=\(2,\)"),
}


@pytest.mark.parametrize("check", [checks.check_array, checks.check_images])
@pytest.mark.parametrize(
    ("x", "complaint", "error"),
    [
        *[(*case, TypeError) for case in NO_NUMBERS.values()],
        *[(*case, ValueError) for case in NO_SUCH_NUMBERS.values()],
    ],
    ids=[*NO_NUMBERS, *NO_SUCH_NUMBERS],
)
def test_what_is_no_array_of_examples_is_refused_by_its_name(check, x, complaint, error):
    with pytest.raises(error, match=f"`codes` {complaint}"):
        check(x, name="codes")


@pytest.mark.parametrize("value", [1.005, -0.005, 255.0])
def test_a_pixel_beyond_its_range_is_refused(value):
    spoilt = PICTURES.copy()
    spoilt[1, 2, 3] = value
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]. Received: values from"):
        checks.check_images(spoilt)
    assert checks.check_array(spoilt) is spoilt


def test_examples_of_another_shape_or_too_few_are_refused():
    with pytest.raises(ValueError, match=r"must have shape \(n, 4, any\).*\(3, 4, 4, 1\)"):
        checks.check_array(PICTURES, shape=(4, None))
    with pytest.raises(ValueError, match="Add the channel axis"):
        checks.check_array(PICTURES[..., 0], shape=(4, 4, 1))
    with pytest.raises(ValueError, match=r"`x` must hold 4 examples or more. Received: 3"):
        checks.check_array(PICTURES, least=4)
    assert checks.check_array(PICTURES, shape=(4, None, 1), least=3) is PICTURES


@pytest.mark.parametrize(
    ("check", "x", "shape", "end"),
    [
        ("array", PICTURES[..., 0], (4, 4, 1), "(3, 4, 4). Add the channel axis: x[..., None]."),
        ("array", PICTURES, (4, 4), "Received: shape=(3, 4, 4, 1)."),
        ("array", PICTURES[..., 0], (4, 5, 1), "Received: shape=(3, 4, 4)."),
        ("images", [[0.0, 2.0]], None, "values from 0 to 2. Bytes become [0, 1] by x / 255."),
        ("images", [[0, 255]], None, "values from 0 to 255. Bytes become [0, 1] by x / 255."),
        ("images", [[-1, 255]], None, "values from -1 to 255."),
        ("images", [[-0.00123, 1]], None, "values from -0.00123 to 1."),
        ("images", [[0, 256]], None, "values from 0 to 256."),
        ("array", iter("ab"), None, "A stream of data goes to `fit`, `evaluate` or `predict`."),
        ("array", object(), None, "Received: dtype=object."),
        ("array", [[None]], None, "Received: dtype=object."),
        ("array", np.zeros((3, 0)), None, "Received: shape=(3, 0)"),
    ],
)
def test_a_hint_is_given_where_it_helps_and_nowhere_else(check, x, shape, end):
    with pytest.raises((TypeError, ValueError)) as refusal:
        getattr(checks, f"check_{check}")(x, shape=shape)
    assert str(refusal.value).endswith(end)
    assert isinstance(refusal.value, TypeError) == ("dtype" in str(refusal.value))


@pytest.mark.parametrize("name", ["x", "train"])
def test_one_picture_is_not_taken_for_many(name):
    checks.check_several(PICTURES)
    checks.check_several(PICTURES[0, ..., :1].repeat(3, axis=-1))  # three channels or widths
    whole = rf"`{name}` must be several.*\(4, 4, 1\), as of one; {name}\[None\] is a set of one"
    with pytest.raises(ValueError, match=whole):
        checks.check_several(PICTURES[0], **{} if name == "x" else {"name": name})


def test_numbers_have_the_whole_shape_that_is_asked_for():
    assert checks.check_numbers([1, 2], shape=(2,)).dtype == np.float32
    assert checks.check_numbers(2.5) == np.float32(2.5)
    assert checks.check_numbers(np.eye(2), shape=(None, 2)).shape == (2, 2)
    for x, wanted in (([1, 2, 3], (2,)), ([], (None,)), (PICTURES, (None, 4))):
        with pytest.raises(ValueError, match="`z` must have shape"):
            checks.check_numbers(x, shape=wanted, name="z")
    with pytest.raises(ValueError, match="`z` must be finite"):
        checks.check_numbers([1, np.nan], shape=(2,), name="z")
    for x in ("0.1", None, [1, "2"], np.ma.masked_array([1, 2], [True, False])):
        with pytest.raises(TypeError, match="`z` must"):
            checks.check_numbers(x, shape=(2,), name="z")


@pytest.mark.parametrize("n", [1, 7, np.int64(7), np.uint8(7)])
def test_a_count_is_given_back_as_an_int(n):
    assert type(checks.check_count(n=n)) is int
    assert checks.check_count(n=n, m=n) == [n, n]


NO_COUNTS = [None, True, np.True_, "1", b"1", 2.0, 2.5, np.nan, 1j, [1], np.array([1]), object]


@pytest.mark.parametrize("n", [*NO_COUNTS, 0, -1])
def test_what_is_no_count_is_refused(n):
    with pytest.raises(ValueError, match=r"`n` must be a positive integer. Received: n="):
        checks.check_count(n=n)


def test_a_count_lies_in_its_range():
    assert [checks.check_count(least=2, most=3, n=n) for n in (2, 3)] == [2, 3]
    for n in (1, 4, 2.5):
        with pytest.raises(ValueError, match=f"`n` must be an integer from 2 to 3.* n={n}"):
            checks.check_count(least=2, most=3, n=n)


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("[0, 1]", [0, 1, 0.5, np.float32(0.5), np.int64(1), Fraction(1, 2)], [-1e-9, 1.005]),
        ("[0, 1)", [0, 0.999], [1, -1e-9]),
        ("(0, 1)", [1e-9, 0.999], [0, 1]),
        ("[0, inf)", [0, 1e300, 10**400], [-1, np.inf]),
        ("(-inf, inf)", [-1e300, 0], [np.inf, -np.inf]),
    ],
)
def test_a_number_lies_in_its_interval(interval, inside, outside):
    for value in inside:
        assert checks.check_float(interval, sigma=value) is value
    for value in [*outside, np.nan]:
        with pytest.raises(ValueError, match=r"`sigma` must be a number in .*Received: sigma="):
            checks.check_float(interval, sigma=value)


@pytest.mark.parametrize(
    "value", [None, "0.5", b"0", True, np.True_, 0.5j, [0.5], np.array([0.5]), np.ma.masked, float]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match=r"`sigma` must be a number in \[0, 1\]. Received: sigma="):
        checks.check_float("[0, 1]", sigma=value)


NO_SEEDS = [-1, 1.5, "0", np.nan, True, 1j, [], {}, int]


@pytest.mark.parametrize("seed", [*NO_SEEDS, [0], 2**32])
def test_what_is_no_seed_is_refused(seed):
    for none, wanted in ((False, ""), (True, ", or None")):
        whole = rf"`seed` must be an integer from 0 to 4294967295{wanted}\. Received: seed="
        with pytest.raises(ValueError, match=whole):
            checks.check_seed(seed, none=none)


def test_a_seed_is_given_back_as_an_int_and_none_where_it_may_be():
    assert type(checks.check_seed(np.int64(3))) is int
    assert [checks.check_seed(seed) for seed in (0, 2**32 - 1)] == [0, 2**32 - 1]
    assert checks.check_seed(None, none=True) is None
    with pytest.raises(ValueError, match=r"`seed` must be .*. Received: seed=None"):
        checks.check_seed(None)


@pytest.mark.parametrize("seed", [0, np.int64(7), (3, 1), [3, 1], 2**40])
def test_a_generator_is_that_of_numpy(seed):
    assert checks.generator(seed).random() == np.random.default_rng(seed).random()


def test_a_generator_goes_on_where_it_is():
    rng = np.random.default_rng(0)
    assert checks.generator(rng) is rng


@pytest.mark.parametrize("seed", [*NO_SEEDS, None, (0, -1), (0, "1")])
def test_what_numpy_cannot_draw_from_is_refused_by_its_name(seed):
    with pytest.raises(ValueError, match=r"`seed` must be an integer of 0 or more.* seed="):
        checks.generator(seed)


def test_arrays_of_one_shape_pass_and_others_are_named():
    row, rows = np.zeros((1, 2)), np.zeros((3, 2))
    checks.check_same_shape(z_mean=rows, z_log_var=convert_to_tensor(rows))
    for other in (row, rows[:, :1], rows[..., None]):
        with pytest.raises(ValueError, match=r"`a` and `b` must have the same shape.*\(3, 2\) and"):
            checks.check_same_shape(a=rows, b=other)
        with pytest.raises(ValueError, match="`a` and `b` and `c` must have the same shape"):
            checks.check_same_shape(a=rows, b=rows, c=other)
    with pytest.raises(TypeError, match=r"`b` must be an array or a tensor. Received: b=\[\[0.0"):
        checks.check_same_shape(a=rows, b=rows.tolist())


@pytest.mark.parametrize("thing", [None, "model", 3, dict])
def test_a_thing_without_the_parts_that_it_needs_is_refused(thing):
    checks.check_has("a dict", "keys", model={})
    with pytest.raises(TypeError, match=r"`model` must be a dict. Received: model="):
        checks.check_has("a dict", "keys", model=thing)


def test_what_was_received_is_told_in_one_short_line():
    words = checks.received("x", np.zeros((200, 200)))
    assert "\n" not in words
    assert len(words) < 140
    for size in (118, 119):  # with its two quotes 120 characters, and 121
        text = "a" * size
        shown = repr(text) if size == 118 else f"'{'a' * 116}..."
        assert checks.received("x", text) == f"Received: x={shown}"


def test_a_count_beyond_all_arrays_is_refused():
    assert checks.check_count(n=2**63 - 1) == 2**63 - 1
    with pytest.raises(ValueError, match=r"`n` must be a positive integer, below 2\*\*63. Rec"):
        checks.check_count(n=2**63)


@pytest.mark.parametrize("flag", [None, 0, 1, "no", [], np.array([True, False])])
def test_a_switch_is_true_or_false_and_nothing_that_python_takes_for_it(flag):
    checks.check_bool(gaussian=True)
    checks.check_bool(gaussian=np.bool_(False))
    with pytest.raises(TypeError, match=r"`gaussian` must be True or False\. Received: gaussian="):
        checks.check_bool(gaussian=flag)


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"]])
def test_a_text_is_a_text(text):
    checks.check_text(label="x", other=np.str_("y"))
    with pytest.raises(TypeError, match=r"`other` must be a text\. Received: other="):
        checks.check_text(label="x", other=text)


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ("ab", TypeError, "`names` must hold texts. Received: names='ab'"),
        (b"ab", TypeError, "`names` must hold texts"),
        ({"a": 1, "b": 2}, TypeError, "`names` must hold texts"),
        (3, TypeError, "`names` must hold texts. Received: names=3"),
        (["a"], ValueError, "`names` must hold 2 texts. Received: 1"),
    ],
)
def test_texts_are_counted_and_one_text_is_no_list_of_its_letters(texts, error, message):
    assert checks.check_texts(2, names=range(2)) == ["0", "1"]
    assert checks.check_texts(None, names=iter("abc")) == ["a", "b", "c"]
    with pytest.raises(error, match=message):
        checks.check_texts(2, names=texts)


@pytest.mark.parametrize("dtype", ["complex64", "U3", "M8[s]", "O"])
def test_a_tensor_holds_real_numbers(dtype):
    for fine in (PICTURES, PICTURES > 0.5, convert_to_tensor(PICTURES), np.float32(1)):
        checks.check_tensors(x=fine)
    for kind in ("uint8", "int64", "torch.float32", "torch.uint8"):  # as PyTorch writes its own
        checks.check_tensors(x=SimpleNamespace(shape=(), dtype=kind))
    checks.check_tensors(x=PICTURES.astype(ml_dtypes.bfloat16))
    with pytest.raises(TypeError, match=r"`x` must hold numbers\. Received: dtype="):
        checks.check_tensors(x=np.zeros(3, dtype))
    with pytest.raises(TypeError, match=r"`x` must be an array or a tensor\. Received: x=0.5"):
        checks.check_tensors(x=0.5)


@pytest.mark.parametrize("path", [None, 3, b"x", ["x"], ""])
def test_a_path_is_a_text_that_is_not_empty_or_a_path(path):
    checks.check_path(folder="x", other=Path("x"))
    with pytest.raises(TypeError, match=r"`other` must be a path\. Received: other="):
        checks.check_path(folder="x", other=path)


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        ({}, ValueError, "`shares` must hold one entry or more. Received: none"),
        ([1, 2], TypeError, "`shares` must be a dict of names to numbers. Received: shares="),
        ({"a": [1, 2], "b": [1]}, ValueError, r"`shares\['b'\]` must have shape \(2,\)"),
        ({"a": [1, np.nan]}, ValueError, r"`shares\['a'\]` must be finite"),
        ({3: "ab"}, TypeError, r"`shares\[3\]` must hold numbers"),
    ],
)
def test_numbers_that_have_names_are_refused_by_them(arrays, error, message):
    checks.check_named((2,), shares={"a": [1, 2]}, others={"b": [3, 4]})
    checks.check_named(errors={"a": 1.5})
    with pytest.raises(error, match=message):
        checks.check_named((2,), good={"a": [1, 2]}, shares=arrays)
