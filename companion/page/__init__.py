"""What lives in a page, where there is neither a kernel nor Keras.

- `PageModel`: an encoder and a decoder as a page runs them, lists of `DenseLayer` and
  `ConvTransposeLayer`.
- `write_files`: their weights as files beside a page, which a `LatentExplorer` loads there.

Beside these modules lie the scripts and the style sheets of all widgets; `scripts` makes one
text of those that belong together. A widget's twin is the HTML that shows it in a page.
"""

from companion.page.explorer_files import write_files
from companion.page.page_layers import ConvTransposeLayer, DenseLayer
from companion.page.page_models import PageModel

__all__ = ["ConvTransposeLayer", "DenseLayer", "PageModel", "write_files"]
