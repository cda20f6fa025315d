# The first two are all a newcomer needs: `make dev` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install dev test soak bench check fmt lock

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "textgate needs Python 3.11 or later. Name one: make PYTHON=python3.12 dev")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-test: .venv/installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/installed ## create .venv with textgate in it, from the hash-locked requirements

dev: .venv/installed ## run everything on this machine: a phone page, a gateway, a worker, an offline model
	@exec $(BIN)/textgate dev $(ARGS)

check: .venv/installed-test ## lint, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

test: check ## everything, against a real Redis, without a network
	$(BIN)/pytest -n 2 $(ARGS)

soak: .venv/installed-test ## texts for ten minutes while everything around them breaks, then a table
	$(BIN)/python -m tests.faults.soak $(ARGS)

bench: .venv/installed-test ## what docs/performance.md tells, measured on this machine
	$(BIN)/python -m benchmarks.webhook
	$(BIN)/python -m benchmarks.fairness
	$(BIN)/python -m benchmarks.window
	$(BIN)/python -m benchmarks.reading

fmt: .venv/installed-test ## format, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve the requirements again, with hashes and without addresses
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --extra test --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
