# What leaves the tree: install, uninstall, dist, deb. Included by the Makefile, which says what is built.
VERSION := $(shell sed -n 's/^return "\(.*\)"$$/\1/p' lua/tether/version.lua)
# Debian's folder for zsh is another one than that of what people install themselves.
INST_MANDIR ?= $(PREFIX)/share/man
INST_BASHDIR ?= $(PREFIX)/share/bash-completion/completions
INST_ZSHDIR ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
INST_FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
INST_LIST ?= $(PREFIX)/share/tether/installed

# Precompiled, programs start in half of the time. The sources are installed as well.
MODULES_PRECOMPILED := build/lua/tether/modules.luac

# What is installed stands under build/stage first; the list of it tells `make uninstall` what to take away.
STAGE := $(CURDIR)/build/stage
.PHONY: install uninstall stage
stage: all
	@rm -rf $(STAGE)
	@install -d $(STAGE)$(INST_LUADIR)
	@for module in $(MODULES); do install -D -m 755 $(B)/$$module $(STAGE)$(INST_LIBDIR)/$$module; done
	@install -D -m 644 $(MODULES_PRECOMPILED) $(STAGE)$(INST_LIBDIR)/tether/modules.luac
	@cp -R lua/tether $(STAGE)$(INST_LUADIR)/ && find $(STAGE)$(INST_LUADIR) -type f -exec chmod 644 {} +
	@install -D -m 755 lua/bin/tether $(STAGE)$(INST_BINDIR)/tether
	@rm -rf build/man && eval "$$($(MAKE) --no-print-directory -s env)" && \
	  $(LUA) rockspec/manual.lua build/man "$$(sh rockspec/date.sh)"
	@install -d $(STAGE)$(INST_MANDIR)/man1 && install -m 644 build/man/*.1 $(STAGE)$(INST_MANDIR)/man1/
	@install -D -m 644 rockspec/completion/tether.bash $(STAGE)$(INST_BASHDIR)/tether
	@install -D -m 644 rockspec/completion/_tether $(STAGE)$(INST_ZSHDIR)/_tether
	@install -D -m 644 rockspec/completion/tether.fish $(STAGE)$(INST_FISHDIR)/tether.fish
install: stage
	@sh rockspec/install.sh install '$(DESTDIR)' '$(INST_LIST)' '$(STAGE)'
uninstall:
	@sh rockspec/install.sh uninstall '$(DESTDIR)' '$(INST_LIST)'

# The sources as one archive, which builds without git; and from what such an archive unpacks to, the same archive again.
SOURCES = $(if $(wildcard .git),git ls-files,find Makefile README.md CHANGELOG.md LICENSE .[!.]* csrc lua rockspec spec examples findings -type f 2>/dev/null)
DIST := build/tether-$(VERSION).tar.gz
.PHONY: dist
dist:
	@mkdir -p build
	@$(SOURCES) | LC_ALL=C sort | tar --create --owner=0 --group=0 --numeric-owner --mtime=@$$(sh rockspec/date.sh) \
	  --mode=u+rw,go=u-w --transform='s,^,tether-$(VERSION)/,' --files-from=- | gzip -9n >$(DIST)
	@echo $(DIST)

# A source rock of the release: its rockspec with the archive, which `luarocks install` needs no git for.
ROCK := tether-$(VERSION)-1
.PHONY: rock
rock: dist
	@mkdir -p build/rock
	@sed 's|^source = .*|source = { url = "file://$(CURDIR)/$(DIST)", dir = "tether-$(VERSION)" }|' rockspec/$(ROCK).rockspec \
	  >build/rock/$(ROCK).rockspec
	@cd build/rock && luarocks --lua-version 5.4 pack $(ROCK).rockspec >/dev/null && echo build/rock/$(ROCK).src.rock

# lua5.4-tether and tether, in build/deb.
PACKAGES_DEB := $(PACKAGES_BUILD) dpkg-dev
.PHONY: deb
deb: docs
	$(call install_packages,$(PACKAGES_DEB))
	@$(MAKE) --no-print-directory -s stage PREFIX=/usr STAGE=$(CURDIR)/build/deb/root \
	  INST_LIBDIR=/usr/lib/$$(dpkg-architecture -qDEB_HOST_MULTIARCH)/lua/5.4
	@sh rockspec/debian/build.sh $(VERSION) build/deb

# The packages in a fresh Debian: lintian, `apt install`, an import, the manual, completion, `apt remove`. Needs root and a mirror.
.PHONY: test-deb
test-deb: deb
	$(call install_packages,debootstrap lintian)
	@! lintian --allow-root build/deb/*.deb 2>/dev/null | grep '^E:'
	@bash rockspec/debian/try.sh

# What there is to make.
define HELP
make              build into build/: build/tether runs from the tree
make demo         install what is missing, build, and show an import on the embedded portal
make test         install what is missing, build, and run every check
make check        build, arrows, lint, and the specs that you have changed (SPECS="spec/x_spec.lua")
make lint         luacheck, cppcheck, clang-format; make format mends the last; make layers: the arrows alone
make test-page    the portal's page in chromium, which it installs (SHOTS=DIR keeps the screenshots)
make docs         the guides and the reference as a site, in build/docs
make install      PREFIX=/usr/local, DESTDIR= for packagers
make uninstall    take away what make install put under PREFIX
make deb          the Debian packages lua5.4-tether and tether, in build/deb
make dist         the sources as an archive, which builds without git; make rock: as a source rock
make test-deb     the packages in a fresh Debian, as root; make test-clients: HubSpot's own clients
make bench        what it costs, beside references (BENCH_ROWS=…, BENCH_BASE=REV)
make fuzz         throw bytes at every reader (SECONDS_FUZZ=30)
make coverage     what no test reaches; make mutants: slips that no test notices
make env          what lets lua5.4 find the module in the tree: eval "$$(make -s env)"
make clean        take build/ away
endef
export HELP
.PHONY: help
help:
	@printf '%s\n' "$$HELP"
