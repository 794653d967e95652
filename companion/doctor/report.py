"""What the doctor says."""

from textwrap import fill
from typing import NamedTuple

VERDICTS = {True: "ok", False: "ILL", None: "UNKNOWN"}


class Finding(NamedTuple):
    """What one check found."""

    check: str  #: its name
    healthy: bool | None  #: whether there is nothing to complain of; None if that cannot be told
    words: str  #: what was found, as a sentence
    value: float  #: what was measured; NaN if there is no one number


class Report(dict):
    """The findings by the names of their checks, in order; `print` shows them as a list.

    A line has at most 76 characters, and a longer finding goes on below itself.
    """

    @property
    def healthy(self):
        """Whether every check could be made, and found nothing."""
        return all(finding.healthy for finding in self.values())

    @property
    def complaints(self):
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
