# Two commands on a fresh machine (Python 3.11 or newer, make):
#   make demo    installs, simulates a campaign, finds what was planted, says where the dossier is
#   make test    installs what the tests need and runs them
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
DEMO ?= demo
PYTEST_ARGS ?=

.PHONY: help demo install install-dev test check lint types docs dictionary evaluation bench lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
ifdef UV
	uv venv --quiet --allow-existing --python '>=3.11' $(VENV)
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Blowback needs Python 3.11 or newer; '$(PYTHON) -V' says: $$($(PYTHON) -V 2>/dev/null || echo nothing, so it is not installed)."; echo "Name one that is there: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
endif

# The stamps make a second call instant and re-install when the lock changes.
$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	@sh scripts/install.sh $(VENV) requirements/run.txt
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements/dev.txt pyproject.toml
	@sh scripts/install.sh $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/.run

install: $(VENV)/.run  ## the program alone, into .venv
install-dev: $(VENV)/.dev  ## and what tests, linters and docs need

demo: install  ## simulate a campaign, run the main job on it, print where the dossier is
	@sh scripts/demo.sh $(BIN)/blowback $(DEMO)

test: install-dev  ## install what the tests need (chromium too, when root) and run them
	@sh scripts/system.sh
	$(BIN)/python -m blowback.cli.main doctor --warm
	@# the test-bed's network namespaces are one set: it runs apart; the rest on two cores, a file on one of them
	$(BIN)/python -m pytest tests/testbed --cov --cov-report= $(PYTEST_ARGS) || [ $$? -eq 5 ]  # 5: the choice left none of them
	$(BIN)/python -m pytest --ignore tests/testbed -n 2 --dist loadfile --cov --cov-append --cov-report=term --cov-report=xml:.coverage.xml $(PYTEST_ARGS)

check: lint types test  ## all that CI runs

lint: install-dev  ## ruff, lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev  ## mypy, strict
	$(BIN)/mypy

dictionary: install-dev  ## write the data dictionary page from model/tables.py
	$(BIN)/python docs/generate.py

docs: dictionary  ## build the documentation site into site/
	$(BIN)/mkdocs build --strict

evaluation: install-dev  ## quality on labelled data, written into docs/evaluation/
	$(BIN)/python evaluation/run.py

bench: install-dev  ## ratios to peers and limits, written into benchmarks/results/
	$(BIN)/python benchmarks/run.py

lock:  ## resolve pyproject.toml again (needs uv)
	uv export --quiet --no-emit-project --no-default-groups --format requirements.txt -o requirements/run.txt
	uv export --quiet --no-emit-project --no-default-groups --extra spark --extra measure --group dev --group docs --format requirements.txt -o requirements/dev.txt

clean:  ## remove what make made, but not the demo case
	rm -rf $(VENV) site .coverage* .pytest_cache .mypy_cache .ruff_cache
