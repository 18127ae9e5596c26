# Everything a fresh clone needs is Python 3.11 to 3.13 and make.
PYTHON ?= python3
VENV ?= .venv
REQUIREMENTS ?=
BIN := $(VENV)/bin

.PHONY: demo test test-slow lint ears bench page clean

demo: $(VENV)/.core          ## a song and a sound effect, with pictures, in demo/
	mkdir -p demo
	$(BIN)/soundwright music "calm lo-fi piano with soft drums, 78 bpm, in A minor" -d 30 --seed 7 \
		--stems --midi --picture -o demo/song.wav
	$(BIN)/soundwright effect "rain on a tin roof with distant thunder" -d 10 --seed 7 --picture -o demo/rain.wav
	@echo && echo "Listen to demo/song.wav and demo/rain.wav; look at the pictures beside them."

test: $(VENV)/.dev lint      ## what every change must pass
	$(BIN)/python -m pytest -n 2

test-slow: $(VENV)/.dev      ## full-size truth: long renders, whole matrices
	$(BIN)/python -m pytest -n 2 -m slow

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

ears: $(VENV)/.dev           ## our sounds beside real recordings (downloads packages)
	$(BIN)/python -m tools.ears

bench: $(VENV)/.dev          ## timings, printed as benchmarks/RESULTS.md quotes them
	$(BIN)/python benchmarks/cold.py

page: web/node_modules/.package-lock.json  ## the studio's page, built into src/soundwright/serve/page (wants Node 20)
	cd web && npm run --silent build

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm install --no-audit --no-fund

$(VENV)/.core: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' $(if $(REQUIREMENTS),-r $(REQUIREMENTS))
	touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .ruff_cache
