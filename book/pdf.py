"""Print the built book into one PDF: its pages by Chromium, in the order of the contents.

    python book/pdf.py _build/html _build/FILE.pdf     make pdf

Formulas are typeset, solutions unfolded, sliders and explorers replaced by their still pictures.
Links from page to page stay inside the file, and each page and heading has a bookmark.
"""

import argparse
import io
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from chromium import MISSING, find_chromium
from notebooks import PYPROJECT

ROOT = Path(__file__).parents[1]
PAPER = {"format": "A4", "margin": dict.fromkeys(("top", "right", "bottom", "left"), "18mm")}
SCALE = 0.8  # 79 columns of code fit into a line
READY = """async () => {
  for (const solution of document.querySelectorAll(".toggle-hidden"))
    solution.classList.remove("toggle-hidden");
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const veil of document.querySelectorAll(".veil")) veil.hidden = false;
  await window.MathJax?.startup?.promise;
  const pictures = [...document.querySelectorAll("article img")];
  await Promise.all(pictures.map((picture) => ((picture.loading = "eager"), picture.decode())));
}"""


def pages(toc):
    """Give the pages of a table of contents, in its order."""
    found = [toc[key] for key in ("root", "file") if key in toc]
    for key in ("parts", "chapters", "sections"):
        for each in toc.get(key, []):
            found += pages(each)
    return found


def print_page(browser, file):
    """Print a built page as PDF bytes; return them with the texts of its headings."""
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate(READY)
    page.emulate_media(media="print", color_scheme="light")
    printed = page.pdf(**PAPER, scale=SCALE, print_background=True, outline=True, tagged=True)
    headings = page.locator(":is(h1, h2, h3, h4, h5, h6):visible").all_inner_texts()
    context.close()
    return printed, [heading.rstrip("#") for heading in headings]


def print_numbers(browser, count):
    """Print pages that are empty but for their numbers, 1 to `count`."""
    page = browser.new_page()
    page.set_content("".join('<p style="break-after: page">&nbsp;</p>' for _ in range(count)))
    footer = '<p style="font-size: 9px; width: 100%; text-align: center" class="pageNumber"></p>'
    numbers = page.pdf(
        **PAPER, display_header_footer=True, header_template="<p></p>", footer_template=footer
    )
    page.close()
    return PdfReader(io.BytesIO(numbers)).pages


def append(writer, printed, headings):
    """Add a printed page of the book, and a bookmark for each of its headings."""
    reader, start, parents = PdfReader(io.BytesIO(printed)), len(writer.pages), []
    writer.append(reader, import_outline=False)

    def bookmarks(outline, level=0):
        for each in outline:
            if isinstance(each, list):
                yield from bookmarks(each, level + 1)
            else:
                yield level, start + reader.get_destination_page_number(each)

    # Chromium has the places right, but repeats the text of a heading that moved to a new page.
    for heading, (level, number) in zip(headings, bookmarks(reader.outline), strict=True):
        parent = parents[level - 1] if level else None
        parents[level:] = [
            writer.add_outline_item(title=heading, page_number=number, parent=parent)
        ]


def keep_links_inside(writer, starts):
    """Let links to files that were printed lead to their first pages: {address: page number}.

    Links to other files of this machine, which no reader has, lead nowhere.
    """
    for page in writer.pages:
        for link in page.get("/Annots", []):
            link = link.get_object()
            address = link.get("/A", {}).get("/URI", "").split("#")[0]
            if address.startswith("file:"):
                del link[NameObject("/A")]
            if address in starts:
                target = writer.pages[starts[address]].indirect_reference
                link[NameObject("/Dest")] = ArrayObject([target, NameObject("/Fit")])


def print_book(browser, site, names, output):
    """Print pages of the built book into one file, by a browser of playwright."""
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    writer, starts = PdfWriter(), {}
    for name in names:
        file = (site / f"{name}.html").resolve()
        starts[file.as_uri()] = len(writer.pages)
        append(writer, *print_page(browser, file))
    # Chromium counts each printed page from 1: numbers are laid over them at the end.
    numbers = print_numbers(browser, len(writer.pages))
    for page, number in zip(writer.pages, numbers, strict=True):
        page.merge_page(number)
    keep_links_inside(writer, starts)
    writer.add_metadata({"/Title": title, "/Author": PYPROJECT["project"]["authors"][0]["name"]})
    writer.compress_identical_objects()
    writer.write(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder of the built book")
    parser.add_argument("output", type=Path, help="the file to write")
    arguments = parser.parse_args()
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    path = find_chromium()
    if path is None:
        raise SystemExit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        print_book(browser, arguments.site, pages(toc), arguments.output)
        browser.close()


if __name__ == "__main__":
    main()
