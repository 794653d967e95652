"""What the doctor says."""

from html import escape
from textwrap import fill
from typing import NamedTuple

VERDICTS = {True: "ok", False: "ILL", None: "UNKNOWN"}


class Finding(NamedTuple):
    """What one check found."""

    check: str  #: its name
    healthy: bool | None  #: whether there is nothing to complain of; None if that cannot be told
    words: str  #: what was found, as a sentence
    value: float  #: what was measured; NaN if there is no one number


class Report(dict[str, Finding]):
    """The findings by the names of their checks, in order.

    A notebook shows them as a table and `print` as a list, whose lines have at most
    76 characters: a longer finding goes on below itself.
    """

    @property
    def healthy(self) -> bool:
        """Whether every check could be made, and found nothing."""
        return all(finding.healthy for finding in self.values())

    @property
    def complaints(self) -> "Report":
        """The findings of something wrong: a `Report` of these alone."""
        return Report({name: f for name, f in self.items() if f.healthy is False})

    def __str__(self):
        width = max(map(len, self), default=0)
        unknown = any(finding.healthy is None for finding in self.values())
        column = 9 if unknown else 4
        margin = " " * (column + width + 2)
        findings = (
            fill(
                f"{VERDICTS[f.healthy]:{column}}{name:{width}}  {f.words}",
                width=76,
                subsequent_indent=margin,
                break_long_words=False,
            )
            for name, f in self.items()
        )
        return "\n".join(findings) or "nothing found"

    __repr__ = __str__

    def _repr_html_(self):
        left = 'style="text-align: left"'
        rows = "".join(
            f"<tr><td {left}>{mark[0]}{VERDICTS[f.healthy]}{mark[1]}</td>"
            f'<th scope="row" {left}>{name}</th><td {left}>{escape(f.words)}</td></tr>\n'
            for name, f in self.items()
            for mark in [("", "") if f.healthy else ("<strong>", "</strong>")]
        )
        return f"<table>\n<tbody>\n{rows}</tbody>\n</table>" if rows else "<p>nothing found</p>"
