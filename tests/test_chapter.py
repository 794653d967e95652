"""What chapters use: the seed, the source as shown, the numbers in the prose."""

import os
import subprocess
import sys

import keras
import pytest
from IPython.utils.capture import RichOutput

from companion import chapter, losses
from companion.chapter import numbers, tables


def test_seed_is_zero_unless_the_environment_says_otherwise(monkeypatch):
    monkeypatch.delenv("COMPANION_SEED", raising=False)
    assert chapter.chapter_seed() == 0
    monkeypatch.setenv("COMPANION_SEED", "7")
    assert chapter.chapter_seed() == 7
    monkeypatch.setenv("COMPANION_SEED", "")
    assert chapter.chapter_seed() == 0


@pytest.mark.parametrize("text", ["-1", "one", " ", "1.5"])
def test_a_seed_must_be_a_whole_number(monkeypatch, text):
    monkeypatch.setenv("COMPANION_SEED", text)
    with pytest.raises(ValueError, match=f"COMPANION_SEED must be a whole number.*{text!r}"):
        chapter.chapter_seed()


@pytest.mark.parametrize(
    ("setting", "other"),
    [("image_data_format", "channels_first"), ("floatx", "float64"), ("epsilon", 1e-5)],
)
def test_settings_of_keras_that_change_results_are_refused_in_words(setting, other):
    wanted = getattr(keras.config, setting)()
    getattr(keras.config, f"set_{setting}")(other)
    try:
        with pytest.raises(RuntimeError, match=f"need Keras with {setting}=.*Received: {other!r}"):
            chapter.chapter_seed()
    finally:
        getattr(keras.config, f"set_{setting}")(wanted)


def test_a_backend_of_the_users_is_refused_in_words(tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "jax"}', encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", "import companion; companion.chapter_seed()"],
        env=environment | {"KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "RuntimeError: The chapters need Keras with backend='tensorflow'" in done.stderr


def test_show_gives_the_very_source_of_the_function():
    shown = chapter.show(losses.bernoulli_nll)
    assert repr(shown).startswith("def bernoulli_nll(x, logits):")
    assert "ops.softplus(logits) - x * logits" in repr(shown)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


def test_show_dedents_a_method():
    assert repr(chapter.show(RichOutput.display)).startswith("def display(self)")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (131.138, 3, "131"),
        (46.5, 2, "46"),
        (0.25201, 3, "0.252"),
        (1234.5, 3, "1\N{NARROW NO-BREAK SPACE}230"),
        (-1234.0, 4, "\N{MINUS SIGN}1\N{NARROW NO-BREAK SPACE}234"),
        (61329, 5, "61\N{NARROW NO-BREAK SPACE}329"),
        (7, 3, "7"),
        (-108.2, 3, "\N{MINUS SIGN}108"),
        (0.00001234, 3, "1.23e\N{MINUS SIGN}05"),
        (1e23, 3, "100,000,000,000,000,000,000,000".replace(",", "\N{NARROW NO-BREAK SPACE}")),
    ],
)
def test_glue_shows_few_digits_and_stores_the_margin(value, digits, text, monkeypatch):
    caught = []
    monkeypatch.setattr(numbers, "display", lambda data, **kwargs: caught.append((data, kwargs)))
    chapter.glue("a-name", value, margin=2, digits=digits)
    ((data, kwargs),) = caught
    assert data == {
        "application/papermill.record/text/plain": text,  # for the prose of the book
        "text/plain": f"a-name = {text}",  # for a reader in JupyterLab
    }
    assert kwargs["metadata"]["scrapbook"]["name"] == "a-name"
    assert kwargs["metadata"]["companion"] == {
        "value": pytest.approx(value),
        "margin": 2,
        "digits": digits,
    }


@pytest.mark.parametrize(
    ("value", "margin", "error", "complaint"),
    [
        (1, float("nan"), ValueError, "margin=nan"),
        (1, float("inf"), ValueError, "margin=inf"),
        (1, -2, ValueError, "margin=-2"),
        (1, 0.08 * 5.73, ValueError, "at most two significant digits.*margin=0.4584"),
        (1, 0.123, ValueError, "at most two significant digits.*margin=0.123"),
        (1, "2", TypeError, "The margin of 'error' must be a number. Received: margin='2'"),
        (1, None, TypeError, "margin=None"),
        (1, True, TypeError, "margin=True"),
        (float("nan"), 2, ValueError, "'error' must be a finite number. Received: nan"),
        (float("inf"), 2, ValueError, "Received: inf"),
        (None, 2, ValueError, "'error' must be a finite number. Received: None"),
        (1j, 2, ValueError, "'error' must be a finite number. Received: 1j"),
    ],
)
def test_a_number_and_its_margin_must_be_such_that_runs_can_be_compared(
    value, margin, error, complaint
):
    with pytest.raises(error, match=complaint):
        chapter.glue("error", value, margin=margin)
    if margin is not None:  # in a table: not to be compared
        with pytest.raises(error, match=complaint.replace("'error'", "'a, error'")):
            chapter.table({"a": {"error": value}}, margins={"error": margin})


