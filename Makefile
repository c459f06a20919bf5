# Every target sets up by itself: the first one called makes .venv, later ones find it done.
# It takes python3 (3.11 or later); another one by `make PYTHON=python3.13 ...`.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
EXAMPLE := data/khirbet-ammu-2020
SCRIPTS := $(wildcard training/*.py benchmarks/*.py)
BENCHMARKS := $(filter-out _% make_corpus peers,$(notdir $(basename $(wildcard benchmarks/*.py))))
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --quiet --custom-compile-command "make lock"

.PHONY: help setup report test browser lab lint evaluate benchmark reproduce clean lock
.DEFAULT_GOAL := help

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## the environment in .venv, every package at the version and hash in requirements.lock

# pip knows uv's hash from the lock, uv installs the rest. A hashed install can't hold the project itself: a second step.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; install Python 3.11 or later." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "$(PYTHON) is Python %d.%d, and 3.11 or later is needed: install it and run make PYTHON=python3.11 (or the name it has)." % v[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments; on Debian or Ubuntu, install the package python3-venv." >&2; exit 1; }
	@echo "Setting up .venv (a minute or less, once) ..."
	@$(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ { on = 1; print; next } /^[^ ]/ { on = 0 } on' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation -e .
	@touch $(READY)

report: $(READY) ## runs the notebooks on the example, writes the report and every chart under out/
	$(BIN)/source-bias report $(EXAMPLE) --out out
	$(BIN)/source-bias notebooks --out out
	@echo "The report:    out/report.html"
	@echo "The notebooks: out/notebooks/00_start_here.html"

test: $(READY) ## the tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

browser: $(READY) ## the notebooks and the report in Chromium, after make report; pictures in out/browser
	SOURCE_BIAS_BROWSER_TESTS=1 $(BIN)/python -m pytest tests/browser

lab: $(READY) ## JupyterLab on the notebooks
	$(BIN)/source-bias lab

lint: $(READY) ## style, mistakes and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy toolkit $(SCRIPTS)

evaluate: $(READY) ## the quote model against its gold, with its floors
	$(BIN)/python training/evaluate.py

benchmark: $(READY) ## speed and memory
	@for name in $(BENCHMARKS); do echo "benchmarks/$$name.py"; $(BIN)/python -m benchmarks.$$name || exit 1; done

reproduce: $(READY) ## deletes what was made, and makes it again
	rm -rf out
	$(MAKE) report

lock: $(READY) ## requirements.lock and constraints.txt anew from pyproject.toml; with UPGRADE=1, at the newest versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --group dev --generate-hashes -o requirements.lock
	$(COMPILE) --all-extras -c requirements.lock --no-annotate -o constraints.txt

clean: ## removes .venv, out and every cache
	rm -rf .venv out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name .git -prune -o -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} +
