# Everything a person types. `make help` lists it; every command does its own set-up and may be repeated.
PYTHON ?= python3
SETUP := $(PYTHON) tools/setup.py
BIN := .venv/bin
export PYTHONPATH := src

.PHONY: help up test check bench format lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

up: ## Install what is missing, seed the demonstration bank, serve until Ctrl-C
	@$(SETUP) run kernel web voices
	@BANJIE_DEMO=$${BANJIE_DEMO-1} exec $(BIN)/python -m banjie serve

check: ## Format, lint, types, import contracts, sizes; the front end's too
	@$(SETUP) dev
	$(BIN)/ruff format --check -q src tests bench tools
	$(BIN)/ruff check -q src tests bench tools
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/sizes.py
	@$(SETUP) web-check

test: ## Every test, real peers included
	@$(SETUP) dev kernel peers web
	$(BIN)/pytest

bench: ## Every figure, as a table
	@$(SETUP) dev kernel peers
	$(BIN)/python -m banjie bench all

format: ## Let ruff format and mend what it can
	@$(SETUP) dev
	$(BIN)/ruff format src tests bench tools
	$(BIN)/ruff check --fix src tests bench tools

lock: ## Renew requirements/*.txt and web/package-lock.json
	@$(SETUP) lock

clean: ## Remove what was installed and built; data stays
	rm -rf .venv web/node_modules web/dist
