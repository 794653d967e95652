"""What the chapters of the book need besides the package itself (all chapters)."""

import inspect
import os
import textwrap
from html import escape

from IPython.display import display

__all__ = ["chapter_seed", "glue", "show", "table"]


def chapter_seed():
    """Give the seed of a chapter's randomness: `$COMPANION_SEED`, or 0.

    `make claims` runs the chapters with another seed, to see that their claims
    do not hang on this one.

    Returns:
        int.

    Raises:
        ValueError: the variable holds something else than a whole number of 0 or more.
    """
    text = os.environ.get("COMPANION_SEED", "0")
    if not text.isdecimal():
        raise ValueError(f"COMPANION_SEED must be a whole number, 0 or more. Received: {text!r}")
    return int(text)


class Source:
    """Source code that a notebook shows highlighted and a terminal as it is."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return f"```python\n{self.text}\n```"


def show(thing):
    """Show the source of a function or a class of the package: the code that is tested.

    Args:
        thing: the function, the class or the method.

    Returns:
        `Source`, which a notebook shows highlighted and a terminal as it is.

    Raises:
        TypeError: `thing` has no Python source.
    """
    return Source(textwrap.dedent(inspect.getsource(thing)).rstrip())


def in_words(value, digits=3):
    """Write a number as in a sentence, with at most `digits` significant digits."""
    text = f"{value:.{digits}g}"
    # 1.23e+03 is not how one writes a number in a sentence. A thin space, as a
    # comma would make the book read it as two numbers.
    return f"{float(text):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if "e+" in text else text


def glue(name, value, *, margin, digits=3):
    """Store a measured number, so that the prose can show it by its name.

    The text has at most `digits` significant digits. The rendered book puts it
    in the name's place; JupyterLab shows the name there, and here what it
    stands for. Running the chapter again must give a value within `margin` of
    the stored one: the notebook tests hold it to that.

    Args:
        name: what the number is, unique within the chapter; it is read in a
            sentence, such as "baseline-per-pixel".
        value: a number.
        margin: how far a second run may be off, in the unit of `value`; it
            covers other machines, not other seeds.
        digits: significant digits to show.
    """
    text = in_words(value, digits)
    mime = "application/papermill.record/"
    display(
        {f"{mime}text/plain": text, "text/plain": f"{name} = {text}"},
        metadata={
            "scrapbook": {"name": name, "mime_prefix": mime},
            "companion": {"value": float(f"{value:.6g}"), "margin": margin, "digits": digits},
        },
        raw=True,
    )


def table(rows, *, margins):
    """Show measured numbers side by side, with at most 3 significant digits (chapter 6).

    Like a glued number, each stored one is compared with that of the next run.

    Args:
        rows: dict from a row's name to its cells, a dict from a column's name to
            a number, or to a text that is shown as it is; all rows have the same columns.
        margins: dict from a column of numbers to how far a second run may be
            off, in the column's unit; None for numbers that are not to be compared,
            such as seconds.

    Raises:
        ValueError: rows of different columns, or a column of numbers without a margin.
    """
    columns = list(next(iter(rows.values())))
    if any(list(cells) != columns for cells in rows.values()):
        raise ValueError(f"`rows` must all have the columns {columns}")
    lines, numbers = [["", *columns]], {}
    for name, cells in rows.items():
        lines.append([name])
        for column, value in cells.items():
            if isinstance(value, str):
                lines[-1].append(value)
                continue
            if column not in margins:
                raise ValueError(
                    f"`margins` must name every column of numbers. Missing: {column!r}"
                )
            lines[-1].append(in_words(value))
            if margins[column] is not None:
                number = {"value": float(f"{value:.6g}"), "margin": margins[column]}
                numbers[f"{name}, {column}"] = number
    display(
        {"text/plain": _as_text(lines), "text/html": _as_html(lines)},
        metadata={"companion": {"table": numbers}},
        raw=True,
    )


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
