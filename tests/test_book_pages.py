"""Every page of the built book, as readers have it: wide and narrow, light and dark.

A page is visited once in each of these four ways, and every question is put to that visit. In the
light it comes from a server, in the dark from disk. Guesses are answered at the beginning, and
what moves is moved at the end.
"""

import gzip
import re
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import CUT, hear, live, reader, unveil
from playwright.sync_api import expect
from test_book_guesses import answer, guesses, score, veiled
from thorough import thorough

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT).with_suffix("").as_posix(): path
    for path in sorted((*ROOT.glob("book/*"), *ROOT.glob("book/reference/*")))
    if path.suffix in (".md", ".ipynb")
}
PAGES = [*SOURCES, "404", "genindex", "search"]
WAYS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
SERVED, LAPTOP, _, PHONE = WAYS  # in these some pages are asked more: from a server, from disk

LIMIT = 1_500_000  # bytes
COMPRESSED = (".html", ".css", ".js", ".mjs", ".json", ".svg")  # by GitHub Pages

COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that another theme can break
PAUSE = 400  # milliseconds: the theme waits 300 before it looks for what scrolls

# Takes the colours from words of code where the same stood before, in a place of the same classes:
# to judge each word of a long chapter would take most of the time of all tests of pages.
MAKE_REPEATED_CODE_PLAIN = """() => {
    const place = e => e.matches("article, body") ? "" : place(e.parentElement) + "/" + e.className;
    const known = new Set();
    for (const pre of document.querySelectorAll("pre, dt.sig")) {
        const here = place(pre);
        for (const word of pre.querySelectorAll("span")) {
            const kind = here + " " + word.className;
            if (known.has(kind)) word.replaceWith(...word.childNodes);
            known.add(kind);
        }
        pre.normalize();
    }
}"""
# Marks one of all words that look alike on a ground that looks alike: there the colours are judged.
MARK_KINDS = """() => {
    const grounds = new WeakMap([[document.documentElement, ""]]);
    const ground = (e) => {
        if (!grounds.has(e)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(e);
            const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
            const under = ground(e.parentElement);
            grounds.set(e, under.endsWith(own) ? under : `${under}/${own}`);
        }
        return grounds.get(e);
    };
    const known = new Set();
    for (const e of document.querySelectorAll("body *")) {
        const words = [...e.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
        if (!words || !e.checkVisibility()) continue;
        const {color, fontSize, fontWeight, textDecoration} = getComputedStyle(e);
        const kind = [e.localName, color, fontSize, fontWeight, textDecoration, ground(e)].join();
        if (!known.has(kind)) e.dataset.kind = known.size;
        known.add(kind);
    }
}"""

# The formulas are there, with their fonts, and two frames for what begins when it is near.
DRAWN = """async () => {
    await globalThis.MathJax?.startup.promise;
    await document.fonts.ready;
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
}"""
WIDTH = "document.documentElement.scrollWidth"
PICTURES = """images => Promise.all(images.map(async image => {
    image.loading = "eager";
    return [image.src, await image.decode().then(() => image.naturalWidth, () => 0)];
}))"""


def name_of(way):
    return "{}-{}".format(*way)


# What is seen from a server, in the light, is left to CI.
ASKED = [pytest.param(way, marks=[thorough] * (way[1] == "light")) for way in WAYS]


@pytest.fixture(scope="session", params=ASKED, ids=name_of)
def way(request, browser):
    """Give a width, a theme, and a context of the browser in which pages are seen so."""
    width, theme = request.param
    with browser.new_context(**reader(width, theme)) as context:
        yield width, theme, context


@pytest.fixture(scope="module", params=PAGES)
def opened(request, way, site, server):
    """Open a page, and give it with what it did meanwhile."""
    (width, theme, context), name = way, request.param
    # The page for addresses that lead nowhere names its files from the root of a server.
    start = server if theme == "light" or name == "404" else site.as_uri()
    page = context.new_page()
    complaints, asked, waited_for, responses = [], [], set(), []
    hear(page, complaints)
    page.on("request", lambda request: (asked.append(request.url), waited_for.add(request)))
    for ends in ("requestfinished", "requestfailed"):
        page.on(ends, lambda request: waited_for.discard(request))
    page.on("response", lambda response: responses.append(response))
    page.goto(f"{start}/{name}.html")
    page.evaluate(DRAWN)
    while waited_for:
        page.wait_for_timeout(20)
    weights = [(weigh(response), response.url) for response in responses]  # before any scrolling
    widths = [page.evaluate(WIDTH)]
    yield SimpleNamespace(
        name=name, width=width, theme=theme, page=page, complaints=complaints, weights=weights,
        widths=widths, asked=asked, start=start,
    )  # fmt: skip
    page.close()


