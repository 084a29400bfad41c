# Two commands matter: `make demo` shows the program at work, `make test` proves it.
# ARGS is passed on: make demo ARGS=--no-serve, make test ARGS="-k inbox", make bench ARGS="daily --accounts 100000".

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

.PHONY: setup demo dev test coverage check style types layers migrations bench lock

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	@echo "Installing Forbear into .venv (the first time takes a minute)"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/.ready-for-tests: .venv/.ready requirements-dev.lock
	@echo "Installing what the tests need"
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	@$(BIN)/forbear demo $(ARGS)

dev: setup
	@$(BIN)/forbear serve --reload $(ARGS)

test: check
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

# The same, telling which lines were run. Before Python 3.12 watching them takes two fifths more time.
coverage: .venv/.ready-for-tests
	$(BIN)/pytest -n 2 --dist worksteal --cov=forbear --cov-report=term:skip-covered $(ARGS)

# Two at once: the types take as long as everything else together.
check: .venv/.ready-for-tests
	@$(MAKE) --no-print-directory --output-sync -j2 types migrations style layers

types migrations style layers: .venv/.ready-for-tests

types:
	$(BIN)/mypy

migrations:
	@DJANGO_SETTINGS_MODULE=forbear.settings $(BIN)/python -W ignore -m django makemigrations --check --dry-run

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

layers:
	$(BIN)/lint-imports

bench: setup
	@$(BIN)/forbear bench $(ARGS)

# Needs uv. The lock files name versions and hashes, no addresses.
lock:
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		--extra build -o requirements.lock pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		--extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
