# The project's commands. `make run` and `make test` install what they need; the others expect it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build run test test-long fuzz bench fmt lint tidy deny web web-modules needs-build needs-test unit web-test journeys

export CARGO_TARGET_DIR ?= target
# The journeys run in a folder of their own and must find the same program.
export CARGO_TARGET_DIR := $(abspath $(CARGO_TARGET_DIR))

PROGRAM := $(CARGO_TARGET_DIR)/release/incamera
say = @printf '\n== %s\n' $(1)

# --- for people ---------------------------------------------------------------------------------------------

build: web ## The program, with the web client inside: $(CARGO_TARGET_DIR)/release/incamera
	$(call say,'Building the program (the first time: several minutes)')
	cargo build --release --locked --package incamera
	@echo "Built $(PROGRAM)"

run: needs-build build ## Builds and starts
	$(call say,'Starting; Ctrl-C ends')
	exec "$(PROGRAM)" serve

fmt: ## Formats the Rust sources
	cargo fmt --all

bench: ## Load, and the numbers it gives
	$(call say,'Measuring')
	@if [ -x bench/run ]; then bench/run; else echo "bench/ holds nothing to run yet"; fi

# --- what CI runs -------------------------------------------------------------------------------------------

test: needs-build needs-test ## Everything that must hold before a change is taken
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory deny
	@$(MAKE) --no-print-directory tidy
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory web-test
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory journeys
	$(call say,'All tests passed')

test-long: test fuzz ## The same, then what takes too long for every change
	$(call say,'Long journeys: soak and the wider matrix')
	cd tests && npm run test:long

fuzz: ## Datagrams and offers changed at random, and every story with many seeds, for some minutes
	$(call say,'Changing what comes from the network at random')
	INCAMERA_FUZZ_ROUNDS=60000 cargo nextest run --release --locked --workspace --no-capture -E 'package(incamera-sim) & binary(fuzz)'
	$(call say,'Telling the stories of bad networks with many seeds')
	INCAMERA_SIM_SEEDS=40 cargo nextest run --release --locked --workspace --no-fail-fast -E 'package(incamera-sim) & (binary(loss) | binary(rate) | binary(hostile))'

lint:
	$(call say,'Checking the format')
	cargo fmt --all --check
	$(call say,'Linting the Rust sources')
	cargo clippy --locked --workspace --all-targets -- -D warnings

tidy:
	$(call say,'Holding the source to the architecture')
	cargo xtask tidy

unit: web ## The program serves the client, and so do the tests of its pages
	$(call say,'Rust tests')
	cargo nextest run --locked --workspace

# The rules about licences, crates and sources need no network beyond the crates themselves. Advisories do:
# where their database cannot be reached, that is said loudly and the rest still counts.
deny:
	$(call say,'Licences and banned crates and sources')
	cargo deny --workspace check licenses bans sources
	$(call say,'Known vulnerabilities (fetches the advisory database)')
	@log=$$(mktemp); \
	if timeout 120 cargo deny --workspace fetch db >"$$log" 2>&1; then \
	  cargo deny --workspace check --disable-fetch advisories; \
	else \
	  tail -n 5 "$$log"; \
	  printf '\n%s\n' \
	    '******************************************************************************' \
	    '* NOT CHECKED: the advisory database cannot be reached from this machine.    *' \
	    '* Run `cargo deny check advisories` where it can be, before every release.   *' \
	    '******************************************************************************'; \
	fi; \
	rm -f "$$log"

web-test: web
	$(call say,'Web client: types')
	cd web && npm run check
	$(call say,'Web client: lints')
	cd web && npm run lint
	$(call say,'Web client: tests')
	cd web && npm run test
	$(call say,'Web client: budgets')
	cd web && npm run budget

journeys:
	$(call say,'Journeys: the real program with real browsers')
	cd tests && npm ci && npm test

# --- the web client -----------------------------------------------------------------------------------------

web: web/node_modules/.installed
	$(call say,'Building the web client')
	cd web && npm run build

web/node_modules/.installed: web/package-lock.json
	$(call say,'Installing what the web client is built with')
	cd web && npm ci
	@touch $@

# --- what is needed -----------------------------------------------------------------------------------------

# Rust and Node are expected. The cryptography is C: it needs a compiler and cmake.
needs-build:
	@scripts/needs cargo node npm
	@scripts/needs-packages build-essential cmake clang

needs-test:
	@scripts/needs-packages chromium firefox-esr iproute2 util-linux git procps xvfb postgresql libfaketime
	@command -v cargo-nextest >/dev/null || { printf '\n== Installing cargo-nextest (several minutes, once)\n'; cargo install --locked cargo-nextest; }
	@command -v cargo-deny >/dev/null || { printf '\n== Installing cargo-deny (several minutes, once)\n'; cargo install --locked cargo-deny; }
	@rustup component list --installed 2>/dev/null | grep -q clippy || ! command -v rustup >/dev/null || rustup component add clippy rustfmt
