"""What the chapters of the book need besides the package itself (all chapters).

- `settings`: the seed of a chapter.
- `sources`: the code of the package, as it is tested.
- `numbers` and `tables`: what a chapter measured, in a sentence and side by side.
"""

from companion.chapter.numbers import glue
from companion.chapter.settings import chapter_seed
from companion.chapter.sources import show
from companion.chapter.tables import table

__all__ = ["chapter_seed", "glue", "show", "table"]
