"""Find the Chromium that opens the book's pages, to test them or to print them.

python book/chromium.py     say how to get one, where there is none
"""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = (
    "There is no Chromium here. Install it (Debian: sudo apt install chromium; macOS: brew install "
    "--cask chromium; or Google Chrome), or set COMPANION_CHROMIUM to its path."
)


def find_chromium():
    """Return the path of a Chromium, or None: $COMPANION_CHROMIUM first, then the usual names."""
    wanted = os.environ.get("COMPANION_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted] if wanted else NAMES)), None)


if __name__ == "__main__" and find_chromium() is None:
    sys.exit(MISSING)
