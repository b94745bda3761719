# `make up` needs Python 3.11 or newer and nothing else; `make help` lists the rest.
SHELL := /bin/sh
# The first Python that runs and is new enough; else plain python3, which is then told what is wrong.
PYTHON ?= $(or $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done),python3)
BOOTSTRAP = @command -v $(PYTHON) >/dev/null || { echo "Collab needs Python 3.11 or newer; there is no $(PYTHON) here."; exit 2; }; \
	exec $(PYTHON) collab/bootstrap.py
RUN := .venv/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
DATA_DIR ?= var
DEMO ?= 1
WEB_WORKERS ?= 1
TESTS ?= tests
PROCESSES ?= 2
SOAKED = tests/soak tests/upgrades/test_executor.py tests/approvals/test_fold.py tests/access/test_agreement.py tests/access/test_narrowing.py \
	$(addprefix tests/doors/test_,matrix.py both_gates.py bad_input.py bad_forms.py same_line.py) tests/browser/test_ten_definitions.py
export PORT HOST DATA_DIR DEMO WEB_WORKERS
# Where an image forbids Python to keep what it compiled, each of our processes would compile everything anew.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help up env assets demo dump restore test lint types migrations release unit browser notice sbom audit fmt bench faults soak screenshots

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

up: ## set up and start everything; PORT=8000 HOST=127.0.0.1 DATA_DIR=var DEMO=0 WEB_WORKERS=1
	$(BOOTSTRAP) -m collab.up

env:
	$(BOOTSTRAP)

assets: env
	@$(RUN) -m collab.assets

demo: env ## the demo world, in a platform that runs; repeating it changes nothing
	@$(RUN) manage.py demo

dump: env ## the database as one file in DATA_DIR/backups, or FILE=...; the platform may run
	@$(RUN) -m collab.backups dump $(FILE)

restore: env ## the database as it was: FILE=..., YES=1 not to be asked; the platform must not run
	@YES=$(YES) $(RUN) -m collab.backups restore $(FILE)

# The tests in the browser wait half of their time, and the others have it: those are nice, since a page on a crowded machine
# misses what it waits for. What runs beside them tells what it has to say in one piece.
test: assets ## all checks and tests, on engines of their own
	@$(MAKE) -s -j3 told-browser told-lint unit MANNERS=nice

told-%:
	@told=$$(mktemp); $(MAKE) -s $* >$$told 2>&1; code=$$?; cat $$told; rm -f $$told; exit $$code

lint: env types migrations ## style, formatting, types and migrations
	@$(MANNERS) $(RUN) -m ruff check .
	@$(MANNERS) $(RUN) -m ruff format --check .
	@$(MANNERS) $(RUN) -m mypy kernel $(filter-out kernel/%,$(wildcard */operations.py */operations))

types: env
	@$(MANNERS) $(RUN) -m collab.assets types

migrations: env
	@$(MANNERS) $(RUN) -m collab.migration_lint

release: env ## what a version publishes for good: its new migrations enter migrations.lock
	@$(RUN) -m collab.releases add

unit: assets ## the tests that need no browser; TESTS=tests/chat for a part
	@$(MANNERS) $(RUN) -m pytest $(TESTS) -n $(PROCESSES) --dist worksteal -m "not browser"

browser: assets ## the tests in headless Chromium
	@$(RUN) -m pytest $(if $(filter tests,$(TESTS)),tests/browser,$(TESTS)) -m browser; code=$$?; [ $$code -eq 5 ] && exit 0 || exit $$code

notice: env ## NOTICE from the lock files: what we are made of, under which licences
	@$(RUN) -m collab.supply notice

sbom: env ## sbom.cdx.json: the same for programs, as CycloneDX
	@$(RUN) -m collab.supply sbom

audit: env ## what is known against the locked packages; asks PyPI and npm
	@$(RUN) -m collab.supply audit

fmt: env ## bring the sources into shape
	@$(RUN) -m ruff check --fix-only --quiet .
	@$(RUN) -m ruff format .

bench: assets ## how fast it is here, as a table; WHAT=record for the page of a record of ten million entries, WHAT=search, WHAT=sockets, WHAT=volume
	@$(RUN) -m bench $(WHAT)

screenshots: assets ## the pictures of the guides, taken anew; SHOTS="approval record" for some, SHOTS=chat for all of chat in DATA_DIR/screenshots
	@$(RUN) -m docs.$(if $(filter chat,$(firstword $(SHOTS))),chat_pictures,screenshots) $(SHOTS)

faults: assets ## nothing is lost or doubled while processes die, the disk fills, Valkey forgets, the clock goes back; SECONDS=60 SEED=... FAULTS=kill,disk,valkey,clock
	@$(RUN) -m bench.faults

soak: assets ## random lives of organizations, held against what must hold, and all that `make test` asks a share of; SECONDS=300
	@SOAK_SECONDS=$(or $(SECONDS),300) $(RUN) -m pytest $(SOAKED)
