"""What chapters use: the seed, the source as shown, the numbers in the prose."""

import pytest
from IPython.utils.capture import RichOutput

from companion import chapter, losses


def test_seed_is_zero_unless_the_environment_says_otherwise(monkeypatch):
    monkeypatch.delenv("COMPANION_SEED", raising=False)
    assert chapter.chapter_seed() == 0
    monkeypatch.setenv("COMPANION_SEED", "7")
    assert chapter.chapter_seed() == 7


@pytest.mark.parametrize("text", ["-1", "one", "", "1.5"])
def test_a_seed_must_be_a_whole_number(monkeypatch, text):
    monkeypatch.setenv("COMPANION_SEED", text)
    with pytest.raises(ValueError, match=f"COMPANION_SEED must be a whole number.*{text!r}"):
        chapter.chapter_seed()


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
        (7, 3, "7"),
        (0.00001234, 3, "1.23e-05"),
    ],
)
def test_glue_shows_few_digits_and_stores_the_margin(value, digits, text, monkeypatch):
    caught = []
    monkeypatch.setattr(chapter, "display", lambda data, **kwargs: caught.append((data, kwargs)))
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


ROWS = {"first": {"data": "digits", "nats": 131.26}, "a <b>": {"data": "faces", "nats": 1234.5}}


def caught_table(monkeypatch, *args, **kwargs):
    caught = []
    monkeypatch.setattr(chapter, "display", lambda data, **kwargs: caught.append((data, kwargs)))
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


def test_table_stores_no_number_that_is_not_to_be_compared(monkeypatch):
    assert caught_table(monkeypatch, ROWS, margins={"nats": None})[1] == {}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({"a": {"x": 1}, "b": {"y": 1}}, r"`rows` must all have the columns \['x'\]"),
        ({"a": {"x": 1}}, "`margins` must name every column of numbers. Missing: 'x'"),
    ],
)
def test_table_refuses_rows_that_it_could_not_compare(rows, complaint):
    with pytest.raises(ValueError, match=complaint):
        chapter.table(rows, margins={})
