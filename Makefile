# One command runs the portal, one tests it; both need Python 3.11 or later (with venv) and make, nothing else.

PYTHON ?= python3
SERVICE ?= pypi
ADVISORIES ?= var/advisories
BOOTSTRAP = $(PYTHON) alliance/core/local/bootstrap.py
VENV = .venv/bin/python
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
       --no-header --no-annotate --no-emit-index-url pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test db lint messages lock advisories screenshots clean

help: ## Say what can be done here
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: ## Run the portal with sample people at http://127.0.0.1:8000/ (PORT=9000 for another port)
	@$(BOOTSTRAP) requirements/local.txt
	@exec $(VENV) -m alliance.core.local.up --with-parent

test: ## Run every test, those in a real browser included (ARGS="tests/parks -x" for pytest)
	@$(BOOTSTRAP) requirements/dev.txt
	@exec $(VENV) -m alliance.core.local.run_tests $(ARGS)

db: ## Run PostgreSQL and Valkey alone, for manage.py by hand
	@$(BOOTSTRAP) requirements/local.txt
	@exec $(VENV) -m alliance.core.local.up --servers --with-parent

lint: ## Check style, format and types
	@$(BOOTSTRAP) requirements/dev.txt
	$(VENV) -m ruff check
	$(VENV) -m ruff format --check
	$(VENV) -m mypy

messages: ## Collect what is to be translated and compile the translations (needs gettext)
	@$(BOOTSTRAP) requirements/dev.txt
	$(VENV) manage.py makemessages -l zh_Hans --no-wrap --no-obsolete --add-location file -i .venv -i var -i tests
	$(VENV) manage.py compilemessages -l zh_Hans -i .venv -i var

lock: ## Pin all packages of pyproject.toml anew, with their hashes (needs uv)
	$(LOCK) --output-file requirements/base.txt
	$(LOCK) --group embedded --output-file requirements/local.txt
	$(LOCK) --group embedded --group dev --output-file requirements/dev.txt
	$(filter-out pyproject.toml,$(LOCK)) --group node --output-file requirements/node.txt
	$(filter-out pyproject.toml,$(LOCK)) --group advisories --output-file requirements/advisories.txt

advisories: ## Ask PyPI which pinned packages have known weaknesses (needs pypi.org; SERVICE=osv for osv.dev)
	$(PYTHON) -m venv --clear $(ADVISORIES)
	$(ADVISORIES)/bin/python -m pip install --quiet --require-hashes --requirement requirements/advisories.txt
	$(ADVISORIES)/bin/python -m pip_audit --strict --require-hashes --disable-pip --vulnerability-service $(SERVICE) \
	    --requirement requirements/base.txt

screenshots: ## Take the pictures of the README
	@$(BOOTSTRAP) requirements/dev.txt
	$(VENV) tests/screenshots.py

clean: ## Remove the environment, the caches and what tests left; the data of `make run` stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis var/test
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
