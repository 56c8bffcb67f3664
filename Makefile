# make run   installs the locked packages into .venv and serves the bundled dossier at http://127.0.0.1:8050
# make test  checks everything: lint, types, JavaScript, Python, a real browser
# make screenshots  takes the pictures in docs/images anew
# make benchmarks  measures speed and memory and writes docs/benchmarks.md; ARGS="--sizes 1k,1M" chooses
# make snapshots  replaces the reviewed pictures of figures that have changed; look at each before committing it

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet
INTER := 5.3.0
SOURCE_SERIF := 5.3.1
REGENERATOR := 0.14.1
UV := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help run test lint screenshots snapshots benchmarks lock wheel vendor clean

help:
	@sed -n 's/^# //p' Makefile

run: .venv/.run
	$(BIN)/python -m dashboard serve $(ARGS)

test: lint
	$(BIN)/python tests/browser/provide.py
	-$(BIN)/python tests/clickhouse/provide.py
	@if command -v node >/dev/null; then node --test tests/js/*.test.mjs; \
	else echo "node is not installed: the JavaScript tests are left out"; fi
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

screenshots: .venv/.dev
	$(BIN)/python tests/browser/provide.py
	$(BIN)/python -m tests.browser.screenshots

snapshots: .venv/.dev
	$(BIN)/python tests/browser/provide.py
	$(BIN)/python -m tests.browser.pictures

benchmarks: .venv/.dev
	$(BIN)/python tests/browser/provide.py
	$(BIN)/python -m tests.benchmarks $(ARGS)

wheel: .venv/.dev
	$(BIN)/python -m build --wheel --no-isolation

lock: .venv/.made
	$(INSTALL) "uv==$(UV)"
	$(LOCK) $(ARGS) -o requirements.lock
	$(LOCK) $(ARGS) --extra dev -c requirements.lock -o requirements-dev.lock

vendor: .venv/.run
	scratch=$$(mktemp -d) && \
	plotly=$$($(BIN)/python -c 'from plotly.offline import get_plotlyjs_version as v; print(v())') && \
	npm install --silent --ignore-scripts --prefix "$$scratch" "plotly.js-geo-dist-min@$$plotly" "regenerator-runtime@$(REGENERATOR)" \
	  "@fontsource-variable/inter@$(INTER)" "@fontsource-variable/source-serif-4@$(SOURCE_SERIF)" && \
	cp "$$scratch"/node_modules/plotly.js-geo-dist-min/plotly-geo.min.js assets/vendor/ && \
	cp "$$scratch"/node_modules/plotly.js-geo-dist-min/LICENSE assets/vendor/plotly.LICENSE.txt && \
	cp "$$scratch"/node_modules/regenerator-runtime/runtime.js assets/vendor/regenerator-runtime.js && \
	cp "$$scratch"/node_modules/regenerator-runtime/LICENSE assets/vendor/regenerator-runtime.LICENSE.txt && \
	for font in inter source-serif-4; do \
	  package="$$scratch/node_modules/@fontsource-variable/$$font" && \
	  cp "$$package/LICENSE" "assets/fonts/$$font.LICENSE.txt" && \
	  for file in assets/fonts/$$font-*.woff2; do cp "$$package/files/$${file##*/}" assets/fonts/ || exit 1; done || exit 1; \
	done && rm -r "$$scratch"

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Standoff needs Python 3.11 or newer. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements.lock | .venv/.made
	$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/.made
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
