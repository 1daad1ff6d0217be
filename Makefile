# make demo   a reorder plan from a year of a real web shop's sales
# make test   lint, types and every test that a landing must pass
# make quick   the same without what takes many seconds
# make torture   what is too long for every day: killed, starved and flooded again and again
# make clients   clients made from the service's OpenAPI document (Python, TypeScript) at work
# make tryton    a live ERP system: pulled, planned, ordered, each line once
# The rest: lock, pictures, peers, benchmark, clean.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= demo
PEERS := experiments/benchmarks/peers/requirements
CLIENTS := tests/clients
TRYTON := tests/tryton

.DELETE_ON_ERROR:
.PHONY: demo test quick torture clients tryton lint pictures peers benchmark lock clean

# The demo needs the few packages of requirements.lock, the tests those of requirements-all.lock.
.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Restock needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/ready: .venv/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-all: .venv/ready requirements-all.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-all.lock
	@touch $@

demo: .venv/ready
	$(BIN)/restock plan planning/sample/online-retail --out $(OUT)
	@echo
	@echo "Look at $(OUT)/report.html; the order lines are in $(OUT)/orders.csv."

lint: .venv/ready-all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -q -n 2

quick: lint
	$(BIN)/python -m pytest -q -n 2 -m 'not thorough and not torture and not elsewhere'

torture: .venv/ready-all
	$(BIN)/python -m pytest -q -n 2 -m torture

# The generators of clients, and what their clients need; npm comes with Node.
.venv-clients/ready: $(CLIENTS)/requirements.lock $(CLIENTS)/package-lock.json | .venv/python
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(CLIENTS)/requirements.lock
	cp $(CLIENTS)/package.json $(CLIENTS)/package-lock.json .venv-clients
	cd .venv-clients && npm ci --silent --no-audit --no-fund
	@touch $@

clients: .venv/ready-all .venv-clients/ready
	$(BIN)/python -m pytest -q -m elsewhere $(CLIENTS)

# Tryton with a small shop in it; the database is made once and copied by each test.
.venv-tryton/ready: $(TRYTON)/requirements.lock $(TRYTON)/seed.py | .venv/python
	$(PYTHON) -m venv .venv-tryton
	.venv-tryton/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(TRYTON)/requirements.lock
	cd .venv-tryton && sh ../$(TRYTON)/seed.sh
	@touch $@

tryton: .venv/ready-all .venv-tryton/ready
	$(BIN)/python -m pytest -q -m elsewhere $(TRYTON)

pictures: .venv/ready
	$(BIN)/restock plan planning/sample/online-retail --out $(OUT)
	$(BIN)/python -m experiments.pictures $(OUT)/report.html --out pictures

# The programs that Restock is compared with; their requirements contradict ours.
.venv-peers/ready: $(PEERS).lock | .venv/python
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(PEERS).lock
	@touch $@

peers: .venv-peers/ready

# DATA=folder says where the data sets lie, else RESTOCK_BENCHMARK_DATA.
benchmark: .venv/ready-all .venv-peers/ready
	$(BIN)/python -m experiments.benchmarks $(if $(DATA),--data $(DATA))
	$(BIN)/python -m experiments.benchmarks.figures

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --extra models --extra learning --extra service --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-all.lock
	$(BIN)/uv pip compile $(PEERS).in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o $(PEERS).lock
	$(BIN)/uv pip compile $(CLIENTS)/requirements.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o $(CLIENTS)/requirements.lock
	$(BIN)/uv pip compile $(TRYTON)/requirements.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o $(TRYTON)/requirements.lock
	cd $(CLIENTS) && npm install --package-lock-only --omit-lockfile-registry-resolved --silent

clean:
	rm -rf .venv .venv-peers .venv-clients .venv-tryton demo pictures .mypy_cache .ruff_cache .pytest_cache .hypothesis
