-- The packages, as they leave the tree. `make test-deb` installs them in a fresh Debian; here they are unpacked.
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local tether = require "tether"

local function done(command)
  local text, code = shell.output(command)
  assert.equal(0, code, text)
  return text
end

describe("the Debian packages", function()
  local library, command, root, version
  setup(function()
    local built = done "DEB_LEVEL=1 make -s deb"
    library, command = built:match "(build/deb/lua5%.4%-tether_%S+%.deb)", built:match "(build/deb/tether_%S+%.deb)"
    root, version = files.folder(), tether.version .. "-1"
    done(("dpkg-deb -x %s %s && dpkg-deb -x %s %s"):format(library, root, command, root))
  end)
  teardown(files.remove_all)

  local function listed(package)
    local paths = {}
    for line in done("dpkg-deb -c " .. package):gmatch "[^\n]+" do
      local mode, owner, path = line:match "^(%S+)%s+(%S+)%s+.-%s%./(.*)$"
      assert.equal("root/root", owner, line)
      if mode:sub(1, 1) == "-" then paths[path] = mode end
    end
    return paths
  end

  it("share no file: the library has modules, precompiled too, types for editors, guides and the site", function()
    local ours, theirs = listed(library), listed(command)
    for path in pairs(ours) do assert.is_nil(theirs[path], path) end
    for _, path in ipairs { "usr/share/lua/5.4/tether/init.lua", "usr/share/lua/5.4/tether/meta/hub.lua",
      "usr/share/lua/5.4/tether/guide/errors/BAD_ID.md", "usr/share/doc/lua5.4-tether/html/index.html",
      "usr/share/doc/lua5.4-tether/examples/demo.lua", "usr/share/doc/lua5.4-tether/copyright" } do
      assert.equal("-rw-r--r--", ours[path], path)
    end
    local precompiled = 0
    for path in pairs(ours) do
      if path:find "^usr/lib/.*/tether/modules%.luac$" then precompiled = precompiled + 1 end
    end
    assert.equal(1, precompiled)
    for path in pairs(ours) do assert.is_nil(path:find "/cli/" or path:find "/bin/", path) end
  end)

  it("the command has its modules, pages of the manual, and completion for three shells", function()
    local ours = listed(command)
    for _, path in ipairs { "usr/share/lua/5.4/tether/cli/main.lua", "usr/share/man/man1/tether.1.gz",
      "usr/share/man/man1/tether-import.1.gz", "usr/share/bash-completion/completions/tether",
      "usr/share/zsh/vendor-completions/_tether", "usr/share/fish/vendor_completions.d/tether.fish" } do
      assert.equal("-rw-r--r--", ours[path], path)
    end
    assert.equal("-rwxr-xr-x", ours["usr/bin/tether"])
  end)

  it("depend on what they load", function()
    local function field(package, name) return (done(("dpkg-deb -f %s %s"):format(package, name)):gsub("\n$", "")) end
    assert.equal(version, field(library, "Version"))
    assert.equal(("lua5.4, lua5.4-tether (= %s)"):format(version), field(command, "Depends"))
    local needed = field(library, "Depends")
    for _, name in ipairs { "lua-cjson", "libcurl4", "libsqlite3", "libmicrohttpd", "libjansson", "libarchive",
      "libexpat1", "libssl3", "libhiredis", "zlib1g", "libc6" } do
      assert.matches("%f[%w]" .. name:gsub("%-", "%%-"), needed)
    end
  end)

  it("work where they are unpacked", function()
    local text = done(("cd / && unset LUA_PATH; triplet=$(cd %s/usr/lib && echo *) && " ..
      "LUA_CPATH=\"%s/usr/lib/$triplet/lua/5.4/?.so;;\" lua5.4 %s/usr/bin/tether types contacts companies"):format(
        root, root, root))
    assert.matches("279\tcontact\tcompany", text)
    done(("cd %s && md5sum --quiet -c <(dpkg-deb -I %s/%s md5sums)"):gsub("^(.*)$", "bash -c '%1'"):format(root,
      os.getenv "PWD", library))
  end)
end)

describe("the archive of the sources", function()
  after_each(files.remove_all)

  it("has what is under version control, and from it the same archive is made without git", function()
    local archive = done("make -s dist"):match "%S+"
    local top = ("tether-%s/"):format(tether.version)
    local packed = "\n" .. done("tar tzf " .. archive)
    for path in done("git ls-files --cached"):gmatch "[^\n]+" do
      assert.truthy(packed:find("\n" .. top .. path .. "\n", 1, true), path)
    end
    local folder, here = files.folder(), os.getenv "PWD"
    done(("tar xzf %s -C %s && cd %s/%s && SOURCE_DATE_EPOCH=$(cd %s && sh rockspec/date.sh) make -s dist"):format(
      archive, folder, folder, top, here))
    done(("cmp %s %s/%s%s"):format(archive, folder, top, archive))
  end)
end)

describe("the rockspecs", function()
  it("are clean for luarocks, and the release has the version and its tag", function()
    local release = ("rockspec/tether-%s-1.rockspec"):format(tether.version)
    for _, path in ipairs { release, "rockspec/tether-scm-1.rockspec" } do
      done("luarocks --lua-version 5.4 lint " .. path)
    end
    local text = files.content(release)
    assert.truthy(text:find(('version = "%s-1"'):format(tether.version), 1, true))
    assert.truthy(text:find(('tag = "v%s"'):format(tether.version), 1, true))
    local scm = files.content "rockspec/tether-scm-1.rockspec"
    assert.equal(scm:match "\nbuild = .*$", text:match "\nbuild = .*$")
  end)
end)

describe("make help", function()
  it("names targets that there are, and all that somebody is to use", function()
    local rules = "\n" .. files.content "Makefile" .. files.content "rockspec/package.mk"
    local told, named = done "make -s help", {}
    for name in told:gmatch "make (%l[%l-]+)" do
      named[name] = true
      assert.truthy(rules:find("\n" .. name:gsub("%-", "%%-") .. ":"), name)
    end
    for _, name in ipairs { "install", "uninstall", "deb", "dist", "rock", "docs", "demo", "test", "check", "clean" } do
      assert.is_true(named[name], name)
    end
  end)
end)
