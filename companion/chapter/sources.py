"""The source of the package, shown in a chapter."""

import inspect
import textwrap
from typing import Any

from companion.checks import received


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
