"""What the doctor says."""

from textwrap import fill
from typing import NamedTuple


class Finding(NamedTuple):
    """What one check found."""

    check: str  #: its name
    healthy: bool  #: whether there is nothing to complain of
    words: str  #: what was found, as a sentence
    value: float  #: what was measured; NaN if there is no one number


class Report(dict):
    """The findings by the names of their checks, in order; `print` shows them as a list.

    A line has at most 76 characters, and a longer finding goes on below itself.
    """

    @property
    def healthy(self):
        """Whether no check found anything."""
        return all(finding.healthy for finding in self.values())

    @property
    def complaints(self):
        """The findings that are not healthy: a `Report` of these alone."""
        return Report({name: f for name, f in self.items() if not f.healthy})

    def __str__(self):
        width = max(map(len, self), default=0)
        margin = " " * (4 + width + 2)
        findings = (
            fill(
                f"{'ok' if f.healthy else 'ILL':4}{name:{width}}  {f.words}",
                width=76,
                subsequent_indent=margin,
                break_long_words=False,
            )
            for name, f in self.items()
        )
        return "\n".join(findings) or "nothing found"

    __repr__ = __str__
