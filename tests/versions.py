"""What the tests cannot ask of the oldest releases that the package takes (`make oldest`)."""

import ipywidgets
import pytest

needs_ipywidgets_8 = pytest.mark.skipif(
    int(ipywidgets.__version__.split(".")[0]) < 8,
    reason="ipywidgets 7 shows the live widget alone",
)
