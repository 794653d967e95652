"""A browser for the tests that open pages: Chromium as the machine has it."""

import base64
import contextlib
import functools
import http.server
import os
import threading

import numpy as np
import pytest
from book_pages import POLICY, TRAINING_POLICY
from book_settings import REPOSITORY
from chromium import MISSING, find_chromium
from playwright.sync_api import expect, sync_playwright

from companion.page.scripts import bundle

# The pages in which a reader trains.
TRAINING = (
    "playground.html",
    "01-an-autoencoder-in-twenty-lines.html",
    "06-why-it-cannot-dream.html",
    "09-your-first-vae.html",
    "12-how-much-to-compress.html",
    "bug-museum.html",
)

# To Chromium nobody but this machine has an address.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"

# What opens under the field for addresses are two more pages, which Chromium makes ready for each
# context: half the cost of a short test. The flag replaces Playwright's own, of whose features
# these tests need those that leave an http address as it is.
PLAIN = (
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"
    ",HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"
)

# A page like those of the book, as far as figures are concerned.
PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Twins</title>
<style>
html[data-theme=light] {{ --pst-color-background: #fff; --pst-color-text-base: #222832; }}
html[data-theme=dark] {{
  --pst-color-background: #14181e; --pst-color-text-base: #ced6dd; color-scheme: dark;
}}
html[data-theme=dark] div.cell_output .text_html {{ background: #ced6dd; padding: 0.5rem; }}
body {{ margin: 0 1rem; background: var(--pst-color-background); font-family: sans-serif; }}
</style>{twins}</html>"""

# What ends at the edge of its box, and goes on unseen.
CUT = """all => all.filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent.slice(0, 80))"""


@pytest.fixture(scope="session")
def browser():
    """Yield one browser for all tests, which reaches this machine alone.

    Where there is none the tests are skipped, but on CI they fail.
    """
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        args = ["--no-sandbox", ALONE, PLAIN]
        chromium = playwright.chromium.launch(executable_path=path, args=args)
        yield chromium
        chromium.close()


@pytest.fixture
def problems():
    """Collect what pages complain about: at the end there may be nothing."""
    heard = []
    yield heard
    assert heard == []


@pytest.fixture
def open_page(browser, tmp_path, problems):
    """Return a function that opens HTML outputs in a page from disk, with the network cut off."""
    with contextlib.ExitStack() as stack:

        def open_page(*htmls, **options):
            cells = [
                f'<div class="cell_output"><div class="text_html">{h}</div></div>' for h in htmls
            ]
            file = tmp_path / "page.html"
            file.write_text(PAGE.format(twins="".join(cells)), encoding="utf-8")
            context = stack.enter_context(browser.new_context(**options))
            context.set_offline(True)
            page = context.new_page()
            page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.goto(file.as_uri())
            return page

        yield open_page


class Handler(http.server.SimpleHTTPRequestHandler):
    """Send files under the policy of the book's pages, also those that bring none."""

    def translate_path(self, path):
        # The page for addresses that lead nowhere names its files from the root of GitHub Pages.
        return super().translate_path(path.removeprefix("/" + REPOSITORY.rsplit("/", 1)[-1]))

    def end_headers(self):
        trains = self.path.endswith(tuple(f"/{page}" for page in TRAINING))
        self.send_header("Content-Security-Policy", TRAINING_POLICY if trains else POLICY)
        super().end_headers()

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving(folder):
    """Serve a built book on this machine, and give its address."""
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def server(site):
    with serving(site) as address:
        yield address


def reader(width, theme="light", height=800):
    """Give the options of a browser's context: a reader with a screen of this size and theme."""
    return {
        "viewport": {"width": width, "height": height},
        "color_scheme": theme,
        "reduced_motion": "reduce",
        "has_touch": width < 500,
    }


def hear(page, heard):
    """Add to a list what a page complains about, and the requests that fail."""
    page.on("console", lambda m: m.type in ("error", "warning") and heard.append(m.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))


def live(page, kind):
    """Give the figures with sliders of this kind: all of a page, each of them at work."""
    unveil(page)
    figures = page.locator(f"figure.{kind}")
    for figure in figures.all():
        figure.scroll_into_view_if_needed()  # an explorer begins when it is near
        expect(figure).to_have_attribute("data-state", "live")
    return figures.all()


def unveil(page):
    """Show what a page keeps back until its reader has guessed."""
    page.evaluate("document.querySelectorAll('.veil').forEach(veil => veil.hidden = false)")


def grey_values(canvas, height=28, width=28):
    """Read the grey values of a canvas, once the frame that is due is drawn."""
    script = """(canvas, size) => new Promise(done => requestAnimationFrame(() =>
        requestAnimationFrame(() => done(
            Array.from(canvas.getContext("2d").getImageData(0, 0, ...size).data)))))"""
    rgba = np.array(canvas.evaluate(script, [width, height])).reshape(height, width, 4)
    assert (rgba[..., 0] == rgba[..., 2]).all()
    assert (rgba[..., 3] == 255).all()
    return rgba[..., 0]


def module(name):
    """Give the address of a script of the package from which a page can take functions."""
    data = base64.b64encode(bundle(name).encode()).decode("ascii")
    return f"data:text/javascript;base64,{data}"
