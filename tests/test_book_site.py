"""The built book as a set of files: whole, linked, and asking nobody for anything."""

import base64
import hashlib
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from book_pages import POLICY
from bs4 import BeautifulSoup
from PIL import Image

from companion.page.page_layers import all_weights
from companion.zoo.pages import page_model
from companion.zoo.recipes import EXPLORERS

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def pages(site):
    """Give every page of the built book as parsed HTML, by its path."""
    return {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts
    }


def links(soup):
    for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
        for element in soup.find_all(tag, **{attribute: True}):
            yield element, element[attribute]


def test_every_page_of_the_contents_is_built(pages, site):
    built = {path.relative_to(site).as_posix() for path in pages}
    assert {"index.html", "book/intro.html", "book/notation.html"} <= built
    assert "book/01-an-autoencoder-in-twenty-lines.html" in built


def test_every_internal_link_leads_somewhere(pages):
    places = {path: {each["id"] for each in soup.find_all(id=True)} for path, soup in pages.items()}
    for path, soup in pages.items():
        if path.name == "404.html":  # whose links hold from any depth: test_book_web.py
            continue
        for _, link in links(soup):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name} links to {link}"
            if parts.fragment and target in pages:
                place = unquote(parts.fragment)
                assert place in places[target], f"{path.name} links to {link}: no such place"


def test_questions_say_which_policy_a_server_may_send(pages, site):
    article = pages[site / "book" / "questions.html"].find("article")
    assert POLICY in " ".join(article.get_text().split())


@pytest.mark.parametrize("served", [False, True])
def test_the_search_finds_pages_from_disk_and_their_lines_too_from_a_server(
    served, site, server, browser
):
    """As the questions say; a browser lets no page from disk read another one."""
    page = browser.new_page()
    page.goto(f"{server if served else site.as_uri()}/search.html?q=entropy")
    page.wait_for_selector("#search-results li a")
    page.wait_for_timeout(1000)
    assert page.locator("#search-results li").count() > 5
    assert (page.locator("#search-results .context").count() > 5) == served
    page.close()


def test_a_page_loads_nothing_from_elsewhere(pages):
    for path, soup in pages.items():
        for element, link in links(soup):
            fetched = element.name != "a" and element.get("rel") not in (["canonical"], ["next"])
            assert not (fetched and urlsplit(link).netloc), f"{path.name} loads {link}"
        for style in re.findall(r"url\(([^)]+)\)", str(soup)):
            assert not urlsplit(style.strip("'\"")).netloc, f"{path.name} loads {style}"


def test_every_picture_is_described(pages):
    for path, soup in pages.items():
        for image in soup.select("article img"):
            assert len(image.get("alt", "")) > 20, f"{path.name}: {str(image)[:120]}"


def test_every_page_has_one_title_and_says_its_language(pages):
    for path, soup in pages.items():
        if soup.find("article"):
            assert len(soup.select("article h1")) == 1, path.name
            assert soup.html.get("lang") == "en", path.name


def test_every_number_that_the_prose_borrows_is_there(pages):
    for path, soup in pages.items():
        if article := soup.find("article"):
            assert not re.search(r"glue:|\{\{", article.get_text()), path.name


def test_settings_come_from_pyproject(pages, site, project):
    intro = pages[site / "book" / "intro.html"]
    repository = project["urls"]["Repository"]
    assert f"git clone {repository}" in intro.get_text()
    assert intro.find("a", href=repository)
    assert project["authors"][0]["name"] in intro.select_one("footer.bd-footer-content").text


def test_no_script_is_injected_that_only_mathjax_should_load(site):
    assert not list((site / "_static").rglob("*tex-chtml*"))
    assert (site / "vendor" / "mathjax" / "tex-chtml.js").is_file()


def test_the_files_of_every_explorer_hold_the_weights_of_the_zoo(pages, site):
    found = set()
    for path, soup in pages.items():
        for figure in soup.select("figure.latent-explorer"):
            for model in json.loads(figure.find("script", type="application/json").string)[
                "models"
            ]:
                for part in ("encoder", "decoder"):
                    file = (path.parent / model[part]["file"]).resolve()
                    digest, data = re.fullmatch(
                        r'latentExplorerPart\("(\w{16})", "([^"]+)"\);\n',
                        file.read_text(encoding="utf-8"),
                    ).groups()
                    assert digest == model[part]["digest"]
                    stack = getattr(page_model(EXPLORERS[file.parent.name][model["name"]]), part)
                    weights = np.frombuffer(base64.b64decode(data), "<f2")
                    np.testing.assert_array_equal(weights, all_weights(stack))
            found.add(path.stem)
    assert "intro" in found
    assert not list((site / "_static" / "explorer").rglob("*.js"))  # each would be in every page


def test_every_picture_has_its_place_before_it_comes(pages):
    for path, soup in pages.items():
        for image in soup.select('article img[src*="_images/"][src$=".png"]'):
            with Image.open((path.parent / image["src"]).resolve()) as picture:
                assert [image.get("width"), image.get("height")] == list(map(str, picture.size))
            assert image.get("loading") == "lazy", f"{path.name}: {image}"


def test_pictures_are_made_smaller_without_losing_a_pixel(site):
    before = after = 0
    for notebook in BOOK.glob("*.ipynb"):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if "image/png" not in output.get("data", {}):
                    continue
                data = base64.b64decode("".join(output["data"]["image/png"]))
                built = site / "_images" / f"{hashlib.sha256(data).hexdigest()}.png"
                if not built.is_file():  # a picture that a slider shows instead
                    continue
                with Image.open(io.BytesIO(data)) as stored, Image.open(built) as picture:
                    pixels = picture.convert("RGBA").tobytes()
                    assert stored.convert("RGBA").tobytes() == pixels, notebook.name
                before += len(data)
                after += built.stat().st_size
    assert 0 < after < 0.8 * before
