"""The sheet of `LabelSheet` in a browser: opened from disk, with the network cut off."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_widgets_label_sheet import make_sheet, some_labels

LIVE = "figure.label-sheet[data-state=live]"


@pytest.fixture(scope="module")
def sheet():
    return make_sheet(neighbours=4)


@pytest.fixture
def page(open_page, sheet):
    page = open_page(sheet.to_html())
    page.locator(LIVE).wait_for()
    return page


def told(page):
    """Read the two shares that the page tells, in hundredths."""
    text = page.get_by_role("status").text_content()
    spreading, nearest = re.search(r"names (\d+) rightly, .* (\d+)\.", text).groups()
    return {"spreading": int(spreading), "nearest": int(nearest)}


def hundredths(shares):
    return {name: int(100 * share + 0.5) for name, share in shares.items()}


def picture(page, i):
    return page.locator(".label-grid button").nth(i)


def test_the_page_counts_what_the_program_counts(page, sheet):
    given = {}
    for i, digit in some_labels(sheet, 8).items():
        picture(page, i).click()
        page.get_by_role("button", name=str(digit), exact=True).click()
        given[i] = digit
        assert told(page) == hundredths(sheet.named(given))
        assert picture(page, i).get_attribute("aria-label") == f"Picture {i + 1}, labelled {digit}"


def test_the_keyboard_alone_labels_moves_and_takes_back(page, sheet):
    picture(page, 0).focus()
    page.keyboard.press("3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("7")
    assert told(page) == hundredths(sheet.named({0: 3, 11: 7}))
    assert page.evaluate("document.activeElement.ariaLabel") == "Picture 12, labelled 7"
    page.keyboard.press("Delete")
    assert told(page) == hundredths(sheet.named({0: 3}))
    page.keyboard.press("ArrowDown")  # there is no row below
    assert page.evaluate("document.activeElement.ariaLabel") == "Picture 12, no label"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Picture 12, no label"


def test_no_more_labels_are_given_than_there_are(page, sheet):
    for i in range(11):
        picture(page, i).click()
        page.keyboard.press("1")
    assert page.get_by_role("status").text_content().startswith("You have given 10 labels")
    assert picture(page, 10).get_attribute("aria-label") == "Picture 11, no label"
    picture(page, 9).click()
    page.get_by_role("button", name="Take it back").click()
    picture(page, 10).click()
    page.keyboard.press("1")
    assert picture(page, 10).get_attribute("aria-label") == "Picture 11, labelled 1"
    page.get_by_role("button", name="Start again").click()
    assert told(page) == {"spreading": 0, "nearest": 0}


def test_a_finger_labels_on_a_phone(open_page, sheet):
    page = open_page(sheet.to_html(), has_touch=True, viewport={"width": 390, "height": 844})
    page.locator(LIVE).wait_for()
    picture(page, 5).tap()
    page.get_by_role("button", name="2", exact=True).tap()
    assert told(page) == hundredths(sheet.named({5: 2}))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_sheets_of_a_page_keep_their_labels_apart(open_page, sheet):
    page = open_page(sheet.to_html(), make_sheet(1).to_html())
    page.locator(LIVE).nth(1).wait_for()
    picture(page, 0).click()
    page.keyboard.press("4")
    texts = page.get_by_role("status").all_text_contents()
    assert texts[0].startswith("1 of 10 labels, 1 kind:")
    assert texts[1].startswith("0 of 10 labels, 0 kinds:")


def test_without_a_script_the_sheet_is_a_picture(open_page, sheet):
    page = open_page(sheet.to_html(), java_script_enabled=False)
    assert page.locator(".label-still img").is_visible()


def test_broken_numbers_are_told_and_the_picture_stays(open_page, sheet, problems):
    page = open_page(sheet.to_html().replace('"lines": "', '"lines": "!'))
    page.locator("figure.label-sheet[data-state=failed]").wait_for()
    assert "cannot be labelled here" in page.get_by_role("alert").text_content()
    assert page.locator(".label-still img").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_object_to(page, theme):
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    picture(page, 3).click()
    page.keyboard.press("8")
    found = Axe().run(page, context="figure").response["violations"]
    assert [each["id"] for each in found] == []
