# Every target sets up what it needs; nothing has to be installed or activated first.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
REPLAY := .venv-replay
BIN := $(VENV)/bin
UV := $(BIN)/uv

.PHONY: setup demo test fuzz lint bench bench-large peers lock clean

setup: $(VENV)/setup-stamp
demo: $(VENV)/setup-stamp
	$(BIN)/python -m tests.replica.demo

# On all cores. A file of tests is quicker without: .venv/bin/python -m pytest tests/test_docs.py
test: $(VENV)/dev-stamp
	$(BIN)/python -m pytest -n auto --dist loadfile

# Longer than `make test` tries, and with new examples each time.
fuzz: $(VENV)/dev-stamp
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-2000} $(BIN)/python -m pytest tests/fuzz

lint: $(VENV)/dev-stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev-stamp peers
	$(BIN)/python -m bench

# A million articles take 10 GB in the temporary folder and most of an hour, once.
bench-large: $(VENV)/dev-stamp
	$(BIN)/python -m bench.search --large

# What the benches compare us with: extractors and MinHash. They need other versions of what we need.
# In another one pywb and the WACZ tool, by which our exports are replayed and checked.
peers: $(PEERS)/stamp $(REPLAY)/stamp

lock: $(UV)
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group build pyproject.toml -o requirements.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group dev pyproject.toml -o requirements-dev.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header bench/requirements-peers.in -o bench/requirements-peers.txt
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header bench/requirements-replay.in -o bench/requirements-replay.txt

clean:
	rm -rf $(VENV) $(PEERS) $(REPLAY) .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv comes with the machine or is put into the virtual environment by pip.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Python 3.11 or newer is needed: name one, e.g. make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null; then ln -sf "$$(command -v uv)" $(UV); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; fi

$(VENV)/setup-stamp: requirements.txt pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
		-r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev-stamp: requirements-dev.txt $(VENV)/setup-stamp
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	touch $@

$(PEERS)/stamp: bench/requirements-peers.txt | $(UV)
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(PEERS)
	$(UV) pip install --quiet --python $(PEERS)/bin/python --require-hashes -r bench/requirements-peers.txt
	touch $@

$(REPLAY)/stamp: bench/requirements-replay.txt | $(UV)
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(REPLAY)
	$(UV) pip install --quiet --python $(REPLAY)/bin/python --require-hashes -r bench/requirements-replay.txt
	touch $@
