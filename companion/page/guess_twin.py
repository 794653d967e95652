"""What `Guess` shows: a question in words, which a script lets the reader answer."""

from html import escape

from companion.page.scripts import json_script, mounting_script, source


def guess_html(guess):
    """Write a question: its answers and, folded, what each of them would mean.

    Without the script it is read, and nothing is veiled.

    Args:
        guess: `Guess`.

    Returns:
        str, the same for the same question.
    """
    listed = "".join(f"<li>{escape(answer)}</li>" for answer in guess.answers)
    meant = "".join(
        f"<dt>{escape(answer)}{' (measured)' if answer == guess.right else ''}</dt>"
        f"<dd>{escape(sentence)}</dd>"
        for answer, sentence in guess.answers.items()
    )
    return (
        f"<style>\n{source('guess.css')}</style>\n"
        f'<div class="guess" data-guess="{guess.name}">\n'
        f'<div class="guess-told"><p><b>Predict.</b> {escape(guess.question)}</p>\n'
        f"<ul>{listed}</ul></div>\n"
        f'<details class="guess-meant"><summary>What each answer would mean</summary>\n'
        f"<dl>{meant}</dl></details>\n"
        f"{json_script(guess_payload(guess))}"
        f"{mounting_script('guess.mjs')}</div>"
    )


def guess_payload(guess):
    """Gather what `guess.mjs` needs.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `guess.mjs`.
    """
    return {
        "question": guess.question,
        "answers": list(guess.answers.items()),
        "right": list(guess.answers).index(guess.right),
    }
