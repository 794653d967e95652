"""Judge the built book by Lighthouse: `make lighthouse`.

A page of each kind is opened as a phone and as a desktop. Accessibility, best practices and
search engine optimisation must reach 95 of 100. With `--speed` the performance is shown too;
nothing is asked of it, because it depends on the machine.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from browser import serving
from chromium import MISSING, find_chromium

ROOT = Path(__file__).parents[1]

LEAST = 95
ASKED = ["accessibility", "best-practices", "seo"]
PAGES = [
    "book/intro.html",
    "book/09-your-first-vae.html",  # the most pictures and formulas
    "book/10-a-walk-in-latent-space.html",  # explorers
    "book/notation.html",
    "book/zoo.html",
    "book/references.html",
    "search.html",
]


def judge(url, preset, categories, chromium):
    """Run Lighthouse on a page; give the scores, and what costs points in those asked for."""
    command = [ROOT / "node_modules" / ".bin" / "lighthouse", url, "--quiet", "--output=json"]
    options = [
        f"--only-categories={','.join(categories)}",
        "--chrome-flags=--headless=new --no-sandbox",
        "--no-enable-error-reporting",
        *(["--preset=desktop"] if preset == "desktop" else []),
    ]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        env=os.environ | {"CHROME_PATH": chromium},
    )
    if done.returncode:
        sys.exit(f"Lighthouse cannot judge {url}:\n{done.stderr}")
    report = json.loads(done.stdout)
    scores = {name: round(100 * report["categories"][name]["score"]) for name in categories}
    lost = [
        f"{name}: {report['audits'][audit['id']]['title']}"
        for name in ASKED
        for audit in report["categories"][name]["auditRefs"]
        if audit["weight"] and report["audits"][audit["id"]]["score"] not in (1, None)
    ]
    return scores, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="folder of the built book")
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--speed", action="store_true", help="show the performance too")
    arguments = parser.parse_args()
    if not (ROOT / "node_modules" / ".bin" / "lighthouse").exists():
        sys.exit("Lighthouse is not installed. With Node.js 22.12 or newer: npm ci")
    if (chromium := find_chromium()) is None:
        sys.exit(MISSING)
    categories = ASKED + ["performance"] * arguments.speed
    print(f"{'':44}" + "".join(f"{name:>16}" for name in categories))
    worst = 100
    with serving(arguments.site) as address:
        for page in arguments.pages:
            for preset in ("mobile", "desktop"):
                scores, lost = judge(f"{address}/{page}", preset, categories, chromium)
                row = "".join(f"{scores[name]:>16}" for name in categories)
                print(f"{page:36}{preset:8}{row}", flush=True)
                print(*(f"    {each}" for each in lost), sep="\n", end="\n" * bool(lost))
                worst = min(worst, *(scores[name] for name in ASKED))
    if worst < LEAST:
        sys.exit(f"A score must be at least {LEAST}. Received: {worst}")


if __name__ == "__main__":
    main()
