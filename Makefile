# gipdocs: `make run` starts the service, `make test` proves it. Both install what is missing first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test quick coverage fonts lint bench lock clean python compiled baked run-packages test-packages git-diff

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := setup/install-requirements $(VENV)

# How many tests run beside each other.
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal
# Without compiled files each of the many processes that the tests start would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# A stamp carries the hash of what it was made from: made again when that changes, whatever the clock says.
hash = $(shell cat $(1) | sha256sum | cut -c1-16)
RUN := $(VENV)/ready/run-$(call hash,requirements/run.txt requirements/uv.txt pyproject.toml)
TEST := $(VENV)/ready/test-$(call hash,requirements/test.txt)
CLIENTS := tests/clients/node
NODE := $(VENV)/ready/node-$(call hash,$(CLIENTS)/package.json $(CLIENTS)/package-lock.json)
FONTS := $(VENV)/ready/fonts-$(call hash,setup/install-fonts)

help:
	@echo "make run    安装缺少的软件并启动服务 / install what is missing, start the service on 127.0.0.1:8000"
	@echo "make setup  仅安装缺少的软件 / install what is missing and no more"
	@echo "make test   安装缺少的软件并运行全部检查 / install what is missing, run every check"
	@echo "make quick  约半分钟，运行不需要LibreOffice的检查 / what can be checked in about half a minute, without LibreOffice"
	@echo "make coverage  测量检查覆盖的代码行 / measure which lines the tests reach"
	@echo "make bench  测量速度 / measure the speed"
	@echo "make lint   仅检查代码 / check the code only"
	@echo "make lock   重新锁定依赖版本 / pin the dependencies anew"
	@echo "make clean  删除生成的文件 / remove everything that was generated"

setup: run-packages $(RUN) $(FONTS) compiled baked git-diff

run: setup
	@exec $(BIN)/gipdocs serve

test: test-packages setup $(NODE) lint
	$(PYTEST)
	$(BIN)/gipdocs check

# Apart from `make test`, since counting lines slows every test.
coverage: test-packages setup $(TEST) $(NODE)
	rm -rf .coverage && mkdir .coverage
	$(BIN)/python -m coverage run -m pytest -n $(JOBS) --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

quick: lint
	$(PYTEST) -q -p no:schemathesis -m "not converter and not browser and not contract and not slow and not further and not alone"

lint: $(RUN) $(TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup $(TEST)
	$(BIN)/python -m bench

run-packages:
	@setup/install-debian-packages run

test-packages:
	@setup/install-debian-packages run test

$(VENV)/ready/python: | run-packages
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更高版本，可用 make PYTHON=… 指定 / Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(@D)
	@touch $@

$(RUN): $(VENV)/ready/python
	@$(INSTALL) requirements/run.txt
	@rm -f $(@D)/run-*
	@touch $@

$(TEST): $(RUN)
	@$(INSTALL) requirements/test.txt
	@rm -f $(@D)/test-*
	@touch $@

# Only the tests of generated clients need these; no script of a package runs.
$(NODE): $(VENV)/ready/python | test-packages
	@setup/install-node-packages $(CLIENTS) $(VENV)/node
	@rm -f $(@D)/node-*
	@touch $@

FONT_FOLDER := $(VENV)/share/gipdocs/fonts

fonts: $(VENV)/ready/python
	@setup/install-fonts $(FONT_FOLDER)

$(FONTS): $(VENV)/ready/python
	@setup/install-fonts $(FONT_FOLDER)
	@rm -f $(@D)/fonts-*
	@touch $@

# A service that may not write here would compile the program at each start.
compiled: $(RUN)
	@$(BIN)/python -m compileall -q gipdocs plugins

# What the converter needs is made where it is missing: fonts, LibreOffice and the code that asks for it may change.
baked: $(RUN) $(FONTS)
	@$(BIN)/python -m gipdocs.pdf.bake

git-diff:
	@if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then \
		git config diff.docx.textconv 'python3 setup/docx-as-text'; \
	fi

# The pinned files carry versions and hashes and no index address, so that any mirror can serve them.
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make lock"
lock: $(VENV)/ready/python
	$(BIN)/python -m pip install --quiet --upgrade --requirement requirements/uv.in
	$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	$(LOCK) pyproject.toml requirements/run.in --output-file requirements/run.txt
	$(LOCK) requirements/postgresql.in --constraint requirements/run.txt --output-file requirements/postgresql.txt
	$(LOCK) requirements/oidc.in --constraint requirements/run.txt --output-file requirements/oidc.txt
	$(LOCK) requirements/engine.in --constraint requirements/run.txt --output-file requirements/engine.txt
	$(LOCK) pyproject.toml requirements/run.in requirements/test.in --constraint requirements/run.txt \
		--constraint requirements/postgresql.txt --constraint requirements/oidc.txt --constraint requirements/engine.txt \
		--output-file requirements/test.txt

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