@pytest.fixture(scope="module")
def visit(opened):
    """Bring all that is on an opened page to work."""
    for kind in ("latent-explorer", "live-filling"):
        live(opened.page, kind)
    pictures = opened.page.locator("article img").evaluate_all(PICTURES)
    opened.missing = [source for source, shown in pictures if not shown]
    opened.widths.append(opened.page.evaluate(WIDTH))
    return opened


def weigh(response):
    """Count the bytes of an answer as they come over the wire from GitHub Pages."""
    address = urlsplit(response.url)
    if address.scheme != "http":
        return 0
    body = response.body()
    if PurePosixPath(address.path).suffix in COMPRESSED:
        body = gzip.compress(body)
    return len(body)


def pages_with(part):
    """Give the pages of the notebooks whose stored outputs hold such an element."""
    holds = f'class=\\"{part}\\"'
    return [name for name, path in SOURCES.items() if holds in path.read_text(encoding="utf-8")]


def visits(names, *ways):
    """Let a test be asked of some pages only, seen in some of the four ways."""
    of_pages = pytest.mark.parametrize("opened", names, indirect=True)
    of_ways = pytest.mark.parametrize("way", ways, indirect=True, ids=name_of)
    return lambda test: of_pages(of_ways(test))


@pytest.fixture
def fresh_page(opened):
    """Give a page as it opens to a test that uses it, and hear what it complains about then."""
    before = len(opened.complaints)
    yield opened.page
    assert opened.complaints[before:] == []


@pytest.fixture
def page(visit, fresh_page):
    """Give a page on which everything works to a test that uses it."""
    return fresh_page


def test_every_page_of_the_site_is_visited(site):
    built = {path for path in site.rglob("*.html") if "_static" not in path.parts}
    visited = {site / f"{name}.html" for name in PAGES}
    assert built - {site / "index.html"} == visited  # the first page only leads to the next


# Gives each answer of a guess in turn, and tells what is said and shown before and after: one
# script a guess, since a hand would take minutes. Real presses: test_book_guesses.py.
ANSWER = """guess => {
    const veil = document.querySelector(`.veil[data-veil="${guess.dataset.guess}"]`);
    const button = (name) => [...guess.querySelectorAll("button")]
        .find((each) => each.checkVisibility() && each.textContent.trim() === name);
    const state = () => ({
        veiled: veil.hidden === "until-found",
        shown: getComputedStyle(veil).contentVisibility !== "hidden",
        read: veil.querySelector("p").checkVisibility({contentVisibilityAuto: true}),
        said: guess.querySelector("[role=status]").textContent,
    });
    return [...guess.querySelectorAll("input[type=radio]")].map((radio) => {
        const before = state();
        radio.click();
        button("This is my guess").click();
        const after = state();
        button("Guess again").click();
        return [before, after, state()];
    });
}"""


@visits(pages_with("guess"), LAPTOP)
def test_every_answer_says_its_sentence_and_lifts_the_veil_and_only_one_is_right(fresh_page):
    veiled = {"veiled": True, "shown": False, "read": False, "said": ""}
    for guess in guesses(fresh_page):
        told = guess.el.evaluate(ANSWER)
        assert len(told) == len(guess.answers)
        for i, (before, after, again) in enumerate(told):
            said = after.pop("said")
            assert before == again == veiled
            assert after == {"veiled": False, "shown": True, "read": True}
            assert guess.answers[i][1] in said
            assert guess.answers[guess.right][1] in said
            assert said.startswith("Right." if i == guess.right else "Not so.")


def test_a_page_and_its_figures_open_without_a_complaint(visit):
    assert visit.complaints == []


def test_a_page_asks_nobody_else(visit):
    assert [url for url in visit.asked if not url.startswith((visit.start, "data:"))] == []


