"""The drawings of the book, in their files and in its pages, and the colours of its symbols."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from book_diagrams import CELL, FORMULAS, inline, key, number_figures, numbers, style_sheet
from browser import hear, reader
from diagrams import DIAGRAMS, IMAGES
from drawing import WIDTH, WORDS, of
from playwright.sync_api import expect

from companion.plots.style import SYMBOLS

BOOK = IMAGES.parent
SVG = "{http://www.w3.org/2000/svg}"
SOURCES = sorted((*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")))
CHAPTER_1 = "01-an-autoencoder-in-twenty-lines"

every_diagram = pytest.mark.parametrize("name", DIAGRAMS)
every_symbol = pytest.mark.parametrize("name", SYMBOLS)


def used(name):
    """Give the pages that show a drawing."""
    link = f"(images/diagrams/{name}.svg)"
    return [path for path in SOURCES if link in path.read_text(encoding="utf-8")]


# The files


@every_diagram
def test_a_file_is_what_the_program_draws(name):
    written = (IMAGES / "diagrams" / f"{name}.svg").read_text(encoding="utf-8")
    assert written == DIAGRAMS[name](), "run: python book/diagrams.py"


def test_no_drawing_is_left_that_nothing_draws():
    written = {path.stem for path in (IMAGES / "diagrams").iterdir()}
    assert written == DIAGRAMS.keys()


@every_diagram
def test_a_drawing_is_shown_and_described_in_a_chapter(name):
    paths = used(name)
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        (said,) = re.findall(rf"!\[([^\]]*)\]\(images/diagrams/{name}\.svg\)", text)
        assert len(said) > 60, path.name


@every_diagram
def test_a_drawing_has_a_title_and_words_that_a_phone_shows_at_ten_points(name):
    root = ElementTree.fromstring(DIAGRAMS[name]())
    assert root.find(f"{SVG}title").text
    assert float(root.get("width")) == WIDTH
    sizes = [float(text.get("font-size", 15)) for text in root.iter(f"{SVG}text")]
    shown = 342 / WIDTH * min(sizes)  # CSS pixels, where a page is 390 wide
    assert shown * 3 / 4 >= 10


def test_what_belongs_to_no_symbol_is_refused():
    with pytest.raises(ValueError, match="`symbol` must be one of x, encoder"):
        of("y", "")


# What stands in a page


def test_a_drawing_in_a_page_leaves_its_style_and_its_paper_behind():
    svg = inline(DIAGRAMS["heads"](), "heads", "What < is seen")
    assert "<style>" not in svg
    assert "paper" not in svg
    assert '<desc id="heads-description">What &lt; is seen</desc>' in svg
    assert 'aria-labelledby="heads-title heads-description"' in svg
    ElementTree.fromstring(svg)


def test_a_key_names_the_symbols_of_its_drawing_and_no_others():
    text = key(of("z", "") + of("x", "")).astext()
    assert re.findall(r'data-symbol="(\w+)"', text) == ["x", "z"]
    assert key("<svg></svg>").astext() == ""


@every_symbol
def test_the_pages_have_their_colours_from_the_table_of_the_package(name):
    light, dark = SYMBOLS[name]
    first, second = re.findall(rf"--symbol-{name}: (#\w+);", style_sheet())
    assert (first, second) == (light, dark)
    assert name in WORDS


def test_the_pages_whose_formulas_are_coloured_exist():
    for page, names in FORMULAS.items():
        assert list(BOOK.parent.glob(f"{page}.*"))
        assert set(names.split()) <= SYMBOLS.keys()


MINUS, TIMES = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}\N{MIDDLE DOT}\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<td>-0.0268</td>", "<td>M0.0268</td>"),
        ('<th scope="col">-ELBO</th>', '<th scope="col">MELBO</th>'),
        ("<th>log p(x) - ELBO</th>", "<th>log p(x) M ELBO</th>"),
        ("<td>costs -0.4 nats</td>", "<td>costs M0.4 nats</td>"),
        ("<td>-5e-07 (± 4e-06)</td>", "<td>M5T10<sup>M7</sup> (± 4T10<sup>M6</sup>)</td>"),
        ("<td>2e+03</td>", "<td>2T10<sup>3</sup></td>"),
        ("<th>z_log_var = -6</th>", "<th>z_log_var = M6</th>"),
        ("<th>one-hot, 28-28</th>", "<th>one-hot, 28-28</th>"),
        ("<td><code>V[k - 1]</code></td>", "<td><code>V[k - 1]</code></td>"),
        ("<p>-3</p>", "<p>-3</p>"),
    ],
)
def test_a_table_shows_a_true_minus_and_powers_of_ten(written, shown):
    shown = re.sub("T(?=10<)", TIMES, re.sub(r"M(?=[\d ]|ELBO)", MINUS, shown))
    assert CELL.sub(lambda cell: numbers(cell[0]), written) == shown


def test_figures_and_exercises_of_a_page_without_a_number_are_counted_from_1():
    counted = {
        "museum": {
            "figure": {"a": (6,), "b": (7,)},
            "exercise": {"e": (4,)},
            "table": {"c": (2,)},
        },
        "01": {"figure": {"d": (1, 1), "e": (1, 2)}},
    }
    number_figures(None, SimpleNamespace(toc_fignumbers=counted))
    assert counted == {
        "museum": {
            "figure": {"a": (1,), "b": (2,)},
            "exercise": {"e": (1,)},
            "table": {"c": (2,)},
        },
        "01": {"figure": {"d": (1, 1), "e": (1, 2)}},
    }


# The built book


@pytest.fixture
def open_page(browser, site, problems):
    """Return a function that opens a page of the book, with its formulas drawn."""
    contexts = []

    def open_page(name, *, width=1280, theme="light"):
        contexts.append(browser.new_context(**reader(width, theme)))
        page = contexts[-1].new_page()
        hear(page, problems)
        page.goto((site / "book" / f"{name}.html").as_uri())
        page.wait_for_load_state("load")
        page.evaluate("async () => { await globalThis.MathJax?.startup.promise }")
        return page

    yield open_page
    for context in contexts:
        context.close()


COLOUR = "e => getComputedStyle(e).color"


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_letter_in_a_formula_has_the_colour_of_its_symbol(theme, open_page):
    page = open_page(CHAPTER_1, theme=theme)
    which = ["light", "dark"].index(theme)
    for name in ("x", "z", "reconstruction"):
        letter = page.locator(f":is(mjx-mi, mjx-mover)[data-symbol={name}]").first
        assert letter.evaluate(COLOUR) == rgb(SYMBOLS[name][which])


def test_an_exponent_is_no_picture(open_page):
    page = open_page("07-codes-that-are-clouds")
    assert page.locator("mjx-mi[data-symbol=mu]").count() > 10
    assert page.locator("mjx-script [data-symbol]").count() == 0


def test_the_noise_of_a_pixel_is_no_width_of_a_cloud(open_page):
    page = open_page("08-kl-and-the-elbo")
    assert page.locator("mjx-mi[data-symbol=sigma]").count() > 10
    noise = "mjx-mi:has(+ mjx-script mjx-mi .mjx-c1D465):has(.mjx-c1D70E)"
    assert page.locator(noise).count() > 5
    assert page.locator(f"{noise}[data-symbol]").count() == 0


def test_a_comment_has_the_colours_of_its_symbols_and_keeps_its_words(open_page):
    page = open_page("09-your-first-vae")
    price = page.locator(".c1", has_text="KL(q(z|x) || p(z))").first
    assert price.text_content() == "# KL(q(z|x) || p(z))"
    found = price.locator("[data-symbol]").evaluate_all("all => all.map(e => e.dataset.symbol)")
    assert found == ["kl", "z", "x", "z"]
    assert price.locator("[data-symbol=kl]").evaluate(COLOUR) == rgb(SYMBOLS["kl"][0])
    sizes = open_page("05-convolutional-and-recurrent").locator(".c1", has_text="28 x 28")
    assert sizes.locator("[data-symbol]").count() == 0


def lit(page):
    script = """all => all.filter(e => getComputedStyle(e).getPropertyValue("--lit").trim())
        .map(e => e.dataset.symbol)"""
    return set(page.locator("article [data-symbol]").evaluate_all(script))


def test_pointer_and_focus_show_all_of_a_kind_and_nothing_moves(open_page):
    page = open_page(CHAPTER_1)
    size = "document.querySelector('article').getBoundingClientRect().height"
    before = page.evaluate(size)
    assert lit(page) == set()
    page.locator("mjx-mi[data-symbol=z]").first.hover()
    assert lit(page) == {"z"}
    key = page.get_by_role("button", name="decoder")
    key.focus()
    assert lit(page) == {"decoder"}
    key.press("Enter")
    assert key.get_attribute("aria-pressed") == "true"
    key.evaluate("e => e.blur()")
    assert lit(page) == {"decoder"}
    assert page.evaluate(size) == before
    page.keyboard.press("Escape")
    assert lit(page) == set()


@pytest.mark.parametrize("width", [1280, 390])
def test_words_of_a_drawing_are_shown_at_ten_points_or_more(width, open_page):
    page = open_page(CHAPTER_1, width=width)
    scale = page.locator(".drawing").first.evaluate("e => e.getScreenCTM().a")
    assert 15 * scale * 3 / 4 >= 10


def test_numbers_of_a_table_end_below_each_other_with_room_between(open_page):
    page = open_page("07-codes-that-are-clouds")
    for part, side in (("td", "right"), ("th", "left")):
        cell = page.locator(f".cell_output table tbody {part}").first
        style = cell.evaluate(
            "e => { const s = getComputedStyle(e); return [s.textAlign, s.paddingLeft] }"
        )
        assert style == [side, "12px"]


def test_a_page_printed_from_the_dark_is_black_on_white(open_page):
    page = open_page(CHAPTER_1, theme="dark")
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.locator("article h1").evaluate(COLOUR) == "rgb(0, 0, 0)"
    page.emulate_media(media="screen")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_figure_in_the_dark_keeps_its_own_white_paper(open_page):
    image = open_page(CHAPTER_1, theme="dark").locator("article figure img").first
    style = image.evaluate("e => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor]")
    assert style == ["none", "rgb(255, 255, 255)"]
