# `make run` to see Rekey, `make test` to check it. Both install what is missing first, and say so.

# wasm-opt comes from npm, the cargo tools from cargo's own folder.
export PATH := $(CURDIR)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)

# The release build is finished when this file is there, newer than every source, and the site beside it is a
# compressed one (`make watch` replaces it by its own).
BUILT   := target/release/.built
SITE    := $(wildcard target/site/pkg/*.wasm.br)
SOURCES := $(wildcard Cargo.toml Cargo.lock Leptos.toml askama.toml build.rs rust-toolchain.toml .cargo/config.toml) \
           $(shell find $(wildcard src locales migrations public style config templates) -type f)

build_release = cargo leptos build --release --precompress && touch $(BUILT)

.PHONY: help setup tools run watch build bench test clean rebuild
.NOTPARALLEL:

help:
	@echo 'make run     build Rekey and start it with demo people on http://127.0.0.1:3000'
	@echo 'make watch   the same, built quickly, again after each change, with live reload'
	@echo 'make test    every check and test, stage by stage'
	@echo 'make bench   what the release build takes on this machine'
	@echo 'make build   the release build: target/release/rekey and target/site'
	@echo 'make setup   install what the above need'
	@echo 'make clean   remove what was built'

setup:
	@scripts/setup test

tools:
	@scripts/setup build

run: $(BUILT)
	@target/release/rekey serve --demo

# Live reload finds the style sheet by its plain name only.
watch: tools
	LEPTOS_HASH_FILES=false cargo leptos watch -- serve --demo

build: tools
	$(build_release)

test:
	@scripts/test

bench: $(BUILT)
	@scripts/bench

clean:
	cargo clean
	rm -rf end2end/test-results end2end/screenshots

rebuild:

$(BUILT): $(SOURCES) $(if $(SITE),,rebuild) | tools
	$(build_release)