ROWS = {"first": {"data": "digits", "nats": 131.26}, "a <b>": {"data": "faces", "nats": 1234.5}}


def caught_table(monkeypatch, *args, **kwargs):
    caught = []
    monkeypatch.setattr(tables, "display", lambda data, **kwargs: caught.append((data, kwargs)))
    chapter.table(*args, **kwargs)
    ((data, kwargs),) = caught
    return data, kwargs["metadata"]["companion"]["table"]


def test_table_shows_few_digits_and_stores_the_margins(monkeypatch):
    data, numbers = caught_table(monkeypatch, ROWS, margins={"nats": 2})
    assert data["text/plain"].splitlines() == [
        "         data   nats",
        "first  digits    131",
        "a <b>   faces  1\N{NARROW NO-BREAK SPACE}230",
    ]
    assert (
        '<th scope="row">a &lt;b&gt;</th><td>faces</td><td>1\N{NARROW NO-BREAK SPACE}230</td>'
        in data["text/html"]
    )
    assert '<tr><td></td><th scope="col">data</th>' in data["text/html"]  # no heading is empty
    assert numbers == {
        "first, nats": {"value": 131.26, "margin": 2},
        "a <b>, nats": {"value": 1234.5, "margin": 2},
    }


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([0.12, 0.893, 0.69], ["0.120", "0.893", "0.690"]),
        ([8.8, 13.6, 104.2], ["8.8", "13.6", "104"]),
        ([1, 0.95, 0], ["1.00", "0.95", "0.00"]),
        ([-3, 16, 784], ["\N{MINUS SIGN}3", "16", "784"]),
        ([1, 2000.0, 2e-05], ["1", "2\N{NARROW NO-BREAK SPACE}000", "2e\N{MINUS SIGN}05"]),
        (["0.5", 0.25, 0.1], ["0.5", "0.25", "0.10"]),
        (["-3.44", "8e-05", "a-b"], ["\N{MINUS SIGN}3.44", "8e\N{MINUS SIGN}05", "a-b"]),
    ],
)
def test_numbers_of_a_column_have_the_same_decimals_as_far_as_three_digits_go(
    values, written, monkeypatch
):
    rows = {str(i): {"n": value} for i, value in enumerate(values)}
    data, _ = caught_table(monkeypatch, rows, margins=1)
    assert [line.split()[-1] for line in data["text/plain"].splitlines()[1:]] == [
        text.split("\N{NARROW NO-BREAK SPACE}")[-1] for text in written
    ]
    for text in written:
        assert f"<td>{text}</td>" in data["text/html"]


@pytest.mark.parametrize(
    ("margins", "expected"),
    [
        (0.5, [0.5, 0.5]),
        ({"nats": 2}, [2, 2]),
        ({"nats": {"first": 2, "a <b>": 30}}, [2, 30]),
    ],
)
def test_table_takes_one_margin_or_one_a_column_or_one_a_cell(margins, expected, monkeypatch):
    numbers = caught_table(monkeypatch, ROWS, margins=margins)[1]
    assert [each["margin"] for each in numbers.values()] == expected


def test_table_stores_no_number_that_is_not_to_be_compared(monkeypatch):
    assert caught_table(monkeypatch, ROWS, margins={"nats": None})[1] == {}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({"a": {"x": 1}, "b": {"y": 1}}, r"`rows` must all have the columns \['x'\]"),
        ({"a": {"x": 1, "y": 2}, "b": {"y": 1, "x": 2}}, r"the columns \['x', 'y'\]"),
        ({}, r"`rows` must hold one row or more, of one cell or more\. Received: none"),
        ({"a": {}}, r"`rows` must hold one row or more"),
        ({"a": {"x": 1}}, "`margins` must name every column of numbers. Missing: 'x'"),
    ],
)
def test_table_refuses_rows_that_it_could_not_compare(rows, complaint):
    with pytest.raises(ValueError, match=complaint):
        chapter.table(rows, margins={})


def test_table_refuses_a_row_without_a_margin():
    with pytest.raises(ValueError, match="must name every row of numbers"):
        chapter.table(ROWS, margins={"nats": {"first": 2}})
