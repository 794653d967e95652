"""Measured numbers, as a sentence shows them and as the next run is held to them."""

import math
from decimal import Decimal
from numbers import Real

from IPython.display import display

from companion.checks import check_count, check_text

MINUS = "\N{MINUS SIGN}"  # a hyphen is too short, and a line may break behind it


def in_words(value: float, digits: int = 3) -> str:
    """Write a number as in a sentence, with at most `digits` significant digits."""
    text = f"{value:.{digits}g}"
    if "e+" in text or (abs(value) >= 1000 and "." not in text):
        # 1.23e+03 is not how one writes a number in a sentence, nor 61329. A thin space, as
        # a comma would make the book read it as two numbers.
        text = f"{Decimal(text):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return text.replace("-", MINUS)


def measured(name, value, margin):
    """Give a number as it is stored for the next run, or say what is wrong with it."""
    try:
        finite = not isinstance(value, str | bytes) and math.isfinite(value)
    except (TypeError, ValueError):  # no number, or several
        finite = False
    if not finite:
        raise ValueError(f"{name!r} must be a finite number. Received: {value!r}")
    if not isinstance(margin, Real) or isinstance(margin, bool):
        raise TypeError(f"The margin of {name!r} must be a number. Received: margin={margin!r}")
    # A margin computed from a measurement has many digits, and differs between runs.
    if not 0 <= margin < math.inf or float(f"{margin:.2g}") != margin:
        raise ValueError(
            f"The margin of {name!r} must be a constant of at most two significant digits, "
            f"written in the source, 0 or more. Received: margin={margin!r}"
        )
    return {"value": float(f"{value:.6g}"), "margin": margin}


def glue(name: str, value: float, *, margin: float, digits: int = 3) -> None:
    """Store a measured number, so that the prose can show it by its name.

    The text has at most `digits` significant digits. Where the prose asks for the
    name, `python book/notebooks.py normalise` writes the text, with the name behind
    it in a comment; the output here says which name stands for what. Running the
    chapter again must give a value within `margin` of the stored one: the notebook
    tests hold it to that.

    Args:
        name: what the number is, unique within the chapter; it is read in a
            sentence, such as "baseline-per-pixel".
        value: a finite number.
        margin: how far a second run may be off, in the unit of `value`: a
            constant, at least twice what other processors have shown; 0 for an
            exact count.
        digits: significant digits to show.

    Raises:
        TypeError: the name is no text, or the margin not a number.
        ValueError: the value is NaN or infinite; the margin is so too, or negative,
            or has more than two significant digits, as a computed one has.
    """
    check_text(name=name)
    digits = check_count(digits=digits)
    number = measured(name, value, margin)
    text = in_words(value, digits)
    mime = "application/papermill.record/"
    display(
        {f"{mime}text/plain": text, "text/plain": f"{name} = {text}"},
        metadata={
            "scrapbook": {"name": name, "mime_prefix": mime},
            "companion": number | {"digits": digits},
        },
        raw=True,
    )
