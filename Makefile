# Needs Python 3.11 or later, and nothing else: the first command on a clean clone makes .venv.

PYTHON := $(shell command -v python3.11 || command -v python3)
.DEFAULT_GOAL := help

.PHONY: help
help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; $(PYTHON) is older." >&2; exit 1; }
	@echo "Making .venv ..."
	@.venv/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.PHONY: demo
demo: .venv/installed  ## Two made-up tenants read into demo/warehouse.duckdb, edited, and read again
	@.venv/bin/ats demo

.PHONY: test
test: .venv/installed  ## All tests but the slow ones
	@.venv/bin/python -m pytest -n 2 -m "not slow"

.PHONY: test-slow
test-slow: .venv/installed  ## The slow tests alone: kills at every point, many random histories
	@.venv/bin/python -m pytest -n 2 -m slow

.PHONY: bench
bench: .venv/installed  ## What it costs beside the plain way and the limit, into docs/performance.md; PEERS=1 adds other tools
	@.venv/bin/python -m benchmarks $(if $(PEERS),--peers)

.PHONY: bench-quick
bench-quick: .venv/installed  ## The same at small sizes, in two minutes, on the terminal alone
	@.venv/bin/python -m benchmarks --quick

.PHONY: lint
lint: .venv/installed  ## Style, types, and the style of the SQL
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/sqlfluff lint --nocolor --disable-progress-bar transforms

.PHONY: lock
lock:  ## Renew requirements.lock from pyproject.toml; needs uv
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra dev --constraint constraints.txt pyproject.toml --output-file requirements.lock

.PHONY: clean
clean:  ## Take away what the other commands made
	@rm -rf .venv .venv-peers demo build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
