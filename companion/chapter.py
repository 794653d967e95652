"""What the chapters of the book need besides the package itself (all chapters)."""

import inspect
import math
import os
import re
import textwrap
from collections.abc import Mapping
from decimal import Decimal
from html import escape
from numbers import Real
from typing import Any

import keras
from IPython.display import display

from companion.checks import check_count, check_has, check_text, received

__all__ = ["chapter_seed", "glue", "show", "table"]

MINUS = "\N{MINUS SIGN}"  # a hyphen is too short, and a line may break behind it

# What Keras has where nobody chose otherwise, in ~/.keras/keras.json say.
KERAS_SETTINGS = {
    "backend": "tensorflow",
    "image_data_format": "channels_last",
    "floatx": "float32",
    "epsilon": 1e-7,
}


def chapter_seed() -> int:
    """Give the seed of a chapter's randomness: `$COMPANION_SEED`, or 0.

    `make sweep` runs the chapters with other seeds, to see that their claims
    do not hang on this one. They do hang on the settings of Keras, which are
    looked at as well, because a user's own are read without a word.

    Returns:
        int.

    Raises:
        ValueError: the variable holds something else than a whole number of 0 or more.
        RuntimeError: Keras has another backend than TensorFlow, or other settings
            than its own.
    """
    for setting, wanted in KERAS_SETTINGS.items():
        received = getattr(keras.config, setting)()
        if received != wanted:
            raise RuntimeError(
                f"The chapters need Keras with {setting}={wanted!r}. Received: {received!r}, "
                "from KERAS_BACKEND or from ~/.keras/keras.json. Change it there, and restart."
            )
    text = os.environ.get("COMPANION_SEED") or "0"
    if not text.isdecimal():
        raise ValueError(f"COMPANION_SEED must be a whole number, 0 or more. Received: {text!r}")
    return int(text)


class Source:
    """Source code that a notebook shows highlighted and a terminal as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return f"```python\n{self.text}\n```"


def show(thing: Any) -> Source:
    """Show the source of a function or a class of the package: the code that is tested.

    Args:
        thing: the function, the class or the method.

    Returns:
        `Source`, which a notebook shows highlighted and a terminal as it is.

    Raises:
        TypeError: `thing` has no Python source.
    """
    try:
        return Source(textwrap.dedent(inspect.getsource(thing)).rstrip())
    except TypeError as error:
        raise TypeError(
            f"`thing` must be a function, a class or a method. {received('thing', thing)}"
        ) from error


def in_words(value: float, digits: int = 3) -> str:
    """Write a number as in a sentence, with at most `digits` significant digits."""
    text = f"{value:.{digits}g}"
    if "e+" in text:
        # 1.23e+03 is not how one writes a number in a sentence. A thin space, as a
        # comma would make the book read it as two numbers.
        text = f"{Decimal(text):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return text.replace("-", MINUS)


def _number(name, value, margin):
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
    number = _number(name, value, margin)
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


def table(
    rows: Mapping[str, Mapping[str, float | str]],
    *,
    margins: float | Mapping[str, float | Mapping[str, float] | None],
) -> None:
    """Show measured numbers side by side, with at most 3 significant digits (chapter 6).

    The numbers of a column have the same decimals, as far as these digits go.
    Like a glued number, each stored one is compared with that of the next run.

    Args:
        rows: dict from a row's name to its cells, a dict from a column's name to
            a number, or to a text that is shown as it is, but for the minus of a number;
            all rows have the same columns.
        margins: one margin for all numbers, as for `glue`; or a dict from a column
            to the margin of its numbers, or to a dict from a row's name to the margin of its
            number; None for a column that is not to be compared, such as seconds.

    Raises:
        TypeError: `rows` is no dict of dicts, or a margin not a number.
        ValueError: no row, rows of different columns, a number without a margin, or a
            number or a margin that `glue` would refuse.
    """
    check_has("a dict of rows' names to dicts", "keys", "values", rows=rows)
    for name, cells in rows.items():
        check_has(
            "a dict of columns' names to cells", "keys", "values", **{f"rows[{name!r}]": cells}
        )
    if not rows or not all(rows.values()):
        raise ValueError("`rows` must hold one row or more, of one cell or more. Received: none")
    columns = list(next(iter(rows.values())))
    if any(list(cells) != columns for cells in rows.values()):
        raise ValueError(f"`rows` must all have the columns {columns}")
    numbers = {}
    for name, cells in rows.items():
        for column, value in cells.items():
            margin = None if isinstance(value, str) else _margin_of(name, column, margins)
            if margin is not None:
                full = f"{name}, {column}"
                numbers[full] = _number(full, value, margin)
    texts = [_evenly([cells[column] for cells in rows.values()]) for column in columns]
    lines = [["", *columns], *zip(rows, *texts, strict=True)]
    display(
        {"text/plain": _as_text(lines), "text/html": _as_html(lines)},
        metadata={"companion": {"table": numbers}},
        raw=True,
    )


def _margin_of(row, column, margins):
    """Look up the margin of one cell of a table."""
    for key, kind in ((column, "column of numbers"), (row, "row of numbers")):
        if not isinstance(margins, dict):
            break
        if key not in margins:
            raise ValueError(f"`margins` must name every {kind}. Missing: {key!r}")
        margins = margins[key]
    return margins


def _evenly(column):
    """Write the numbers of a column with the same decimals, as far as 3 digits go."""
    texts = [_as_is(value) if isinstance(value, str) else in_words(value) for value in column]
    plain = [
        Decimal(text.replace(MINUS, "-"))
        if not isinstance(value, str) and re.fullmatch(rf"{MINUS}?[\d.]+", text)
        else None
        for value, text in zip(column, texts, strict=True)
    ]
    most = max((-each.as_tuple().exponent for each in plain if each is not None), default=0)
    return [
        text if each is None else f"{each:.{min(most, 2 - each.adjusted())}f}".replace("-", MINUS)
        for text, each in zip(texts, plain, strict=True)
    ]


def _as_is(text):
    """Give a text, and a number in it the minus that the other numbers have."""
    return text.replace("-", MINUS) if re.fullmatch(r"-?[\d.]+(e-\d+)?", text) else text


def _as_text(lines):
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]
    pad = f"{{:<{first}}}" + "".join(f"  {{:>{width}}}" for width in others)
    return "\n".join(pad.format(*line) for line in lines)


def _as_html(lines):
    (_, *head), *body = [[escape(text) for text in line] for line in lines]
    # The corner heads nothing.
    columns = "<td></td>" + "".join(f'<th scope="col">{text}</th>' for text in head)
    rows = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{text}</td>" for text in cells)}</tr>\n'
        for name, *cells in body
    )
    return (
        f'<table class="dataframe">\n<thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table>"
    )
