# Tether: `make` builds into build/, `make demo` shows it, `make test` proves it. Each target's first comment says more.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

PACKAGES_BUILD := lua5.4 liblua5.4-dev lua-cjson libcurl4-openssl-dev libsqlite3-dev libmicrohttpd-dev \
	libjansson-dev libssl-dev libarchive-dev libexpat1-dev zlib1g-dev libhiredis-dev pkg-config
PACKAGES_DOCS := lua5.4 lua-ldoc cmark-gfm
PACKAGES_TEST := $(PACKAGES_BUILD) $(PACKAGES_DOCS) dpkg-dev lua-busted luarocks lua-socket nginx-light openssl curl python3-h2 procps sqlite3 lua-check cppcheck clang-format \
	clang libclang-rt-dev iproute2 lua-luv lua-cqueues lua-copas prosody lighttpd lighttpd-modules-lua lua-expat \
	zsh fish redis-server valgrind
PACKAGES_BENCH := $(PACKAGES_BUILD) lua-socket nginx-light openssl libyajl-dev lua-luv g++ libsimdjson-dev

LUA ?= lua5.4
PREFIX ?= /usr/local
LUA_INCDIR ?= /usr/include/lua5.4
INST_LUADIR ?= $(PREFIX)/share/lua/5.4
INST_LIBDIR ?= $(PREFIX)/lib/lua/5.4
INST_BINDIR ?= $(PREFIX)/bin

CFLAGS ?= -O2 -g
WARNINGS := -std=gnu17 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion -Wno-sign-conversion -Werror
CFLAGS_plain :=
CFLAGS_san := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAVOUR ?= plain
B := build/$(FLAVOUR)
COMPILE = $(CC) $(CFLAGS) $(CFLAGS_$(FLAVOUR)) $(WARNINGS) -fPIC -fvisibility=hidden -Icsrc -Ibuild/gen \
	-isystem $(LUA_INCDIR) -MMD -MP

LIBS := -lcurl
BASE := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard csrc/base/*.c csrc/data/*.c)))
CORE := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard csrc/core/*/*.c)))
# A native module is a folder of csrc/binding with what it uses of what all share.
binding_of = $(patsubst %.c,$(B)/%.o,$(sort $(wildcard csrc/binding/$(1)/*.c csrc/binding/$(1)/*/*.c))) $(B)/libshared.a
BINDING := $(call binding_of,values)
SESSION := $(call binding_of,session)
PORTAL_ROOMS := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard csrc/portal/*/*.c csrc/portal/*/*/*.c)))
PORTAL := $(call binding_of,portal) $(PORTAL_ROOMS)
WEBHOOK := $(call binding_of,webhook)
WEBHOOK_LIBS := -lcrypto
JOB := $(call binding_of,job)
JOB_LIBS := -lsqlite3
ARCHIVE := $(call binding_of,archive)
ARCHIVE_LIBS := -larchive -lexpat -lz
REDIS := $(call binding_of,redis)
REDIS_LIBS := -lhiredis -lssl -lcrypto
PORTAL_LIBS := -lmicrohttpd -lsqlite3 -ljansson -lcurl -lcrypto -pthread
C_TESTS := $(patsubst spec/c/%.c,$(B)/test/%,$(sort $(wildcard spec/c/*_test.c)))
TABLE := build/gen/data/types_table.h
PAGE := build/gen/portal/page/files_table.h

# One rule for every flavour: build/plain and build/san never share an object.
$(B)/csrc/%.o: csrc/%.c $(TABLE) $(PAGE)
	@mkdir -p $(@D)
	$(COMPILE) -c $< -o $@

$(TABLE): csrc/data/generate.lua $(wildcard csrc/data/*.tsv)
	@mkdir -p $(@D)
	$(LUA) csrc/data/generate.lua csrc/data >$@

# The files of the portal's page, compiled in: the portal serves them from the binary.
$(PAGE): csrc/portal/page/generate.lua $(wildcard csrc/portal/page/*/*.*)
	@mkdir -p $(@D)
	$(LUA) csrc/portal/page/generate.lua csrc/portal/page >$@

