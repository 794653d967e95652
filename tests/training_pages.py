"""The page in which a reader trains, for the tests that open it: from disk, under its policy."""

import re

import numpy as np
import pytest
from book_pages import TRAINING_POLICY
from browser import PAGE
from playwright.sync_api import expect

from companion.page.training_files import digits_script, faces_script, saver_script
from companion.page.training_page import training_html

STEP = re.compile(r"Step (\d+)")
WIDE = {"viewport": {"width": 1280, "height": 1000}}
MORE_THAN = """least => {
    const found = /Step (\\d+)/.exec(document.querySelector(".training-progress").textContent);
    return found && Number(found[1]) >= least;
}"""


@pytest.fixture
def open_alone(browser, tmp_path, problems):
    """Return a function that opens a page from disk and offline, under a policy."""
    contexts = []

    def open_alone(twins, policy=TRAINING_POLICY, theme="light", **options):
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        html = PAGE.format(twins=twins)
        html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}')
        html = html.replace('data-theme="light"', f'data-theme="{theme}"')
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**(WIDE | options))
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_alone
    for context in contexts:
        context.close()


@pytest.fixture
def open_training(open_alone, tmp_path):
    """Return a function that opens a page that trains."""

    def open_training(policy=TRAINING_POLICY, scripts=True, **options):
        if scripts:
            (tmp_path / "digits.mjs").write_bytes(digits_script())
            (tmp_path / "faces.mjs").write_bytes(faces_script())
            (tmp_path / "saver.mjs").write_bytes(saver_script())
        addresses = ("digits.mjs", "faces.mjs", "saver.mjs")
        html = training_html(*addresses, "data:,", "A still.", "In words.")
        return open_alone(html, policy, **options)

    return open_training


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def wait_for_step(page, least):
    page.wait_for_function(MORE_THAN, arg=least, timeout=120_000)


def pause(page):
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Explore it")).to_be_enabled()


def hear_announcements(page):
    """Begin to note what a page tells those who listen, in `told`."""
    page.evaluate("""() => {
        globalThis.told = [];
        const said = document.querySelector(".explorer-said");
        new MutationObserver(() => told.push(said.textContent)).observe(said, {childList: true});
    }""")


def step_of(page):
    return int(STEP.search(page.locator(".training-progress").text_content())[1])


def costs(page):
    """Give the numbers of the line of costs: of a VAE their sum, the reconstruction, the KL."""
    return [float(x) for x in re.findall(r"[\d.]+", page.locator(".training-costs").text_content())]


def pixels(page, nth):
    """Read the grey values of the nth canvas: held-out pictures, those of the prior, the point."""
    script = """canvas => Array.from(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)"""
    values = page.locator(".explorer-card canvas").nth(nth).evaluate(script)
    return np.array(values).reshape(-1, 4)[:, 0]
