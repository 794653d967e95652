"""What the pages of the built book ask for in a browser: how much, and from whom."""

import gzip
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from browser import live, pages_of

LIMIT = 1_500_000  # bytes
COMPRESSED = (".html", ".css", ".js", ".mjs", ".json", ".svg")  # by GitHub Pages


@pytest.fixture(scope="module")
def visits(site, server, browser):
    addresses = [path.relative_to(site).as_posix() for path in pages_of(site)]
    return {address: visit(f"{server}/{address}", server, browser) for address in addresses}


def visit(url, server, browser):
    """Open a page, then bring all its figures to work.

    Gives what it weighs before anybody scrolls, the addresses it asked for, and its complaints.
    """
    responses, asked, complaints = [], [], []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.route(lambda url: not url.startswith(server), lambda route: route.abort())
        page = context.new_page()
        page.on("response", lambda response: responses.append(response))
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.goto(url, wait_until="networkidle")
        weight = sum(map(weigh, responses))
        live(page, "latent-explorer")
    return weight, asked, complaints


def weigh(response):
    """Count the bytes of an answer as they come over the wire from GitHub Pages."""
    address = urlsplit(response.url)
    if address.scheme == "data":
        return 0
    body = response.body()
    if PurePosixPath(address.path).suffix in COMPRESSED:
        body = gzip.compress(body)
    return len(body)


def test_no_page_weighs_more_than_a_phone_should_load(visits):
    print("\n".join(f"{weight:9,} {page}" for page, (weight, *_) in visits.items()))
    assert {page: weight for page, (weight, *_) in visits.items() if weight > LIMIT} == {}


def test_a_page_asks_no_other_server(visits, server):
    for page, (_, asked, _) in visits.items():
        elsewhere = [url for url in asked if not url.startswith((server, "data:"))]
        assert elsewhere == [], page


def test_a_page_and_its_figures_keep_to_the_policy(visits):
    assert {page: said for page, (_, _, said) in visits.items() if said} == {}


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
