"""How the built book is found: addresses, descriptions, previews, and the page of lost visitors."""

import re
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import book_web
import pytest
from bs4 import BeautifulSoup
from PIL import Image


@pytest.fixture(scope="module")
def address(project):
    """Give the address of the site, as GitHub Pages forms it of owner and name."""
    owner, name = project["urls"]["Repository"].removeprefix("https://github.com/").split("/")
    return f"https://{owner}.github.io/{name}/"


@pytest.fixture(scope="module")
def pages(site):
    """Give every page that the theme made, as parsed HTML, by its path in the site."""
    found = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts and path != site / "index.html"  # which leads on at once
    }
    return {path: BeautifulSoup(text, "html.parser") for path, text in found.items()}


def content(soup, **names):
    (tag,) = soup.find_all("meta", attrs=names)
    return tag["content"]


def test_every_page_says_where_it_stands_and_what_it_is(pages, address):
    described = {}
    for path, soup in pages.items():
        assert soup.find("link", rel="canonical")["href"] == address + path
        text = content(soup, name="description")
        assert 20 < len(text) <= 250, path
        assert text not in described or path in ("404.html", "genindex.html", "search.html"), path
        described[text] = path


def test_the_preview_of_a_link_has_title_description_and_picture(pages, site, address):
    for path, soup in pages.items():
        if path.startswith("book/"):
            assert content(soup, property="og:url") == address + path
            assert content(soup, property="og:site_name") == "Walking the Latent Space"
            title = content(soup, property="og:title")
            assert soup.find("h1").get_text(strip=True) in title  # which may have a number
            text = content(soup, name="description")
            assert content(soup, property="og:description") == text
            picture = content(soup, property="og:image").removeprefix(address)
            with Image.open(site / picture) as image:
                assert image.size == (1200, 630)


def test_the_sitemap_lists_every_page_of_the_book_and_robots_find_it(pages, site, address):
    sitemap = ElementTree.parse(site / "sitemap.xml")
    listed = {loc.text for loc in sitemap.iterfind(".//{*}loc")}
    assert listed == {address + path for path in pages if path.startswith("book/")}
    robots = (site / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {address}sitemap.xml" in robots
    assert "Disallow" not in robots


@pytest.mark.parametrize("given", ["https://example.org/books/latent", "https://example.org/"])
def test_a_book_for_another_address_has_it_everywhere(given, monkeypatch, project):
    monkeypatch.setenv("BOOK_ADDRESS", given)
    config = SimpleNamespace(
        html_theme_options={"repository_url": project["urls"]["Repository"]}, html_title=""
    )
    book_web.set_address(None, config)
    assert config.html_baseurl == config.ogp_site_url == given.rstrip("/") + "/"
    root = urlsplit(config.html_baseurl).path
    assert config.notfound_urls_prefix == root
    assert f'href="{root}book/intro.html"' in config.notfound_context["body"]


def test_page_not_found_works_at_any_depth(pages, site, address):
    soup, folder = pages["404.html"], urlsplit(address).path
    found = 0
    for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
        for element in soup.find_all(tag, **{attribute: True}):
            link = urljoin(f"{address}no/such/page.html", element[attribute])
            if link.startswith(address) and not link.startswith(f"{address}no/such/page.html#"):
                path = urlsplit(link).path.removeprefix(folder)
                assert (site / path).is_file(), element
                found += 1
    assert found > 20
    assert re.search("no page at this address", soup.find("article").get_text())