# Redis runs Lua scripts. They are kept as Lua files, and compiled in as texts.
SCRIPT := build/gen/purse/quota_script.h
$(SCRIPT): csrc/core/purse/quota.lua
	@mkdir -p $(@D)
	@{ echo 'static const char tether_quota_script[] ='; sed 's/^ *//; s/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $<; echo ';'; } >$@
$(B)/csrc/core/purse/source.o: $(SCRIPT)

# The core: an archive for the module and for the C tests. No Lua in it.
$(B)/libtether.a: $(BASE) $(CORE)
	@rm -f $@
	$(AR) rcs $@ $^

# What native modules share: a module gets what it calls of it.
$(B)/libshared.a: $(patsubst %.c,$(B)/%.o,$(sort $(wildcard csrc/binding/shared/*.c)))
	@rm -f $@
	$(AR) rcs $@ $^

# Seven modules, so that nobody maps a library that he does not use: values and bytes, the network, the server, signatures,
# XLSX and ZIP files, job files, Redis.
MODULES := tether/native.so tether/session/native.so tether/portal/native.so tether/webhook/native.so tether/archive/native.so \
	tether/job/native.so tether/redis/native.so
MODULE = @mkdir -p $(@D) && $(CC) -shared $(CFLAGS) $(CFLAGS_$(FLAVOUR)) $(LDFLAGS) -o $@ $^
$(B)/tether/native.so: $(BINDING) $(B)/libtether.a
	$(MODULE)
$(B)/tether/session/native.so: $(SESSION) $(B)/libtether.a
	$(MODULE) $(LIBS) -Wl,-z,nodelete # libcurl may call wiping.c as long as it is mapped
$(B)/tether/portal/native.so: $(PORTAL) $(BASE)
	$(MODULE) $(PORTAL_LIBS)
$(B)/tether/webhook/native.so: $(WEBHOOK) $(B)/libtether.a
	$(MODULE) $(WEBHOOK_LIBS)
$(B)/tether/job/native.so: $(JOB) $(B)/libtether.a
	$(MODULE) $(JOB_LIBS)
$(B)/tether/redis/native.so: $(REDIS) $(B)/libtether.a
	$(MODULE) $(REDIS_LIBS)
$(B)/tether/archive/native.so: $(ARCHIVE) $(B)/libtether.a
	$(MODULE) $(ARCHIVE_LIBS)

# Calls of the operating system that specs need.
SPEC_LIBRARIES := build/plain/spec_unix.so build/plain/spec_clock.so
build/plain/spec_%.so: spec/c/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -fPIC -isystem $(LUA_INCDIR) -MMD -MP -shared $< -o $@

# The modules, precompiled. A source that has changed since is read in place of its precompiled form.
LUA_FILES := $(shell find lua/tether -name '*.lua')
build/lua/tether/modules.luac: rockspec/bundle.lua rockspec/slim.lua $(LUA_FILES)
	@mkdir -p $(@D)
	@$(LUA) rockspec/bundle.lua lua $@

define RUN_FROM_TREE
-- Runs the command from the tree.
local here = (arg[0]:match "^(.*)/" or ".") .. "/.."
package.path = ("%s/lua/?.lua;%s/lua/?/init.lua;%s"):format(here, here, package.path)
package.cpath = ("%s/build/plain/?.so;%s/build/lua/?.so;%s"):format(here, here, package.cpath)
dofile(here .. "/lua/bin/tether")
endef
export RUN_FROM_TREE
build/tether: Makefile
	@mkdir -p $(@D)
	@printf '#!%s\n' "$$(command -v $(LUA))" >$@ && echo "$$RUN_FROM_TREE" >>$@
	@chmod +x $@

.PHONY: all env deps deps-test test test-run test-c lint layers format clean
all: $(addprefix $(B)/,$(MODULES)) build/tether build/lua/tether/modules.luac

# eval "$(make -s env)" lets lua5.4 find the module in the tree.
env:
	@echo 'export LUA_PATH="$(CURDIR)/lua/?.lua;$(CURDIR)/lua/?/init.lua;;" LUA_CPATH="$(CURDIR)/build/plain/?.so;$(CURDIR)/build/lua/?.so;;"'

# Installs what is missing, by Debian package name; without root or sudo prints the one line and stops.
define install_packages
	@missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	[ -z "$$missing" ] && exit 0; set -- $$missing; \
	if [ "$$(id -u)" = 0 ]; then as=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as=sudo; else \
	  echo "Missing packages. Run: apt-get install $$*"; exit 3; fi; \
	$$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" >/dev/null
endef
deps:
	$(call install_packages,$(PACKAGES_BUILD))
deps-test:
	$(call install_packages,$(PACKAGES_TEST))

# The main job on the embedded portal: records, the overview's requests, an import from a real CSV file.
.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory -s all
	@build/tether run --portal examples/demo.lua

# Installs what is missing, builds, and runs every check.
test: deps-test
	@$(MAKE) --no-print-directory test-run
test-run: all $(SPEC_LIBRARIES) layers lint test-c fuzz-short test-san
	@eval "$$($(MAKE) -s env)" && $(LUA) spec/support/busted.lua --output=plainTerminal --helper=spec/support/as_tasks.lua spec
	@eval "$$($(MAKE) -s env)" && $(LUA) spec/support/busted.lua --output=plainTerminal spec

$(B)/libportal.a: $(PORTAL_ROOMS)
	@rm -f $@
	$(AR) rcs $@ $^
.SECONDARY: $(C_TESTS:%=%.o)
$(B)/test/%.o: spec/c/%.c $(TABLE)
	@mkdir -p $(@D)
	$(COMPILE) -Ispec/c -c $< -o $@
$(B)/test/%: $(B)/test/%.o $(B)/libportal.a $(B)/libtether.a
	$(CC) $(CFLAGS) $(CFLAGS_$(FLAVOUR)) $(LDFLAGS) $(filter %.o %.a,$^) -o $@ $(LIBS) $(PORTAL_LIBS) $(WEBHOOK_LIBS) $(ARCHIVE_LIBS) $(REDIS_LIBS)
test-c:
	@$(MAKE) --no-print-directory FLAVOUR=san test-c-run
.PHONY: test-c-run
test-c-run: $(C_TESTS)
	@for program in $(C_TESTS); do ASAN_OPTIONS=detect_leaks=1 $$program || exit 1; echo "$$(basename $$program): fine under ASan and UBSan"; done

# The whole suite once more, and the allocation drill, in a host with everything linked in under the sanitizers.
LUA_ARCHIVE ?= $(shell pkg-config --variable=libdir lua5.4 2>/dev/null)/liblua5.4.a
WRAPPED := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup,--wrap=dlclose
$(B)/host: spec/c/host.c $(sort $(BINDING) $(SESSION) $(PORTAL) $(WEBHOOK) $(ARCHIVE) $(JOB) $(REDIS)) $(B)/libtether.a
	@mkdir -p $(@D)
	$(COMPILE) -Wno-missing-prototypes $^ $(WRAPPED) -Wl,-E -Wl,--whole-archive $(LUA_ARCHIVE) -Wl,--no-whole-archive \
	  $(LIBS) $(PORTAL_LIBS) $(WEBHOOK_LIBS) $(ARCHIVE_LIBS) $(REDIS_LIBS) -lm -ldl -o $@
.PHONY: test-san test-san-run
test-san:
	@$(MAKE) --no-print-directory FLAVOUR=san test-san-run
SANITIZED = env -u MAKEFLAGS -u FLAVOUR ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
  LSAN_OPTIONS=suppressions=spec/c/leaks.supp:print_suppressions=0 $(B)/host
test-san-run: $(B)/host
	@eval "$$($(MAKE) -s env)" && $(SANITIZED) spec/support/drill.lua 1 && \
	  $(SANITIZED) spec/support/busted.lua --output=plainTerminal spec

# The portal's page in Debian's chromium, whole: every view in light and dark, on a desk and on a phone, a large account, a
# flood of requests. axe-core looks as well where npm is, installed outside the tree. SHOTS=DIR keeps the screenshots.
PACKAGES_PAGE := $(PACKAGES_BUILD) lua-busted lua-socket chromium chromium-driver fonts-dejavu-core
AXE ?= $(if $(TMPDIR),$(TMPDIR),/tmp)/tether-axe-4.14.1
# Workers, owners and Redis killed at random, at length: thirty kills, two seconds apart; and an account's quota that
# programs share by Redis, for a minute each.
.PHONY: test-redis
test-redis: $(SPEC_LIBRARIES)
	@$(MAKE) --no-print-directory -s all
	@eval "$$($(MAKE) -s env)" && SHARING_SECONDS=60 timeout 900 $(LUA) spec/support/busted.lua --output=plainTerminal spec/sharing_spec.lua
	@eval "$$($(MAKE) -s env)" && WORK_KILLS=30 WORK_PAUSE=2 WORKERS=4 \
	  timeout 900 $(LUA) spec/support/busted.lua --output=plainTerminal spec/jobs/workers_spec.lua
.PHONY: test-page
test-page:
	$(call install_packages,$(PACKAGES_PAGE))
	@$(MAKE) --no-print-directory -s all
	@if command -v npm >/dev/null && [ ! -e $(AXE)/installed ]; then mkdir -p $(AXE) && \
	  timeout 120 npm install --silent --no-audit --no-fund --prefix $(AXE) axe-core@4.14.1 && touch $(AXE)/installed || \
	  echo "without axe-core: npm could not install it"; fi
	@eval "$$($(MAKE) -s env)" && TETHER_PAGE=whole TETHER_SHOTS=$(SHOTS) \
	  TETHER_AXE=$$(ls $(AXE)/node_modules/axe-core/axe.min.js 2>/dev/null) \
	  timeout 600 $(LUA) spec/support/busted.lua --output=plainTerminal spec/page_spec.lua

# Runs HubSpot's Node client and MCP server, unchanged, against the portal. They are installed outside the tree.
# It needs node, npm and the registry.
.PHONY: test-clients
CLIENTS ?= $(if $(TMPDIR),$(TMPDIR),/tmp)/tether-clients-13.5.0-0.4.0
test-clients: all
	@mkdir -p $(CLIENTS)
	@test -e $(CLIENTS)/installed || { timeout 300 npm install --silent --no-audit --no-fund --prefix $(CLIENTS) \
	  @hubspot/api-client@13.5.0 @hubspot/mcp-server@0.4.0 && touch $(CLIENTS)/installed; }
	@timeout 180 node spec/clients/clients.mjs $(CLIENTS)

# One table, each row a ratio to a reference measured beside it: BENCH_ROWS=encode,write chooses rows, BENCH_TURNS=N turns
# of each, NODE=1 takes HubSpot's Node client as well, which is installed outside the tree. BENCH_BASE=REV builds that
# revision in a worktree of its own, build/base/REV, and the rows of `base` run the same program with both builds.
.PHONY: bench bench-run
bench:
	$(call install_packages,$(PACKAGES_BENCH))
	@$(MAKE) --no-print-directory bench-run
BENCHES := $(patsubst spec/bench/programs/%.c,$(B)/bench/%,$(sort $(wildcard spec/bench/programs/*.c))) $(B)/bench/simdjson
BASE_BUILT = $(if $(BENCH_BASE),$(shell git rev-parse --short=12 --verify --quiet "$(BENCH_BASE)^{commit}"))
bench-run: all $(BENCHES) $(if $(BENCH_BASE),bench-base)
	@eval "$$($(MAKE) -s env)" && export BENCH_BASE_BUILT=$(BASE_BUILT) && export LUA_PATH="$(CURDIR)/?.lua;$$LUA_PATH" && $(LUA) spec/bench/bench.lua
$(B)/bench/%: spec/bench/programs/%.c spec/bench/programs/figures.h $(B)/libtether.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -D_GNU_SOURCE -Icsrc -Ibuild/gen $< $(B)/libtether.a -o $@ \
	  -lcurl -ljansson -lyajl -lsqlite3 -lmicrohttpd

$(B)/bench/simdjson: spec/bench/programs/simdjson.cc spec/bench/programs/figures.h
	@mkdir -p $(@D)
	$(CXX) $(CFLAGS) -std=c++17 -Wall -Wextra $< -lsimdjson -o $@

# `make clean` removes the folders of worktrees. The next use removes what git still knows of them.
.PHONY: bench-base
bench-base:
	@[ -n "$(BASE_BUILT)" ] || { echo "BENCH_BASE=$(BENCH_BASE): git knows no such revision"; exit 2; }
	@git worktree prune
	@[ -e build/base/$(BASE_BUILT)/Makefile ] || git worktree add --quiet --force --detach build/base/$(BASE_BUILT) $(BASE_BUILT)
	@echo "building $(BASE_BUILT), the base" >&2
	@env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS $(MAKE) --no-print-directory -s -C build/base/$(BASE_BUILT) all

# The lines and functions that no test reaches, by room: C by gcov, Lua by a hook. It runs the suite in a copy of the tree
# under build/coverage, and is no part of `make test`. COVER="spec/a_spec.lua spec/portal" runs these alone.
COVERED := build/coverage/tree
COVER ?= spec
.PHONY: coverage
coverage: deps-test
	$(call install_packages,gcovr)
	@rm -rf build/coverage && mkdir -p $(COVERED)
	@cp -a Makefile csrc lua spec examples rockspec *.md .busted .luacheckrc $(COVERED)/
	@$(MAKE) --no-print-directory -s -C $(COVERED) CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage coverage-run
	@cd $(COVERED) && gcovr --root . --filter csrc/ --json c.json . && $(LUA) spec/support/coverage/report.lua lines c.json
.PHONY: coverage-run
coverage-run: all $(SPEC_LIBRARIES) $(C_TESTS)
	@for program in $(C_TESTS); do $$program || exit 1; done
	@eval "$$($(MAKE) -s env)" && COVERAGE_LINES=$(CURDIR)/lines LUA_INIT=@$(CURDIR)/spec/support/coverage/hook.lua \
	  $(LUA) spec/support/busted.lua --output=plainTerminal $(COVER) || echo "some specs fail under the hook: see above"

# What is quick: build, arrows, lint, and the specs that differ from the last commit, or SPECS="…".
.PHONY: check
SPECS ?= $(shell git status --porcelain -uall spec 2>/dev/null | awk '$$1 != "D" {print $$NF}' | grep '_spec\.lua$$')
check: all $(SPEC_LIBRARIES) layers lint
	@[ -z "$(SPECS)" ] || { eval "$$($(MAKE) -s env)" && $(LUA) spec/support/busted.lua --output=plainTerminal $(SPECS); }

# Puts slips into the code one at a time, and counts those that the tests of their room notice. ROOM="core/links
# portal" chooses rooms or houses of rooms, JOBS=2 how many run side by side. It takes some minutes, and is no part of
# `make test`.
.PHONY: mutants
mutants: all $(SPEC_LIBRARIES)
	@JOBS=$(or $(JOBS),2) $(LUA) spec/support/mutants.lua run $(ROOM)

# Throws bytes at every reader for SECONDS_FUZZ each, under ASan and UBSan. What it finds is left in build/fuzz.
SECONDS_FUZZ ?= 30
FUZZED := $(wildcard csrc/base/*.c csrc/data/*.c $(addprefix csrc/core/,json/*.c links/*.c text/*.c files/*.c wire/*.c sheet/*.c backup/*.c job/*.c)) \
	csrc/core/http/date.c csrc/core/http/hear.c csrc/core/session/mask.c csrc/core/redis/url.c csrc/core/redis/fault.c csrc/core/purse/purse.c csrc/core/purse/question.c \
	$(wildcard csrc/portal/*/*.c csrc/portal/*/*/*.c)
FUZZERS := $(patsubst spec/fuzz/%.c,%,$(wildcard spec/fuzz/*_fuzz.c))
build/fuzz/%.run: spec/fuzz/%.c $(FUZZED) $(wildcard csrc/*/*.h csrc/*/*/*.h csrc/*/*/*/*.h) $(TABLE) $(PAGE)
	@mkdir -p build/fuzz
	@clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -std=gnu17 -Icsrc -Ibuild/gen $< $(FUZZED) \
	  $(PORTAL_LIBS) -lcurl $(WEBHOOK_LIBS) $(ARCHIVE_LIBS) -o $@
.PHONY: fuzz fuzz-short fuzz-run
fuzz:
	$(call install_packages,clang libclang-rt-dev)
	@$(MAKE) --no-print-directory fuzz-run
# The portal, from requests of every kind, for a few seconds: part of `make test`.
fuzz-short:
	@$(MAKE) --no-print-directory fuzz-run FUZZERS=portal_fuzz SECONDS_FUZZ=8
fuzz-run: $(FUZZERS:%=build/fuzz/%.run)
	@$(MAKE) --no-print-directory FLAVOUR=san build/san/test/portal_test
	@for name in $(FUZZERS); do mkdir -p build/fuzz/$$name; \
	  [ $$name != portal_fuzz ] || build/san/test/portal_test build/fuzz/$$name || exit 1; \
	  build/fuzz/$$name.run -max_total_time=$(SECONDS_FUZZ) -max_len=4096 -artifact_prefix=build/fuzz/ build/fuzz/$$name \
	    2>build/fuzz/$$name.log || { tail -40 build/fuzz/$$name.log; exit 1; }; echo "$$name: nothing found"; done

# Arrows point down the list of rooms only, and a room has 3 to 16 files.
layers:
	@$(LUA) spec/support/layers.lua
	@$(LUA) spec/support/circles.lua

C_FILES = $(shell find csrc spec examples -name '*.[ch]')
lint:
	@$(LUA) spec/support/lengths.lua
	@$(LUA) spec/support/slips.lua
	@luacheck -q lua spec examples csrc rockspec --no-color
	@cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
	  --suppress=missingIncludeSystem -Icsrc -Ibuild/gen csrc
	@clang-format --dry-run --Werror $(C_FILES)
format:
	@clang-format -i $(C_FILES)

include rockspec/package.mk

# A site to read, in build/docs: the guides, a page for each error code, the reference of what scripts require.
.PHONY: docs
docs:
	$(call install_packages,$(PACKAGES_DOCS))
	@rm -rf build/docs
	@$(LUA) /usr/bin/ldoc --fatalwarnings -q -c .ldoc . >/dev/null
	@$(LUA) rockspec/site/site.lua build/docs && echo "build/docs/index.html"

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
