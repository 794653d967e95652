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
        (1234.5, 3, "1,230"),
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
