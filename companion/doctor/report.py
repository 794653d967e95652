"""What the doctor says."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What one check found."""

    check: str  #: its name
    healthy: bool  #: whether there is nothing to complain of
    words: str  #: what was found, as a sentence
    value: float  #: what was measured; NaN if there is no one number


class Report(dict):
    """The findings by the names of their checks, in order; `print` shows them as a list."""

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
        lines = (
            f"{'ok' if f.healthy else 'ILL':4}{name:{width}}  {f.words}" for name, f in self.items()
        )
        return "\n".join(lines) or "nothing found"

    __repr__ = __str__
