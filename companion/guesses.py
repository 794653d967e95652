"""Questions that a reader answers before the chapter measures (all chapters)."""

from collections.abc import Mapping

import numpy as np
from IPython.display import display

from companion.page.guess_twin import guess_html
from companion.page.packing import name_of

__all__ = ["Guess", "guess"]


def guess(question: str, answers: Mapping[str, str], *, right: str) -> "Guess":
    """Ask a question whose answer the chapter measures further down, and show it.

    A notebook and the rendered page let the reader choose an answer, and then say what it means;
    the page also veils what comes between the question and the measured answer. The answer
    that is called right is held to the measurement by `Guess.check`.

    Args:
        question: one sentence, as plain text.
        answers: dict from two to four answers to a sentence about each: what it would mean, and
            why it is wrong or right.
        right: the answer that the measurement gives.

    Returns:
        `Guess`.

    Raises:
        TypeError: `answers` is not a dict, or a text is none.
        ValueError: a text is empty, there are too few answers or too many, or `right` is not one.
    """
    asked = Guess(question, answers, right)
    display(asked)
    return asked


class Guess:
    """A question, its answers with a sentence about each, and the one that is right.

    Args:
        question: as for `guess`.
        answers: as for `guess`.
        right: as for `guess`.
    """

    def __init__(self, question: str, answers: Mapping[str, str], right: str) -> None:
        if not isinstance(answers, Mapping):
            raise TypeError(
                "`answers` must be a dict from each answer to a sentence about it. "
                f"Received: {type(answers).__name__}"
            )
        if not 2 <= len(answers) <= 4:
            raise ValueError(f"`answers` must hold two to four answers. Received: {len(answers)}")
        _check_text("question", question)
        for answer, sentence in answers.items():
            _check_text("answers", answer)
            _check_text("answers", sentence)
        if not isinstance(right, str) or right not in answers:
            raise ValueError(f"`right` must be one of {list(answers)}. Received: {right!r}")
        self.question, self.answers, self.right = question, dict(answers), right
        self.name = name_of(question, self.answers, right)

    def check(self, *holds: bool) -> None:
        """Hold the answer that is called right to the measurement.

        Args:
            holds: for each answer, in their order, whether the measurement says so.

        Raises:
            TypeError: a value is not True or False.
            ValueError: there is not one value for each answer.
            AssertionError: the measurement says something else than `right`, or not one thing.
        """
        if len(holds) != len(self.answers):
            raise ValueError(
                f"`holds` must have a value for each of the {len(self.answers)} answers. "
                f"Received: {len(holds)}"
            )
        for each in holds:
            if not isinstance(each, bool | np.bool_):
                raise TypeError(f"`holds` must be of True and False. Received: {each!r}")
        measured = [answer for answer, held in zip(self.answers, holds, strict=True) if held]
        if measured != [self.right]:
            raise AssertionError(
                f"The measurement must say {self.right!r} and nothing else. Received: {measured}"
            )

    def __repr__(self):
        lines = [f"Predict. {self.question}", *(f"- {answer}" for answer in self.answers)]
        return "\n".join(lines)

    def _repr_html_(self):
        return guess_html(self)


def _check_text(name, text):
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be of texts. Received: {text!r}")
    if not text.strip():
        raise ValueError(f"`{name}` must not be empty. Received: {text!r}")
