"""The guesses of the built book: by keyboard, on paper, kept nowhere, without a script.

Those of every page are answered when it is visited, in test_book_pages.py.
"""

import contextlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import hear, reader
from playwright.sync_api import expect

BOOK = Path(__file__).parents[1] / "book"
PAGES = [
    path.stem
    for path in sorted(BOOK.glob("*.ipynb"))
    if 'class=\\"guess\\"' in path.read_text(encoding="utf-8")
]
FIRST = "01-an-autoencoder-in-twenty-lines"
every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def open_page(browser, site, problems):
    """Return a function that opens a page from disk, in a context of its own or in a given one."""
    with contextlib.ExitStack() as stack:

        def open_page(name, *, context=None, fragment="", complains=False, **options):
            options = reader(1280) | options
            context = context or stack.enter_context(browser.new_context(**options))
            page = context.new_page()
            if not complains:
                hear(page, problems)
            page.goto(f"{site.as_uri()}/book/{name}.html{fragment}")
            return page

        yield open_page


def guesses(page):
    """Give the questions of a page, each with its parts, its veil, and its payload."""
    found = []
    for guess in page.locator("div.guess").all():
        name = guess.get_attribute("data-guess")
        payload = json.loads(guess.locator("script[type='application/json']").text_content())
        veil = page.locator(f".veil[data-veil='{name}']")
        said, radios = guess.get_by_role("status"), guess.get_by_role("radio")
        found.append(SimpleNamespace(el=guess, veil=veil, said=said, radios=radios, **payload))
    assert found
    return found


def veiled(guess):
    """Say whether a veil is drawn, so that the search of the browser finds what it hides."""
    style = "e => [getComputedStyle(e).display, getComputedStyle(e).contentVisibility]"
    hidden = guess.veil.get_attribute("hidden") is not None
    assert guess.veil.evaluate(style) == ["block", "hidden" if hidden else "visible"]
    return hidden


def answer(guess, i):
    guess.radios.nth(i).check()
    guess.el.get_by_role("button", name="This is my guess").click()


def score(page):
    return page.locator(".guess-score").text_content()


def test_chapter_1_asks():
    assert FIRST in PAGES


def test_no_answer_is_no_guess(open_page):
    (guess, *_) = guesses(open_page(FIRST))
    guess.el.get_by_role("button", name="This is my guess").click()
    expect(guess.said).to_contain_text("Choose an answer first")
    assert veiled(guess)
    guess.radios.first.check()
    assert guess.said.text_content() == ""  # one is chosen


def test_an_answered_question_shows_the_readers_answer_beside_the_measured_one(open_page):
    (guess, *_) = guesses(open_page(FIRST))
    right = int(guess.el.get_attribute("data-right"))
    for chosen in (right, (right + 1) % len(guess.answers)):
        guess.radios.nth(chosen).check()
        guess.el.get_by_role("button", name="This is my guess").click()
        said = guess.el.locator("label").evaluate_all(
            "all => all.map((e) => getComputedStyle(e, '::after').content)"
        )
        assert [i for i, text in enumerate(said) if "guess" in text] == [chosen]
        assert [i for i, text in enumerate(said) if "measured" in text] == [right]
        guess.el.get_by_role("button", name="Guess again").click()


def test_the_keyboard_guesses_and_goes_on_from_there(open_page):
    page = open_page(FIRST)
    (guess, *_) = guesses(page)
    guess.radios.first.focus()
    page.keyboard.press("ArrowDown")
    assert veiled(guess)  # to look through the answers is no guess
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert guess.said.text_content().startswith("Not so.")
    assert page.evaluate("document.activeElement.textContent") == "What each answer would mean"
    page.keyboard.press("Enter")
    assert guess.el.locator("dd").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert guess.radios.first.evaluate("e => e === document.activeElement")


def test_a_question_is_a_group_with_a_name_and_radios_with_theirs(open_page):
    for guess in guesses(open_page(FIRST)):
        group = guess.el.get_by_role("group", name=f"Predict. {guess.question}")
        for text, _ in guess.answers:
            assert group.get_by_role("radio", name=text).count() == 1


def test_a_link_into_what_is_veiled_opens_it(open_page):
    page = open_page(FIRST, fragment="#ch1-scale")
    expect(page.locator("#ch1-scale img")).to_be_in_viewport()
    first, second, third = guesses(page)
    assert [veiled(each) for each in (first, second, third)] == [True, False, True]


@every_page
def test_without_a_script_all_is_read(name, open_page):
    page = open_page(name, complains=True, java_script_enabled=False)
    for i in range(page.locator("div.guess").count()):
        guess, veil = page.locator("div.guess").nth(i), page.locator(".veil").nth(i)
        assert guess.locator(".guess-told").is_visible()
        assert veil.locator("p").first.is_visible()
        guess.locator("summary").click()
        assert guess.locator("dd").last.is_visible()
    assert not page.locator(".guess-score").is_visible()


def test_on_paper_all_is_read_whatever_was_answered(open_page):
    page = open_page(FIRST)
    page.emulate_media(media="print")
    for guess in guesses(page):
        assert guess.el.locator(".guess-told").is_visible()
        assert guess.el.locator("dd").last.is_visible()
        assert not guess.radios.first.is_visible()
        assert guess.veil.locator("p").first.is_visible()


def test_a_browser_that_keeps_nothing_guesses_all_the_same(open_page, browser):
    with browser.new_context(**reader(1280)) as context:
        context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
        page = open_page(FIRST, context=context, complains=True)  # as the theme does
        (guess, *_) = guesses(page)
        assert veiled(guess)
        answer(guess, guess.right)
        assert re.match("You guessed 1 of", score(page))


def test_a_question_that_cannot_be_read_is_told_in_words_and_veils_nothing(browser, site):
    html = (site / "book" / f"{FIRST}.html").read_text(encoding="utf-8")
    broken = re.sub(r'(<script type="application/json">\{)("question")', r"\1!\2", html)
    assert broken != html
    with browser.new_context(**reader(1280)) as context:
        page = context.new_page()
        context.route("http://book.example/", lambda route: route.fulfill(body=broken))
        context.route("http://book.example/**/*.*", lambda route: route.abort())
        page.goto("http://book.example/", wait_until="domcontentloaded")
        for guess in page.locator("div.guess").all():
            expect(guess.locator(".guess-told")).to_be_visible()
        assert page.locator(".veil[hidden]").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_answered_guess_breaks_no_rule_and_fits(width, theme, open_page):
    page = open_page(FIRST, **reader(width, theme))
    asked = guesses(page)
    answer(asked[0], asked[0].right)
    answer(asked[1], (asked[1].right + 1) % len(asked[1].answers))
    asked[1].el.locator("summary").click()
    found = Axe().run(page, context=".guess", options={"preload": False}).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for row in page.locator(".guess label").all():
        assert row.bounding_box()["height"] >= 24
