"""The one thing that pyproject.toml cannot say: what a package index shows.

It shows the README, whose links name files beside it; there they must be whole addresses.
"""

import re
import tomllib
from pathlib import Path

from setuptools import setup

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
repository, tag = project["urls"]["Repository"], f"v{project['version']}"
readme = Path("README.md").read_text(encoding="utf-8")
readme = re.sub(r'(?<=src=")(?!https?:)', f"{repository}/raw/{tag}/", readme)
readme = re.sub(r"(?<=\]\()(?!https?:|#)", f"{repository}/blob/{tag}/", readme)

setup(long_description=readme, long_description_content_type="text/markdown")
