"""Sphinx extension of the book: its settings, and MathJax without a network.

Author, repository, version and what the launch buttons open are read from
`pyproject.toml`, where they are set once. MathJax comes from the wheel
sphinx-mathjax-offline: only the one script and the files it may ask for are
copied, beside `_static` because Jupyter Book loads every script *in* it on
every page.
"""

import importlib.util
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from book_pages import POLICY
from sphinx.util.fileutil import copy_asset

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book"))  # what other extensions share with the scripts that stand there
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
REPOSITORY = PROJECT["urls"]["Repository"]
LAUNCH_REF = PYPROJECT["tool"]["book"]["launch-ref"]
BINDER, COLAB = "https://mybinder.org", "https://colab.research.google.com"
FIRST_CHAPTER = "book/01-an-autoencoder-in-twenty-lines.ipynb"
MATHJAX_FILES = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")


def launch_urls(notebook=FIRST_CHAPTER):
    """Give the addresses that open a notebook on Binder and on Colab, as the theme writes them."""
    name = urlsplit(REPOSITORY).path.strip("/")
    return {
        "binder": f"{BINDER}/v2/gh/{name}/{LAUNCH_REF}?urlpath=lab/tree/{notebook}",
        "colab": f"{COLAB}/github/{name}/blob/{LAUNCH_REF}/{notebook}",
    }


def read_project(app, config):
    """Set author, version, repository and launch buttons from `pyproject.toml`."""
    config.author = ", ".join(author["name"] for author in PROJECT["authors"])
    config.copyright = config.author
    config.version = config.release = PROJECT["version"]
    config.html_theme_options |= {
        "repository_url": REPOSITORY,
        "repository_branch": LAUNCH_REF,
        "launch_buttons": {
            "binderhub_url": BINDER,
            "colab_url": COLAB,
            "notebook_interface": "jupyterlab",
        },
        "use_repository_button": True,
        "use_issues_button": True,
        "navbar_persistent": [],  # the side bar has the search already
    }


def fill_in_addresses(app, docname, source):
    """Replace {{ repository }} and the like, also inside code blocks, where MyST would not."""
    addresses = {
        "repository": REPOSITORY,
        "repository_folder": REPOSITORY.rsplit("/", 1)[-1],
        "policy": POLICY,
        **launch_urls(),
    }
    for name, address in addresses.items():
        source[0] = source[0].replace(f"{{{{ {name} }}}}", address)


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave out the scripts of live code by Thebe: the book does not use it, and they clash."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{script.filename} {script.attributes.get('body')}".lower()
    ]


def copy_mathjax(app, exception):
    """Copy MathJax beside `_static`, where `mathjax_path` points."""
    if exception is not None or app.builder.format != "html":
        return
    package = importlib.util.find_spec("sphinx-mathjax-offline").submodule_search_locations[0]
    for name in MATHJAX_FILES:
        source = Path(package, "static", "mathjax", name)
        target = Path(app.outdir, "vendor", "mathjax", name)
        copy_asset(source, target if source.is_dir() else target.parent)


def setup(app):
    app.connect("config-inited", read_project)
    app.connect("source-read", fill_in_addresses)
    app.connect("html-page-context", drop_thebe, priority=900)  # after the theme added them
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
