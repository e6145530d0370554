# Panhuo: `make demo` runs the main job from nothing, `make test` sets up and tests.
PYTHON ?= python3.11
VENV   ?= .venv
BIN     = $(VENV)/bin
DEMO_HOME ?= demo-home
CLUSTER_PORT ?= 7077

.DEFAULT_GOAL := help
.PHONY: help demo serve assets test test-all check bench bench-match bench-search bench-index formats judge-groups judge-candidates judge-match evaluate-match judge-planted cluster cluster-stop clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# Installing also builds what the site serves (frontend/panhuo_build.py), so a changed source there installs again.
ASSETS = $(wildcard frontend/*.js frontend/*.mjs frontend/*.scss frontend/*.svg frontend/*.json frontend/*.py) $(wildcard src/panhuo/web/locale/*/LC_MESSAGES/*.po)

$(VENV)/.stamp-run: pyproject.toml constraints.txt $(ASSETS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp-run
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.stamp-spark: $(VENV)/.stamp-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,spark]'
	touch $@

demo: $(VENV)/.stamp-run ## demo city: generate, take stock, find the dormant, grade, match, publish
	$(BIN)/panhuo demo --home $(DEMO_HOME)

serve: $(VENV)/.stamp-run ## the site on the demo city, made first where it lacks: http://localhost:8000/
	test -f $(DEMO_HOME)/panhuo-home.json || $(BIN)/panhuo demo --home $(DEMO_HOME)
	$(BIN)/panhuo serve --demo --home $(DEMO_HOME)

assets: $(VENV)/.stamp-dev ## the site's scripts, styles and translations, where their sources changed

test: $(VENV)/.stamp-dev ## fast suite, small counts, on two cores
	$(BIN)/python -m pytest -m "not full and not spark" -n 2

test-all: $(VENV)/.stamp-spark ## every test, full counts, on SQLite and on a PostgreSQL cluster of its own
	$(BIN)/python -m pytest
	$(BIN)/python tests/on_postgresql.py -m "not full and not spark" -n 2

check: $(VENV)/.stamp-dev ## format, lint, types, rooms, packs, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/panhuo packs check
	$(BIN)/python -m django makemigrations --check --dry-run --settings panhuo.web.settings

judge-match: $(VENV)/.stamp-dev ## ten real lists for a person to judge, into out/judge/
	$(BIN)/python -m benchmarks.judge_match

evaluate-match: $(VENV)/.stamp-dev ## the matcher on the public labelled set, cross-validated; prints docs/algorithms/matching-model.md's tables
	$(BIN)/python -m benchmarks.evaluate_match
	$(BIN)/python -m benchmarks.matching_model

judge-groups: $(VENV)/.stamp-dev ## patents of one CPC group found, beside BM25 on the same words; docs/matching.md
	$(BIN)/python -m benchmarks.judge_groups

judge-candidates: $(VENV)/.stamp-dev ## what candidates keep of the best of all texts, on real abstracts; docs/scaling.md
	$(BIN)/python -m benchmarks.judge_candidates

judge-planted: $(VENV)/.stamp-dev ## how many planted needs of the demo city are found; prints docs/demo-city.md's table
	$(BIN)/python -m benchmarks.planted_needs

cluster: $(VENV)/.stamp-spark ## a Spark master and two workers on 127.0.0.1 (CLUSTER_PORT), for panhuo match --engine; prints the address
	$(BIN)/python -m panhuo.adapters.tables.loopback_cluster start --port $(CLUSTER_PORT)

cluster-stop: $(VENV)/.stamp-dev ## end what `make cluster` started
	$(BIN)/python -m panhuo.adapters.tables.loopback_cluster stop

bench: $(VENV)/.stamp-dev ## sized runs with their reference, interleaved; prints the tables of docs/performance.md
	$(BIN)/python -m benchmarks

bench-match: $(VENV)/.stamp-dev ## bulk matching beside faiss' bare product and a tantivy loop; docs/performance.md
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.matching

bench-search: $(VENV)/.stamp-dev ## single questions to a million texts beside LanceDB's hybrid query; docs/matching.md
	$(BIN)/python -m benchmarks.searching

bench-index: $(VENV)/.stamp-dev ## the search table built from nothing, beside a tantivy index of the same words; docs/scaling.md
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.indexing

formats: $(VENV)/.stamp-dev ## what each file of the reference data gives (PANHUO_REFERENCE_DATA); prints docs/formats.md's table
	$(BIN)/python -m benchmarks.formats

clean: ## remove what was built here, not the homes
	rm -rf build dist src/panhuo/web/static frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
