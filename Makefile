# activityd: everything a person or CI does with this tree. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# SwiftPM runs its own jobs in parallel and locks the build folder against a second one.
.NOTPARALLEL:

# Where `install` puts things; DESTDIR is for packagers and is not part of any installed path.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
BINDIR := $(PREFIX)/bin
DOCDIR := $(PREFIX)/share/doc/activityd
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Where systemd looks for units (systemd.unit(5)); one that is elsewhere has to be named by its path.
SYSTEMD_DIRS := /etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system
CONFIG := $(SYSCONFDIR)/activityd/activityd.yaml
UNIT := $(UNITDIR)/activityd.service

# Debian packages. Tests also need curl, nginx and a browser as clients and proxies that are not ours, systemd-analyze to
# rate the unit, and Python for those of the benchmarks.
BUILD_PACKAGES := g++ libmicrohttpd-dev libsimdjson-dev libsqlite3-dev libyaml-dev pkg-config zlib1g-dev
TEST_PACKAGES := chromium-headless-shell curl nginx python3 systemd
# What counts instructions.
COUNT_PACKAGES := binutils python3 valgrind

# The Swift runtime goes into the binary: the machine that runs it needs no toolchain.
RELEASE_FLAGS := -c release --static-swift-stdlib --product activityd
RELEASE_BINARY := .build/release/activityd
# SwiftPM does not touch a binary that comes out the same, so a file of our own says when it was last built; and which one
# it was, since `swift build -c release` alone puts one there that needs the libraries of the toolchain.
RELEASE_STAMP := .build/release/.activityd-built
IDENTITY = stat --format='%s %y' $(RELEASE_BINARY)
OTHER_BINARY := $(shell cmp -s <($(IDENTITY) 2>/dev/null) $(RELEASE_STAMP) || echo other-binary)
SOURCES := Package.swift .ci/startup.order $(shell find Sources -type f)

# Swift Testing only: XCTest would close with a count of zero.
TEST := swift test --disable-xctest
# Under ThreadSanitizer: the suites with shared state. Under AddressSanitizer: those with C, C++ or raw memory below.
TSAN_SUITES := ^(ActivityLog|ActivityServer|DaemonSupport|MicroHTTP|PosixThreads)Tests\.
ASAN_SUITES := ^(ActivityConfig|ByteBuffers|Gzip|ActivityJSON|ActivityLog|MicroHTTP)Tests\.

.PHONY: help setup setup-test build release run test test-tsan test-asan test-bench lint format bench bench-micro startup-order \
	install uninstall ci clean other-binary

help: ## Lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | column -t -s '|'

setup: ## Installs the Debian packages that a build needs, if any is missing, and checks the Swift toolchain
	@.ci/setup $(BUILD_PACKAGES)

setup-test: ## The same, with what the tests need
	@.ci/setup $(BUILD_PACKAGES) $(TEST_PACKAGES)

build: setup ## Builds for debugging
	swift build

release: setup $(RELEASE_STAMP) ## Builds the optimised binary that `install` installs

$(RELEASE_STAMP): $(SOURCES) $(OTHER_BINARY)
	@rm -f $(RELEASE_BINARY) # SwiftPM takes whatever is there for the result of its last build
	swift build $(RELEASE_FLAGS)
	@$(IDENTITY) >$@

run: release ## Builds and serves on config/activityd.yaml; Ctrl-C stops it
	@echo "serving on config/activityd.yaml; the address is on the line 'listening' below"
	@exec $(RELEASE_BINARY) serve --config config/activityd.yaml

test: setup-test test-bench $(RELEASE_STAMP) ## Runs every test, also those that drive the built binary
	$(TEST)

test-tsan: setup ## Runs the suites with shared state under ThreadSanitizer
	$(TEST) --sanitize=thread --scratch-path .build-tsan --filter '$(TSAN_SUITES)'

test-asan: setup ## Runs the suites above C and raw memory under AddressSanitizer
	$(TEST) --sanitize=address --scratch-path .build-asan --filter '$(ASAN_SUITES)'

test-bench: setup-test ## Runs the tests of the benchmarks' own code
	python3 -B -m unittest discover -s Benchmarks/tests -t Benchmarks

lint: setup ## Checks the format, the rules of the source tree, and that it compiles without a warning
	@.ci/lint
	swift build --build-tests --scratch-path .build-lint -Xswiftc -warnings-as-errors \
		--explicit-target-dependency-import-check error

format: ## Formats the source
	swift format -i -r Package.swift Sources Tests Benchmarks

bench: release ## Measures the daemon under load and compares it with its peers
	Benchmarks/run

startup-order: release ## Records which functions the start runs, for the linker (after a change of the toolchain)
	@.ci/setup $(BUILD_PACKAGES) $(COUNT_PACKAGES)
	.ci/startup-order

bench-micro: ## Counts instructions and allocations of single operations; fails when one grew by more than 5 %
	@.ci/setup $(BUILD_PACKAGES) $(COUNT_PACKAGES)
	Benchmarks/micro

install: $(RELEASE_STAMP) ## Installs binary, unit, docs and, unless there is one, the config file (PREFIX, DESTDIR)
	install -D -m 0755 $(RELEASE_BINARY) $(DESTDIR)$(BINDIR)/activityd
	install -D -m 0644 -t $(DESTDIR)$(DOCDIR) docs/api.md docs/configuration.md LICENSE
	@if [ -e $(DESTDIR)$(CONFIG) ]; then \
		echo "keeping $(DESTDIR)$(CONFIG)"; \
	else \
		echo "install -D -m 0644 config/activityd.yaml $(DESTDIR)$(CONFIG)"; \
		install -D -m 0644 config/activityd.yaml $(DESTDIR)$(CONFIG); \
	fi
	@echo "systemd/activityd.service -> $(DESTDIR)$(UNIT)"
	@install -d $(DESTDIR)$(UNITDIR)
	@sed -e 's|/usr/local/bin/|$(BINDIR)/|' -e 's|/etc/activityd/|$(SYSCONFDIR)/activityd/|' \
		-e 's|/usr/local/share/doc/activityd/|$(DOCDIR)/|g' \
		systemd/activityd.service > $(DESTDIR)$(UNIT)
	@chmod 0644 $(DESTDIR)$(UNIT)
ifeq ($(filter $(UNITDIR),$(SYSTEMD_DIRS)),)
	@echo "systemd does not look in $(UNITDIR); start it by its path: systemctl enable --now $(UNIT)"
else
	@[ -n "$(DESTDIR)" ] || echo "start it: systemctl daemon-reload && systemctl enable --now activityd"
endif
	@find /proc -maxdepth 2 -name exe -lname '$(DESTDIR)$(BINDIR)/activityd (deleted)' -printf '%h\n' 2>/dev/null | \
		sed -e 's|/proc/|process |' -e 's|$$| still runs the binary from before: systemctl restart activityd|' || true

uninstall: ## Removes binary, unit and docs; the config file stays
	rm -f $(DESTDIR)$(BINDIR)/activityd $(DESTDIR)$(UNIT)
	rm -rf $(DESTDIR)$(DOCDIR)
	@if [ -e $(DESTDIR)$(CONFIG) ]; then echo "keeping $(DESTDIR)$(CONFIG)"; fi

ci: lint test-tsan test-asan test ## What CI runs

clean: ## Removes everything that was built
	rm -rf .build .build-lint .build-tsan .build-asan