def test_no_page_weighs_more_than_a_phone_should_load(visit):
    assert sum(weight for weight, _ in visit.weights) <= LIMIT, sorted(visit.weights)[-5:]


def test_a_page_does_not_scroll_sideways(visit):
    assert max(visit.widths) <= visit.width


def test_no_source_or_formula_is_cut_off_and_no_table_on_a_laptop(visit):
    parts = ".cell_output div.highlight pre, div.math"
    if visit.width > 1000:  # on a phone a wide table scrolls
        parts += ", article div.output"
    assert visit.page.locator(parts).evaluate_all(CUT) == []


# How much smaller than on paper, at 96 pixels an inch, each figure shows its words of 10 pt.
WORDS = """boxes => boxes.filter(box => box.checkVisibility()).map(box => {
    const shown = box.querySelector(box.matches(".wrapped") ? ".pieces img" : ":scope > img");
    const least = parseFloat(box.style.getPropertyValue("--least"));
    return [shown.getBoundingClientRect().width / least, shown.src];
})"""


def test_the_words_of_a_figure_have_10_points(visit):
    shown = visit.page.locator("article .drawn").evaluate_all(WORDS)
    assert [source for share, source in shown if share < 0.99] == []


def test_what_goes_on_sideways_says_so_and_is_reached_by_the_keyboard(visit):
    silent = """all => all.filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
        .filter(e => e.tabIndex !== 0 || !e.ariaLabel || !e.parentElement.querySelector(
            ":scope > .sideways:not([hidden]), :scope > .figure-tools > .sideways:not([hidden])"))
        .map(e => e.outerHTML.slice(0, 200))"""
    boxes = visit.page.locator("article :is(.drawn, .pst-scrollable-table-container)")
    assert boxes.evaluate_all(silent) == []


# The heads whose mark, which is hidden, makes them one line higher than their words.
EMPTY_LINES = """heads => heads.filter(head => {
    const mark = head.querySelector("a.headerlink");
    if (!mark || !head.checkVisibility()) return false;
    const before = head.offsetHeight;
    mark.style.display = "none";
    const higher = before > head.offsetHeight + 1;
    mark.style.removeProperty("display");
    return higher;
}).map(head => head.textContent)"""


def test_a_heading_is_as_high_as_its_words(visit):
    assert visit.page.locator("article :is(h1, h2, h3, h4)").evaluate_all(EMPTY_LINES) == []


# A formula and the mark behind it stand in one line.
TORN = """all => all.filter(each => {
    const [first, last] = [...each.getClientRects()].sort((a, b) => a.bottom - b.bottom);
    return last && last.top > first.bottom;
}).map(each => each.textContent)"""


def test_no_line_begins_with_the_mark_behind_a_formula(visit):
    assert visit.page.locator("article .together").evaluate_all(TORN) == []


# Also in a solution, which is opened for a moment.
CODE_CUT = """codes => {
    const folded = [...document.querySelectorAll(".toggle-hidden")];
    for (const each of folded) each.classList.remove("toggle-hidden");
    const cut = codes.filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth);
    for (const each of folded) each.classList.add("toggle-hidden");
    return cut.map(each => each.textContent.slice(0, 80));
}"""


def test_every_line_of_a_cell_and_every_table_is_seen_on_a_laptop(visit):
    if visit.width > 1000:
        parts = visit.page.locator(".cell_input pre, .cell_output .text_html:has(> table)")
        assert parts.evaluate_all(CODE_CUT) == []


def test_in_the_dark_no_table_lies_on_a_light_card(visit):
    cards = visit.page.locator(".cell_output .text_html:has(> table)")
    grounds = cards.evaluate_all("all => all.map(e => getComputedStyle(e).backgroundColor)")
    assert set(grounds) <= {"rgba(0, 0, 0, 0)"}


def test_a_cell_that_shows_nothing_takes_no_room(visit):
    empty = visit.page.locator("article div.cell:not(:has(*))")
    assert empty.evaluate_all("all => all.every(e => getComputedStyle(e).display === 'none')")


def test_in_the_dark_what_is_drawn_lies_on_white_or_on_the_page_and_not_on_grey(visit):
    dim = """all => all.filter(e => getComputedStyle(e).filter !== "none")
        .map(e => e.outerHTML.slice(0, 80))"""
    assert visit.page.locator("article :is(img, canvas)").evaluate_all(dim) == []


