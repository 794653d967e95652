"""The built book in the hands of a reader: explorers, solutions, figures and the search."""

import contextlib
import re
from pathlib import Path

import pytest
from browser import CUT, hear, live, reader
from playwright.sync_api import expect

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture
def open_page(browser, site, problems):
    """Return a function that opens a page of the book, from disk or from an address."""
    with contextlib.ExitStack() as stack:

        def open_page(name, *, width=1280, height=800, url=None):
            options = reader(width, height=height)
            page = stack.enter_context(browser.new_context(**options)).new_page()
            hear(page, problems)
            page.goto(url or (site / "book" / f"{name}.html").as_uri())
            return page

        yield open_page


# The explorers


def explorers(site):
    """Give the pages of the built book that have explorers."""
    pages = [
        path.stem
        for path in sorted((site / "book").glob("*.html"))
        if '<figure class="latent-explorer"' in path.read_text(encoding="utf-8")
    ]
    assert "intro" in pages
    return pages


def changes(figure, act, seen=".explorer-card > canvas"):
    """Do something, and wait until a picture of an explorer is another one."""
    canvas = figure.locator(seen).first
    before = canvas.evaluate("c => c.toDataURL()")
    act()
    canvas.evaluate(
        """(canvas, before) => new Promise((done, fail) => {
            const late = setTimeout(() => fail(new Error("nothing has changed")), 5000);
            const look = () => {
                if (canvas.toDataURL() === before) return requestAnimationFrame(look);
                clearTimeout(late);
                done();
            };
            look();
        })""",
        before,
    )


