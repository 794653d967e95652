"""Measured numbers side by side."""

import re
from collections.abc import Mapping
from decimal import Decimal
from html import escape

from IPython.display import display

from companion.chapter.numbers import MINUS, in_words, measured
from companion.checks import check_has


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
                numbers[full] = measured(full, value, margin)
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
