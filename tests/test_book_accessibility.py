"""Every page of the built book, judged by axe-core: the rules that a machine can check."""

from axe_playwright_python.sync_playwright import Axe
from browser import live, pages_of

COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that another theme can break
PAUSE = 400  # milliseconds: the theme waits 300 before it looks for what scrolls


def test_no_page_breaks_a_rule_of_accessibility(site, server, browser):
    found = []
    for path in pages_of(site):
        with browser.new_context(
            viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce"
        ) as context:
            page = context.new_page()
            page.goto(f"{server}/{path.relative_to(site).as_posix()}")
            live(page, "latent-explorer")
            page.wait_for_function("!window.MathJax || MathJax.startup.promise.then(() => true)")
            page.wait_for_timeout(PAUSE)
            found += violations(page, f"{path.name}, light")
            page.evaluate("document.documentElement.dataset.theme = 'dark'")
            found += violations(page, f"{path.name}, dark", runOnly=COLOURS)
            page.set_viewport_size({"width": 390, "height": 800})
            page.wait_for_timeout(PAUSE)
            without_colours = {rule: {"enabled": False} for rule in COLOURS}
            found += violations(page, f"{path.name}, narrow", rules=without_colours)
    assert found == []


def violations(page, where, **options):
    # What MathJax draws is thousands of elements that are hidden from readers of the screen, in
    # the colour of the text; what these are given instead, MathML, is judged.
    results = Axe().run(
        page,
        context={"exclude": [["mjx-math"]]},
        options={"resultTypes": ["violations"], **options},
    )
    return [
        f"{where}: {rule['id']} ({rule['impact']}): {node['html'][:200]}: {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ]
