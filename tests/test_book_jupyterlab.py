"""The chapters as they are stored, opened in JupyterLab without a kernel: all that moves there."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from lab import serve
from playwright.sync_api import expect
from thorough import thorough

pytestmark = thorough

BOOK = Path(__file__).parents[1] / "book"
FIGURES = (
    "latent-sliders",
    "frame-slider",
    "cloud",
    "label-sheet",
    "live-filling",
    "latent-explorer",
)
ALL = ", ".join(f"figure.{kind}" for kind in FIGURES)
ASKED = re.compile(r'data-guess="\w+"')
FOUND = re.compile(rf'<figure class="(?:{"|".join(FIGURES)})[ "]')
OPEN = """name => jupyterapp.restored.then(() => jupyterapp.commands.execute("docmanager:open", {
    path: name, factory: "Notebook", kernelPreference: { shouldStart: false, canStart: false },
})).then(() => null)"""
# What a figure shows, once the frame that is due is drawn.
DRAWN = """async (figure) => {
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    return [...figure.querySelectorAll("canvas")].map((c) => c.toDataURL()).join()
        + [...figure.querySelectorAll("svg")].map((s) => s.outerHTML).join();
}"""


def outputs(path):
    """Give the HTML of all outputs of a notebook, as one text."""
    cells = nbformat.read(path, as_version=4).cells
    found = (output for cell in cells for output in cell.get("outputs", ()))
    return "".join(output.get("data", {}).get("text/html", "") for output in found)


CHAPTERS = {
    path.name: len(FOUND.findall(html))
    for path in sorted(BOOK.glob("*.ipynb"))
    if FOUND.search(html := outputs(path))
}


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Give a page with JupyterLab on a copy of the chapters, none of which is trusted."""
    folder, home = tmp_path_factory.mktemp("chapters"), tmp_path_factory.mktemp("home")
    for name in CHAPTERS:
        shutil.copy(BOOK / name, folder)
    options = {"viewport": {"width": 1200, "height": 900}, "reduced_motion": "reduce"}
    with serve(folder, home) as (address, _), browser.new_context(**options) as context:
        page = context.new_page()
        page.goto(f"{address}lab/workspaces/chapters?token=t")
        ready = "window.jupyterapp?.commands.hasCommand('docmanager:open')"
        page.wait_for_function(ready, timeout=120_000)
        yield page


@pytest.fixture
def page(lab, name):
    """Open the chapter of a test, without a kernel, and close it again."""
    lab.evaluate(OPEN, name)
    yield lab
    lab.evaluate("jupyterapp.commands.execute('application:close')")
    expect(lab.locator(".jp-NotebookPanel")).to_have_count(0)


def trust(page):
    """Trust the notebook, as its reader does by the palette of commands."""
    page.evaluate("void jupyterapp.commands.execute('notebook:trust')")
    page.locator(".jp-Dialog button.jp-mod-accept").click()


def move(figure, slider):
    """Move a slider by keys from its one end to the other, and by the mouse back to its middle."""
    most = int(slider.get_attribute("max"))
    slider.press("Home")
    seen = [figure.evaluate(DRAWN)]
    for key, value in (("ArrowRight", "1"), ("ArrowUp", "2"), ("ArrowLeft", "1")):
        figure.page.keyboard.press(key)  # which the notebook does not take for itself
        assert slider.input_value() == value
    while int(slider.input_value()) < most:
        slider.press("PageUp")
        seen.append(figure.evaluate(DRAWN))
    assert len(set(seen)) > len(seen) / 2  # two frames of a chapter may be alike
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert abs(int(slider.input_value()) - most / 2) <= 1
    assert figure.evaluate(DRAWN) != seen[-1]


def test_the_chapters_with_sliders_are_found():
    assert CHAPTERS["10-a-walk-in-latent-space.ipynb"] == 3
    assert CHAPTERS["14-what-does-not-belong.ipynb"] == 1
    assert CHAPTERS["15-few-labels.ipynb"] == 2


@pytest.mark.parametrize("name", CHAPTERS)
def test_everything_in_a_chapter_rests_until_it_is_trusted_and_then_moves(page, name):
    figures, guesses = page.locator(ALL), page.locator("div.guess")
    expect(figures).to_have_count(CHAPTERS[name], timeout=60_000)
    for figure in figures.all():
        expect(figure.get_by_role("img").filter(visible=True)).to_have_count(1)
        assert figure.get_attribute("data-state") is None
    asked = len(set(ASKED.findall(outputs(BOOK / name))))
    expect(guesses).to_have_count(asked)
    assert all(each.get_attribute("data-state") is None for each in guesses.all())

    trust(page)
    expect(page.locator("div.guess[data-state=live]")).to_have_count(asked, timeout=30_000)
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        if "latent-explorer" in figure.get_attribute("class"):
            # Its weights lie beside the built page, and a notebook that is run has them too.
            expect(figure.get_by_role("alert")).to_contain_text("cannot be loaded")
            expect(figure.get_by_role("img").filter(visible=True)).to_have_count(1)
            continue
        expect(figure).to_have_attribute("data-state", "live")
        for slider in figure.get_by_role("slider").all():
            move(figure, slider)
    for sheet in page.locator("figure.label-sheet").all():
        sheet.locator(".label-grid button").first.click()
        for key in ("3", "ArrowRight", "7"):
            page.keyboard.press(key)
        expect(sheet.get_by_role("status")).to_contain_text("2 of 10 labels, 2 kinds")
    for guess in guesses.all():
        guess.get_by_role("radio").last.check()
        guess.get_by_role("button", name="This is my guess").click()
        expect(guess.get_by_role("status")).to_contain_text(re.compile(r"Right\.|Not so\."))