def test_a_page_has_the_theme_of_its_reader(visit):
    assert visit.page.evaluate("document.documentElement.dataset.theme") == visit.theme


def test_pictures_are_there(visit):
    assert visit.missing == []


def test_a_page_shows_its_mathematics(visit):
    formulas, drawn = (visit.page.locator(each) for each in (".math", "mjx-container"))
    source = SOURCES.get(visit.name)
    if source and re.search(r"\$[^$ \n][^$\n]*\$", source.read_text(encoding="utf-8")):
        assert formulas.count() > 0
    assert formulas.filter(has_not=drawn).all_text_contents() == []
    assert drawn.count() == formulas.count()
    assert visit.page.locator("mjx-merror").all_text_contents() == []
    # Of what TeX knows and MathJax does not, its source would be shown.
    assert [words for words in drawn.all_text_contents() if "\\" in words] == []


def test_a_formula_that_is_too_wide_shows_its_beginning(visit):
    cut_off = """formulas => formulas
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().left < 0)
        .map(each => each.closest(".math").outerHTML.slice(0, 500))"""
    assert visit.page.locator("div.math mjx-math").evaluate_all(cut_off) == []


def test_no_page_breaks_a_rule_of_accessibility(visit):
    # Style sheets are what axe would ask for once more, for a rule that is only on trial.
    options = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    if visit.width < 500:
        options["rules"] = {rule: {"enabled": False} for rule in COLOURS}
    elif visit.theme == "dark":
        options["runOnly"] = COLOURS
    if "runOnly" not in options:
        visit.page.wait_for_timeout(PAUSE)
    visit.page.evaluate(MAKE_REPEATED_CODE_PLAIN)
    # What MathJax draws is thousands of elements that are hidden from readers of the screen, in
    # the colour of the text; what these are given instead, MathML, stays and is judged.
    visit.page.evaluate("document.querySelectorAll('mjx-math').forEach(each => each.remove())")
    if "runOnly" in options:
        visit.page.evaluate(MARK_KINDS)
    results = Axe().run(visit.page, "[data-kind]" if "runOnly" in options else None, options)
    assert [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}: {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ] == []


# What moves there, and what is open


def test_the_pages_with_sliders_are_found():
    assert "book/01-an-autoencoder-in-twenty-lines" in pages_with("latent-sliders")
    assert "book/04-removing-noise" in pages_with("frame-slider")


def picture(figure):
    return figure.locator("canvas").first.evaluate("c => c.toDataURL()")


def press(slider, key):
    slider.press(key)
    slider.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


@visits(pages_with("latent-sliders"), LAPTOP, PHONE)
def test_every_latent_slider_draws_over_its_whole_range(page):
    for figure in live(page, "latent-sliders"):
        sliders = figure.get_by_role("slider").all()
        assert len(sliders) >= 2
        for slider in sliders:
            press(slider, "Home")
            seen = [picture(figure)]
            for _ in range(10):
                press(slider, "PageUp")
                seen.append(picture(figure))
            assert len(set(seen)) == len(seen)
            press(slider, "End")
            assert slider.evaluate("s => s.value === s.max")


@visits(["book/01-an-autoencoder-in-twenty-lines"], PHONE)
def test_a_finger_moves_a_slider(page):
    (figure,) = live(page, "latent-sliders")
    slider = figure.get_by_role("slider").first
    press(slider, "Home")
    before = picture(figure)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box["height"] >= 24
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert picture(figure) != before


def frames(figure):
    """Move a slider over frames from end to end: what it calls each, its picture, its words."""
    slider, caption = figure.get_by_role("slider"), figure.locator(".frame-caption")
    press(slider, "Home")
    seen = []
    for _ in range(int(slider.get_attribute("max")) + 1):
        words = caption.text_content() if caption.count() else ""
        seen.append((slider.get_attribute("aria-valuetext"), picture(figure), words))
        press(slider, "ArrowRight")
    assert slider.evaluate("s => s.value === s.max")
    return list(zip(*seen, strict=True))


@visits(pages_with("frame-slider"), LAPTOP, PHONE)
def test_every_slider_over_frames_shows_each_of_them(page):
    for figure in live(page, "frame-slider"):
        values, pictures, words = frames(figure)
        shown = set(zip(pictures, words, strict=True))  # a picture may stay if its caption moves on
        assert len(set(values)) == len(shown) == len(values) > 2
        assert len(set(pictures)) > len(values) / 2
        assert len(set(words)) in (1, len(values))  # no caption at all, or one of its own for each


