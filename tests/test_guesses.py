"""A guess: what it accepts, what it shows, and that its right answer is the measured one."""

import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from companion import guesses
from companion.guesses import Guess

QUESTION = "How many <b>?"
ANSWERS = {"One": "Too few: n < 2.", "Two & a half": "As <i>measured</i>.", "Three": "Too many."}


@pytest.fixture
def guess():
    return Guess(QUESTION, ANSWERS, "Two & a half")


def test_a_guess_is_shown_once_and_kept(monkeypatch):
    shown = []
    monkeypatch.setattr(guesses, "display", shown.append)
    asked = guesses.guess(QUESTION, ANSWERS, right="One")
    assert shown == [asked]
    assert (asked.question, asked.answers, asked.right) == (QUESTION, ANSWERS, "One")


def test_it_keeps_its_answers_when_the_dict_that_they_came_from_changes():
    answers = dict(ANSWERS)
    asked = Guess(QUESTION, answers, "One")
    answers["Four"] = "Added later."
    assert asked.answers == ANSWERS


@pytest.mark.parametrize("true", [True, np.bool_(True)])
def test_it_holds_when_the_measurement_gives_the_answer_that_is_called_right(guess, true):
    guess.check(False, true, np.bool_(False))


@pytest.mark.parametrize("holds", [(True, False, False), (True, True, False), (False,) * 3])
def test_another_answer_or_two_or_none_is_an_assertion_error(guess, holds):
    measured = [answer for answer, held in zip(ANSWERS, holds, strict=True) if held]
    with pytest.raises(AssertionError, match=re.escape(f"nothing else. Received: {measured}")):
        guess.check(*holds)


@pytest.mark.parametrize(
    ("holds", "error", "words"),
    [
        ((False, True), ValueError, "each of the 3 answers. Received: 2"),
        ((0, 1, 0), TypeError, "`holds` must be of True and False. Received: 0"),
        ((False, 0.7, False), TypeError, "Received: 0.7"),
        ((False, np.nan, False), TypeError, "Received: nan"),
        ((False, np.array([True]), False), TypeError, "Received: array"),
    ],
)
def test_a_measurement_says_true_or_false_of_each_answer(guess, holds, error, words):
    with pytest.raises(error, match=words):
        guess.check(*holds)


@pytest.mark.parametrize(
    ("question", "answers", "right", "error", "words"),
    [
        (QUESTION, list(ANSWERS), "One", TypeError, "`answers` must be a dict.*Received: list"),
        (QUESTION, {"One": "Yes."}, "One", ValueError, "two to four answers. Received: 1"),
        (QUESTION, dict.fromkeys("abcde", "Yes."), "a", ValueError, "Received: 5"),
        (QUESTION, ANSWERS, "Four", ValueError, "`right` must be one of .*Received: 'Four'"),
        (QUESTION, ANSWERS | {"One": " "}, "One", ValueError, "`answers` must not be empty"),
        (QUESTION, ANSWERS | {"One": 1}, "One", TypeError, "`answers` must be of texts.*: 1"),
        (QUESTION, ANSWERS | {3: "Yes."}, "One", TypeError, "`answers` must be of texts.*: 3"),
        ("", ANSWERS, "One", ValueError, "`question` must not be empty. Received: ''"),
        (None, ANSWERS, "One", TypeError, "`question` must be of texts. Received: None"),
    ],
)
def test_what_is_no_question_is_refused_in_words(question, answers, right, error, words):
    with pytest.raises(error, match=words):
        Guess(question, answers, right)


def test_without_html_it_is_read_and_gives_nothing_away(guess):
    lines = repr(guess).splitlines()
    assert lines == ["Predict. How many <b>?", "- One", "- Two & a half", "- Three"]


def test_without_a_script_the_question_is_read_and_what_each_answer_means_is_folded(guess):
    page = BeautifulSoup(guess._repr_html_(), "html.parser")
    told = page.select_one(".guess-told")
    assert told.p.get_text() == f"Predict. {QUESTION}"
    assert [each.get_text() for each in told.select("li")] == list(ANSWERS)
    meant = page.select_one("details.guess-meant")
    assert not meant.has_attr("open")
    assert [each.get_text() for each in meant.select("dt")] == [
        "One", "Two & a half (measured)", "Three",
    ]  # fmt: skip
    assert [each.get_text() for each in meant.select("dd")] == list(ANSWERS.values())


def test_the_script_gets_the_question_and_the_place_of_the_right_answer(guess):
    page = BeautifulSoup(guess._repr_html_(), "html.parser")
    payload = json.loads(page.find("script", type="application/json").string)
    answers = [list(each) for each in ANSWERS.items()]
    assert payload == {"question": QUESTION, "answers": answers, "right": 1}


def test_its_name_is_that_of_its_text(guess):
    assert guess.name == Guess(QUESTION, dict(ANSWERS), "Two & a half").name
    assert guess.name != Guess(QUESTION, ANSWERS, "One").name
    assert f'data-guess="{guess.name}"' in guess._repr_html_()
