"""A browser for the tests that open pages: Chromium as the machine has it."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_chromium():
    """Return the path of a Chromium, or None: $COMPANION_CHROMIUM first, then the usual names."""
    wanted = os.environ.get("COMPANION_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted] if wanted else NAMES)), None)


@pytest.fixture(scope="session")
def browser():
    """Yield one browser for all tests. Without one they are skipped, but on CI they fail."""
    path = find_chromium()
    if path is None:
        message = "no Chromium found: install chromium, or set COMPANION_CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