@visits(["book/04-removing-noise"], LAPTOP)
def test_the_slider_of_chapter_4_names_the_noise_and_the_gain(page):
    (figure,) = live(page, "frame-slider")
    values, _, words = frames(figure)
    assert values == tuple(f"{i / 20:.2f}" for i in range(21))
    assert words[0].startswith("No noise")
    assert all("the network" in each.lower() and "dB" in each for each in words)


@visits(pages_with("live-filling"), LAPTOP, PHONE)
def test_a_picture_is_covered_and_completed(page):
    for figure in live(page, "live-filling"):
        slider, shares = figure.get_by_role("slider"), figure.locator(".filling-shares")
        visible = figure.locator(".filling-card canvas").nth(1)
        seen = set()
        for key in ("Home", *["PageUp"] * 8, "End"):
            press(slider, key)
            seen.add(visible.evaluate("c => c.toDataURL()"))
        assert len(seen) == 10
        expect(shares).to_contain_text("Nothing of the digit is seen: ")
        figure.get_by_role("button", name="seven").click()
        press(slider, "Home")
        expect(shares).to_contain_text(re.compile("as far as can be seen: .*7"))


OPEN_CODE = """() => {
    const height = (e) => e.getBoundingClientRect().height;
    const code = [...document.querySelectorAll("article .cell_input")];
    const open = code.filter((e) => e.checkVisibility()).map(height);
    return open.reduce((a, b) => a + b, 0) / height(document.querySelector("article"));
}"""


@visits(pages_with("guess"), LAPTOP)
def test_at_most_a_fifth_of_a_page_is_open_code(page):
    unveil(page)
    assert page.evaluate(OPEN_CODE) <= 0.2


@visits(pages_with("guess"), SERVED)
def test_a_score_is_counted_and_kept_when_the_page_is_opened_again(page):
    # Not from disk: there Chromium now and then begins a storage anew, also for a page read again.
    asked = guesses(page)
    n = len(asked)
    wait = "waits" if n == 1 else "wait"
    assert score(page) == f"You guessed 0 of {n} right; {n} still {wait} for your guess."
    for guess in asked:
        answer(guess, guess.right)
    assert score(page) == f"You guessed {n} of {n} right."
    asked[0].el.get_by_role("button", name="Guess again").click()
    asked[0].el.get_by_role("button", name="Just show me").click()
    expect(asked[0].said).to_contain_text(f"Measured: {asked[0].answers[asked[0].right][0]}.")
    page.reload()
    assert score(page) == f"You guessed {n - 1} of {n} right; you skipped 1."
    assert not any(map(veiled, guesses(page)))


# The policy


@pytest.mark.parametrize("scheme", ["file", "http"])
@pytest.mark.parametrize(
    ("kind", "directive"),
    [
        ("Object.assign(new Image(), {src: address})", "img-src"),
        ("Object.assign(document.createElement('script'), {src: address})", "script-src-elem"),
        ("Object.assign(document.createElement('iframe'), {src: address})", "frame-src"),
        ("fetch(address).catch(() => 'a text')", "connect-src"),
    ],
)
def test_the_policy_of_a_page_keeps_strangers_out(scheme, kind, directive, site, browser):
    context = browser.new_context()
    # It is the page's own policy that is tried here: nobody else sends it.
    if scheme == "http":
        context.route("http://book.example/**", lambda route: serve(route, site))
    page = context.new_page()
    start = site.as_uri() if scheme == "file" else "http://book.example"
    page.goto(f"{start}/book/references.html")
    found = page.evaluate(
        f"""async address => {{
            const refused = new Promise(done => {{
                addEventListener("securitypolicyviolation",
                    event => done([event.disposition, event.effectiveDirective]));
                setTimeout(done, 5000, "nothing was refused");
            }});
            document.body.append(await ({kind}));
            return refused;
        }}""",
        "https://elsewhere.example/file",
    )
    assert found == ["enforce", directive]
    context.close()


def serve(route, site):
    route.fulfill(path=site / urlsplit(route.request.url).path.lstrip("/"))
