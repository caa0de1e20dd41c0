# Every target makes what it needs first. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo up test assure bench check lint-api migrate secrets lock docs matrix openapi clean

ARGS ?=
WORKERS ?= 2
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+( [a-z]+)*:.*## / {printf "make %-22s %s\n", $$1, $$2}' Makefile

setup: ## the Python environment in .venv, as the lock files say
	@.ci/setup

demo: setup ## play the story of one household through the four services
	@$(BIN)/buurtteam demo $(ARGS)

up: setup ## run everything on this machine until Ctrl-C (options: ARGS="--port 8080")
	@$(BIN)/buurtteam up $(ARGS)

test: setup ## all tests, with coverage of lines and branches (options: ARGS="-k name")
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-branch --cov-report=term $(ARGS)

assure: setup ## the long form of the fault tests and the history checker (about half an hour)
	@$(BIN)/python -m pytest --assure -p no:cacheprovider tests/faults tests/histories $(ARGS)

bench: setup ## what requests cost, against floors in the same run (options: ARGS="--only plan")
	@$(BIN)/python -m tools.bench $(ARGS)

check: setup ## form, style, types, layers, and whether what is generated is up to date
	@echo "ruff format"; $(BIN)/ruff format --check --quiet .
	@echo "ruff check"; $(BIN)/ruff check --quiet .
	@echo "mypy"; $(BIN)/mypy
	@echo "lint-imports"; $(BIN)/lint-imports --no-cache
	@echo "generated files"; $(BIN)/python -m tools.generated --check

migrate: setup ## bring the databases to the newest migration (options: ARGS="--service plans")
	@$(BIN)/buurtteam migrate $(ARGS)

secrets: setup ## the secret files that docker-compose.yml names
	@$(BIN)/buurtteam secrets $(ARGS)

docs matrix openapi: setup ## everything under docs/ that is generated
	@$(BIN)/python -m tools.generated

lint-api: ## Spectral over the four documents (needs Node; RULESET=<file of the API design rules>)
	@test -n "$(RULESET)" || { echo "Name the rules: make lint-api RULESET=<file>." >&2; exit 2; }
	@if command -v npx >/dev/null; then \
		npx --yes @stoplight/spectral-cli@6 lint -r "$(RULESET)" docs/openapi/*.json; \
	else echo "Not checked: Spectral needs Node (npx), which is not here."; fi

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-strip-extras --no-annotate --quiet

lock: ## the lock files, from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "uv is needed to make the lock files." >&2; exit 1; }
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove .venv and caches; your data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
	@rm -f .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
