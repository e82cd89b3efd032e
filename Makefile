# Everything a person types: `make help`.
export PYTHONPATH := src
PY := .venv/bin/python

.PHONY: help check test
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

check: ## Format, lint, types, import contracts
	.venv/bin/ruff format --check src tests bench
	.venv/bin/ruff check src tests bench
	.venv/bin/mypy
	.venv/bin/lint-imports

test: ## Every test
	.venv/bin/pytest
