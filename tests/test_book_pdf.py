"""The printed book: whole pages, in order, with bookmarks, numbers and links that stay inside."""

import pytest
import yaml
from pdf import ROOT, pages, print_book
from pypdf import PdfReader

NAMES = ["book/01-an-autoencoder-in-twenty-lines", "book/notation"]


@pytest.fixture(scope="module")
def printed(browser, site, tmp_path_factory):
    """Print two pages of the book, and read the file."""
    output = tmp_path_factory.mktemp("pdf") / "book.pdf"
    print_book(browser, site, NAMES, output)
    return PdfReader(output)


def first_level(reader):
    return [each for each in reader.outline if not isinstance(each, list)]


def test_the_contents_are_printed_in_their_order():
    toc = pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    assert toc[:2] == ["book/intro", NAMES[0]]
    assert {f"book/{path.stem}" for path in (ROOT / "book").glob("*.ipynb")} <= set(toc)
    assert len(toc) == len(set(toc))


def test_each_page_of_the_book_has_a_bookmark_where_it_begins(printed):
    titles = ["An autoencoder in twenty lines", "Notation and vocabulary"]
    assert [each.title for each in first_level(printed)] == titles
    for each in first_level(printed):
        page = printed.pages[printed.get_destination_page_number(each)]
        assert each.title in " ".join(page.extract_text().split())


def test_pages_are_numbered_through(printed):
    for number, page in enumerate(printed.pages, start=1):
        assert page.extract_text().split()[-1] == str(number)
        assert page.mediabox.width < page.mediabox.height


def test_solutions_and_pictures_are_on_paper_and_no_code_is_cut(printed):
    text = "\n".join(page.extract_text() for page in printed.pages)
    assert "eight = train_briefly(train, latent_dim=8)" in text
    assert "from companion import callbacks, data, losses, metrics, networks, plots" in text
    assert "In each row one latent dimension moves" in text  # the film strip, not its sliders
    assert "Random" not in text
    assert sum(len(page.images) for page in printed.pages) >= 7


def test_links_lead_into_the_file_or_to_the_web(printed):
    inside = 0
    for page in printed.pages:
        for link in page.get("/Annots", []):
            action = link.get_object().get("/A", {})
            assert not action.get("/URI", "https:").startswith("file:")
            inside += "/Dest" in link.get_object()
    assert inside > 5