def stroke(page, locator, *places):
    """Drag the pointer over an element, through places given as shares of its sides."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    for i, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def tap(page, the_map):
    press = the_map.tap if page.evaluate("navigator.maxTouchPoints") else the_map.click
    press(position={"x": 60, "y": 200})


def explore(page, figure):
    """Do all that a reader may do with an explorer of two-number codes."""
    the_map, field = figure.get_by_role("application"), figure.locator(".explorer-field canvas")
    code = figure.locator("figcaption span").nth(1)
    place = re.compile(r"at \(")
    posterior = ".explorer-map canvas >> nth=2"
    changes(figure, lambda: stroke(page, the_map, (0.5, 0.5), (0.6, 0.3), (0.8, 0.2)))
    changes(figure, lambda: tap(page, the_map))
    changes(figure, lambda: the_map.press("Shift+ArrowUp"))
    changes(figure, lambda: the_map.press("Home"))

    def draw():
        stroke(page, field, (0.3, 0.3), (0.65, 0.3), (0.45, 0.75))
        code.filter(has_text=place).wait_for()

    changes(figure, draw, posterior)
    figure.get_by_text("Reconstruction").wait_for()
    for radio in figure.get_by_role("radio").all():
        if not radio.is_checked():
            before = code.text_content()
            changes(figure, radio.check)
            code.filter(has_not_text=before).filter(has_text=place).wait_for()
    chips = figure.locator(".explorer-classes button")
    changes(figure, chips.first.click)  # a walk from the drawing, which stays
    figure.get_by_role("button", name="Save this picture").wait_for()
    figure.get_by_role("button", name="Start anew").click()
    figure.get_by_text("Draw here").wait_for()
    for chip in chips.all():
        changes(figure, chip.click, ".explorer-field canvas")
    assert not figure.get_by_role("alert").is_visible()


@pytest.mark.parametrize(("scheme", "width"), [("file", 390), ("http", 1280)])
def test_every_explorer_is_dragged_tapped_typed_and_drawn_on(
    scheme, width, site, server, open_page
):
    for name in explorers(site):
        url = f"{server}/book/{name}.html" if scheme == "http" else None
        page = open_page(name, width=width, url=url)
        for figure in live(page, "latent-explorer"):
            explore(page, figure)


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 800), (390, 844), (390, 664), (360, 640), (412, 732)]
)
def test_the_first_screen_of_the_book_holds_its_explorer(width, height, open_page):
    page = open_page("intro", width=width, height=height)
    figure = page.locator("figure.latent-explorer[data-state=live]")
    figure.wait_for()
    canvases = (".explorer-card > canvas", ".explorer-field canvas")
    seen = [figure.get_by_role("application"), *(figure.locator(each) for each in canvases)]
    for each in (page.get_by_role("link", name="Start with chapter 1"), *seen):
        box = each.bounding_box()
        assert box["width"] > 90
        assert 0 < box["y"] < box["y"] + box["height"] <= height


def test_without_a_file_an_explorer_says_so_in_words(site, browser):
    context = browser.new_context()
    context.route("**/vae-decoder.mjs", lambda route: route.abort())
    page = context.new_page()
    page.goto((site / "book" / "intro.html").as_uri())
    page.locator("figure.latent-explorer[data-state=failed]").wait_for()
    assert "vae-decoder.mjs cannot be loaded" in page.get_by_role("alert").text_content()
    assert page.get_by_role("img", name="Grid of what VAE decodes").is_visible()
    context.close()


def test_a_solution_unfolds(open_page):
    page = open_page("01-an-autoencoder-in-twenty-lines")
    solution = page.locator("details, .admonition.solution").filter(has_text="Solution").first
    toggle = page.locator(".solution .toggle-button").first
    hidden = page.get_by_text("eight = train_briefly").first
    assert not hidden.is_visible()
    toggle.click()
    assert solution.count()
    assert page.locator("text=latent_dim=8").first.is_visible()


@pytest.mark.parametrize(
    ("word", "page_with_it"),
    [
        ("baseline", "An autoencoder in twenty lines"),
        ("gaussian_kl", "companion.losses.gaussian_kl"),
        ("posterior collapse", "Notation and vocabulary"),
        ("could not locate class", "Questions and answers"),
    ],
)
def test_search_finds_a_word_without_a_network(word, page_with_it, server, open_page):
    page = open_page("search", url=f"{server}/search.html?q={word}")
    page.wait_for_selector("#search-results a")
    found = page.locator("#search-results a").all_inner_texts()
    assert any(page_with_it in text for text in found)


def test_the_search_finds_the_chapter_on_kl_first_and_other_spellings(server, open_page):
    chapters = {
        "KL": "KL and the ELBO",
        "Kullback-Leibler": "KL and the ELBO",
        "mustache": "The moustache",
        "disentanglement": "The moustache",
        "interpolation": "A walk in latent space",
        "slerp": "A walk in latent space",
        "reparametrization": "Codes that are clouds",
    }
    for word, chapter in chapters.items():
        page = open_page("search", url=f"{server}/search.html?q={word}")
        first = page.locator("#search-results li a").first
        first.wait_for()
        assert chapter in first.inner_text(), word
        page.close()


def test_what_is_typed_into_the_search_does_not_lie_under_its_sign(server, open_page):
    page = open_page("search", url=f"{server}/search.html?q=KL")
    field = page.locator("main input[type=search], article input[name=q]").first
    sign = page.locator("main .bd-search i, article .bd-search i").first.bounding_box()
    padding = field.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)")
    assert field.bounding_box()["x"] + padding >= sign["x"] + sign["width"]


# Terms, figures and code


def test_a_term_says_what_it_means_under_the_pointer_and_under_the_focus(open_page):
    page = open_page("08-kl-and-the-elbo")
    term = page.locator("a[data-definition][href$=term-prior]").first
    tip = page.get_by_role("tooltip")
    assert tip.count() == 0
    term.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    term.hover()
    assert tip.inner_text() == term.get_attribute("data-definition")
    assert "The distribution of codes that you declare" in tip.inner_text()
    assert term.get_attribute("aria-describedby") == tip.get_attribute("id")
    tip.hover()  # the pointer may go over to it
    page.wait_for_timeout(300)
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert tip.count() == 0
    term.focus()
    assert tip.is_visible()
    term.blur()
    assert tip.count() == 0


def test_a_tap_on_a_term_shows_what_it_means_and_a_second_one_follows_the_link(open_page):
    page = open_page("08-kl-and-the-elbo", width=390)
    term = page.locator("a[data-definition][href$=term-prior]").first
    tip, address = page.get_by_role("tooltip"), page.url
    term.tap()
    assert tip.inner_text() == term.get_attribute("data-definition")
    page.get_by_role("heading", level=1).tap()
    assert tip.count() == 0
    term.tap()
    page.wait_for_timeout(400)  # it stays, though the finger has gone
    assert tip.is_visible()
    assert page.url == address
    term.tap()
    page.wait_for_url("**/notation.html#term-prior")


def test_a_figure_opens_in_its_full_size_by_tap_and_by_key_and_escape_closes_it(open_page):
    page = open_page("01-an-autoencoder-in-twenty-lines", width=390)
    button = page.get_by_role("button", name="Enlarge").first
    button.wait_for()
    figure, dialog = page.locator(".drawn.can-grow").first, page.locator("dialog.enlarged")
    button.press("Enter")
    large = dialog.locator("img")
    expect(large).to_be_visible()
    width = float(figure.locator("> img").get_attribute("width"))
    assert large.bounding_box()["width"] == width
    assert dialog.locator("div").evaluate("e => e.scrollLeft") == 0  # from where it is read
    assert width > 1.1 * figure.bounding_box()["width"]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert button.evaluate("e => e === document.activeElement")
    figure.tap()
    expect(large).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_on_a_phone_rows_of_pictures_wrap_and_a_plot_scrolls_and_both_are_seen_as_a_whole(
    open_page,
):
    page = open_page("01-an-autoencoder-in-twenty-lines", width=390)
    rows, plot = (page.locator(f"#ch1-{name}") for name in ("digits", "curve"))
    expect(rows.locator(".piece")).to_have_count(2)
    box = plot.locator(".drawn")
    expect(box).to_have_attribute("aria-label", "Figure, scrolls sideways")
    expect(plot.get_by_text("More to the right")).to_be_visible()
    for figure in (rows, plot):
        whole = figure.get_by_role("button", name="Whole")
        whole.click()
        expect(whole).to_have_attribute("aria-pressed", "true")
        image = figure.locator(".drawn > img")
        assert image.bounding_box()["width"] <= figure.bounding_box()["width"]
        assert image.bounding_box()["width"] > 300
    expect(plot.get_by_text("More to the right")).to_be_hidden()


@pytest.mark.parametrize("name", ["07-codes-that-are-clouds", "notation"])
def test_nothing_is_cut_off_on_a_phone(name, open_page):
    page = open_page(name, width=390)
    parts = "div.highlight pre" if name[0] == "0" else "article table, article table td"
    assert page.locator(parts).count() > 10
    assert page.locator(parts).evaluate_all(CUT) == []


def test_the_first_page_leads_to_chapter_1_and_every_page_of_the_contents_has_a_title(open_page):
    page = open_page("intro")
    start = page.get_by_role("link", name="Start with chapter 1")
    chapter = "01-an-autoencoder-in-twenty-lines.html"
    assert start.get_attribute("href").endswith(chapter)
    assert page.locator("a.right-next").get_attribute("href").endswith(chapter)
    titles = page.locator("nav.bd-links a").all_text_contents()
    assert len(titles) > 20
    assert all(re.search("[A-Za-z]{3}", title) for title in titles)


def test_the_first_screen_has_no_word_that_is_not_explained(open_page):
    page = open_page("intro", width=1280, height=800)
    live(page, "latent-explorer")
    walker = """() => {
        const seen = [], walk = document.createTreeWalker(
            document.querySelector("article"), NodeFilter.SHOW_TEXT);
        for (let node; (node = walk.nextNode());) {
            const range = document.createRange();
            range.selectNodeContents(node);
            const { top, height } = range.getBoundingClientRect();
            if (height && top < innerHeight) seen.push(node.textContent);
        }
        return seen.join(" ");
    }"""
    page.evaluate("scrollTo(0, 0)")
    seen = page.evaluate(walker)
    assert "free interactive book" in seen
    for word in ("VAE", "autoencoder", "latent ", "encode", "sigma", "\N{GREEK SMALL LETTER SIGMA}",
                 "N(0", "z\N{SUBSCRIPT ONE}", "KL", "prior", "decode", "mass"):  # fmt: skip
        assert word not in seen.replace("Latent Space", ""), word
