# One environment, .venv, made on first use from requirements.txt and brought up
# to date when a pin changes; every target below runs in it.
PYTHON ?= python3
SHELL  := bash
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest
PORT   ?= 8000
SEEDS  ?= 1
# What is written in keras.ops alone, and so must work under every backend.
UNDER_JAX := $(foreach name,callbacks doctor layers losses metrics* models* networks* pipeline regularizers schedules,tests/test_$(name).py)

# Notebooks run in their own folder, so a relative path would not be found there.
ifdef COMPANION_DATA_DIR
export COMPANION_DATA_DIR := $(shell cd "$(COMPANION_DATA_DIR)" && pwd)
endif

.DEFAULT_GOAL := help
.PHONY: help book serve lab test jax execute claims lint format lock clean

help:  ## list these targets
	@echo "Walking the Latent Space"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else "This book needs Python 3.11, 3.12 or 3.13 (TensorFlow has no wheels for others); $(PYTHON) is %d.%d.\nName another one: make PYTHON=python3.12 ..." % v[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'Python lacks its venv module. On Debian or Ubuntu: sudo apt install python3-venv'; exit 1; }
	@echo "==> Setting up $(VENV) from requirements.txt. The first time this downloads about 700 MB; a few minutes."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@set -o pipefail; $(BIN)/python -m pip install --disable-pip-version-check --requirement requirements.txt 2>&1 \
		| awk '/^Collecting/ { print "    " $$2; fflush() } /^(Installing|ERROR|error|WARNING: Retrying)/ { print substr($$0, 1, 100); fflush() }'
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -W ignore -c 'import matplotlib.pyplot'  # builds its font cache, once
	@touch $@

book: $(READY)  ## build the book into _build/html
	@echo "==> Building the book from its stored outputs"
	@$(BIN)/jupyter-book build . --all --quiet -W --keep-going >/dev/null
	@echo "==> Done. Open _build/html/index.html in a browser, or run: make serve"

serve: book  ## build the book and serve it on this machine
	@echo "==> http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

lab: $(READY)  ## open JupyterLab on the chapters
	@$(BIN)/jupyter lab --notebook-dir book

test: $(READY)  ## run every test: units, notebooks to the letter, the built book
	@$(PYTEST)

jax: $(READY)  ## run the tests of models, losses and measures under JAX
	@KERAS_BACKEND=jax $(PYTEST) -o addopts= -q $(UNDER_JAX)

execute: $(READY)  ## run the notebooks in place and normalise them
	@$(BIN)/python book/notebooks.py execute

claims: $(READY)  ## run the chapters with other seeds (SEEDS=5) and, if it is there, on MNIST
	@for seed in $$(seq 1 $(SEEDS)); do \
		echo "==> seed $$seed"; COMPANION_SEED=$$seed $(PYTEST) -o addopts= --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -q book || exit 1; \
	done
	@if [ -f "$$COMPANION_DATA_DIR/mnist.npz" ] && [ -f "$$COMPANION_DATA_DIR/fashion_mnist.npz" ]; then \
		echo "==> MNIST"; COMPANION_DATASET=mnist $(PYTEST) -o addopts= --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -q book; \
	else echo "==> no MNIST: set COMPANION_DATA_DIR to a folder with mnist.npz and fashion_mnist.npz"; fi

lint: $(READY)  ## check style and spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell
	@set -o pipefail; $(BIN)/python book/notebooks.py prose | $(BIN)/codespell -

format: $(READY)  ## put code into its style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(READY)  ## pin the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --upgrade --quiet --custom-compile-command "make lock" --output-file requirements.txt

clean:  ## remove what was built, and the environment
	@rm -rf _build $(VENV) .pytest_cache .ruff_cache *.egg-info
