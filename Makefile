# `make run` to see Rekey, `make test` to check it. Both install what is missing first, and say so.

# wasm-opt comes from npm, the cargo tools from cargo's own folder.
export PATH := $(CURDIR)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)

.PHONY: help setup run watch build bench test clean
.NOTPARALLEL:

help:
	@echo 'make run     build Rekey quickly and start it with demo people on http://127.0.0.1:3000'
	@echo 'make watch   the same, again after each change, with live reload (by cargo-leptos)'
	@echo 'make test    every check and test, stage by stage'
	@echo 'make bench   what the release build takes on this machine'
	@echo 'make build   the release build: target/release/rekey and target/site'
	@echo 'make setup   install what the above need'
	@echo 'make clean   remove what was built'

setup:
	@scripts/setup test
	@scripts/setup leptos

run:
	@scripts/setup build
	@scripts/build quick
	@LEPTOS_SITE_ROOT=target/quick/site target/quick/rekey serve --demo

# Live reload finds the style sheet by its plain name only.
watch:
	@scripts/setup watch
	LEPTOS_HASH_FILES=false LEPTOS_SITE_ROOT=target/watch/site cargo leptos watch -- serve --demo

build:
	@scripts/setup build
	@scripts/build release

test:
	@scripts/test

bench: build
	@scripts/bench

clean:
	cargo clean
	rm -rf end2end/test-results end2end/screenshots
