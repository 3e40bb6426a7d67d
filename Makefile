# make run    install into .venv and show the whole way on real figures
# make test   install into .venv and run the tests
# make check-fast   within a minute, before each commit
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests and lint need the development requirements, benchmarks our peers too; running needs the few.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_BENCH := $(VENV)/.ready-bench

unexport PYTHONDONTWRITEBYTECODE # what one process compiles serves the next

.PHONY: help ready install run serve test torture check check-fast lint types arrows docs release audit bench national catalogue clean

help:
	@sed -n 's/^# //p' Makefile

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "bochiso needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

$(READY): requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(READY_DEV): requirements-dev.txt $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

$(READY_BENCH): requirements-bench.txt $(READY_DEV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	touch $@

# ready: install what the tests and checks need
ready: $(READY_DEV)

# install: what running needs, into .venv
install: $(READY)

# run: install, then the demo on the real figures in bochiso/examples/
run: $(READY)
	rm -rf out/data out/portal
	$(BIN)/bochiso demo -o out

# serve: the pages on a simulated province, with accounts to try, at http://127.0.0.1:8766
serve: $(READY)
	$(BIN)/bochiso demo --web -o out
	$(BIN)/bochiso serve --data out/web

# test: the tests; a process for each core: one more takes a sixth more of the processor and saves a twelfth of the time
PROCESSES = $$(nproc 2>/dev/null || echo 2)
test: $(READY_DEV)
	$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal

# torture: disks that lose power, break and lie, also under load; odd uploads and messages; drawn for so many minutes, besides what is always tried
MINUTES := 60
torture: $(READY_DEV)
	BOCHISO_TORTURE=$(MINUTES) $(BIN)/python -m pytest -s tests/torture

# check-fast: lint, types of what changed, and the tests of units, score, rules, measure and intake
FAST := units score rules measure intake
check-fast: lint types
	$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -k "not spark" $(FAST:%=tests/%)

# check: everything that CI checks besides the tests
check: lint types arrows docs

# lint: ruff
lint: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# types: strict type checking
types: $(READY_DEV)
	$(BIN)/mypy

# arrows: imports point one way
arrows: $(READY_DEV)
	$(BIN)/lint-imports

# docs: what the documents say is true
docs: $(READY_DEV)
	$(BIN)/python docs/check.py

# release: wheel, source, the offline bundle and .debs into dist/; PLATFORMS=x86_64 for one alone, KEY=… signs
PYTHONS :=
PLATFORMS :=
release: $(READY)
	$(BIN)/python packaging/release.py -o dist $(PYTHONS:%=--python %) $(PLATFORMS:%=--platform %) $(KEY:%=--key %)

# audit: known holes in what it is used with, where the data can be had; says so where it can't
AUDIT := .venv-audit
$(AUDIT)/.ready: requirements-audit.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.txt
	touch $@
audit: $(AUDIT)/.ready
	$(AUDIT)/bin/python packaging/audit.py

# bench: ours against its peers, as ratios
bench: $(READY_BENCH)
	$(BIN)/python -m bench

# national: a simulated country of 34 provinces, on one machine and on a cluster of Spark; about ten minutes
READY_SPARK := $(VENV)/.ready-spark
$(READY_SPARK): requirements-spark.txt $(READY_DEV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.txt
	touch $@
national: $(READY_SPARK)
	$(BIN)/python -m bench.national

# catalogue: what click says in Vietnamese, after a change (msgfmt is in Debian's gettext)
CLICK := bochiso/cli/locale/vi/LC_MESSAGES/click
catalogue:
	msgfmt --check-format $(CLICK).po -o $(CLICK).mo

# clean: remove what was installed and made
clean:
	rm -rf $(VENV) $(AUDIT) out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
