local function sh(command)
  local pipe = assert(io.popen(("( %s ) 2>&1; echo \"exit $?\""):format(command)))
  local text = pipe:read "a"
  pipe:close()
  return text:match "^(.*)exit (%d+)\n$"
end

local SCRIPT = [[
  local tether = require "tether"
  tether.webhook { secret = "x" }
  local portal <close> = tether.portal()
  local hub <close> = tether.connect { url = portal.url, token = portal.token }
  print(hub:create("contacts", { firstname = "Jane" }).properties.firstname)]]

describe("installing", function()
  local folder
  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
  end)
  after_each(function() sh("rm -rf " .. folder) end)

  local function works(environment, binary)
    local text, code = sh(("cd / && %s && lua5.4 -e '%s' && %s --version"):format(environment, SCRIPT, binary))
    assert.equal("0", code, text)
    assert.equal("Jane\ntether 0.1.0\n", text)
  end

  it("by make install PREFIX=… DESTDIR=… gives module and command", function()
    local text, code = sh(("make -s install DESTDIR=%s PREFIX=/usr"):format(folder))
    assert.equal("0", code, text)
    local root = folder .. "/usr"
    works(("export LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;' LUA_CPATH='%s/lib/lua/5.4/?.so;;'")
      :format(root, root, root), root .. "/bin/tether")
  end)

  it("under a prefix of one's own gives a command that needs no LUA_PATH", function()
    assert.equal("0", select(2, sh("make -s install PREFIX=" .. folder)))
    local text, code = sh(("cd / && unset LUA_PATH LUA_CPATH && %s/bin/tether types contacts companies"):format(folder))
    assert.equal("0", code, text)
    assert.matches("279\tcontact\tcompany", text)
  end)

  it("and uninstalling leaves nothing, whatever was installed before, but for what is not ours", function()
    local function make(target)
      assert.equal("0", select(2, sh(("make -s %s DESTDIR=%s PREFIX=/usr"):format(target, folder))))
    end
    make "install"
    local list = folder .. "/usr/share/tether/installed"
    local old = "/usr/share/lua/5.4/tether/old.lua"
    sh(("touch %s%s && echo %s >>%s"):format(folder, old, old, list))
    make "install"
    assert.equal("", (sh(("find %s -name old.lua"):format(folder))))
    sh(("touch %s/usr/share/lua/5.4/mine.lua"):format(folder))
    make "uninstall"
    assert.equal(folder .. "/usr/share/lua/5.4/mine.lua\n", (sh(("find %s ! -type d"):format(folder))))
    assert.equal("", (sh(("find %s -path '*tether*'"):format(folder))))
    local text, code = sh(("make -s uninstall DESTDIR=%s PREFIX=/usr"):format(folder))
    assert.equal("2", code)
    assert.matches("nothing to uninstall: there is no " .. list, text, 1, true)
  end)

  -- Leaves of a folder of sources those alone that look for the precompiled ones.
  local function leave_sources(sources)
    assert(os.rename(sources, sources .. ".away"))
    sh(("mkdir %s && cp %s.away/init.lua %s.away/precompiled.lua %s/"):format(sources, sources, sources, sources))
  end

  it("gives programs their modules precompiled, with the lines of their sources", function()
    assert.equal("0", select(2, sh("make -s install PREFIX=" .. folder)))
    leave_sources(folder .. "/share/lua/5.4/tether")
    works(("export LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;' LUA_CPATH='%s/lib/lua/5.4/?.so;;'")
      :format(folder, folder, folder), folder .. "/bin/tether")
    local text = sh(("cd / && LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua' " ..
      "LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 -e '%s'"):format(folder, folder, folder, [[
        local facts = debug.getinfo(require("tether").connect and require("tether.types").find, "SL")
        print(facts.short_src, facts.activelines[facts.linedefined] == nil, next(facts.activelines) ~= nil)]]))
    assert.equal("tether/types.lua\ttrue\ttrue\n", text)
  end)

  it("does not keep their file open, and reads sources where another file has taken its place", function()
    assert.equal("0", select(2, sh("make -s install PREFIX=" .. folder)))
    local text = sh(("cd / && BUNDLE=%s/lib/lua/5.4/tether/modules.luac " ..
      "LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua' " ..
      "LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 -e '%s'"):format(folder, folder, folder, folder, [[
        require "tether"
        local open = io.popen(("ls -l /proc/%d/fd"):format(io.open("/proc/self/stat"):read "n")):read "a"
        print(open:find "modules.luac")
        print(debug.getinfo(require("tether.links.cell").text, "S").source)
        local another = io.open(os.getenv "BUNDLE", "wb")
        another:write(("x"):rep(1 << 20))
        another:close()
        print((debug.getinfo(require("tether.links.meaning").key_of, "S").source:gsub("^.*/lua_[^/]*", "")))]]))
    assert.equal("nil\n@tether/links/cell.lua\n/share/lua/5.4/tether/links/meaning.lua\n", text)
  end)

  it("gives the command its modules precompiled, and the sources where another Lua cannot read them", function()
    assert.equal("0", select(2, sh("make -s install PREFIX=" .. folder)))
    local bundle, sources = folder .. "/lib/lua/5.4/tether/modules.luac", folder .. "/share/lua/5.4/tether"
    local function version()
      return (sh(("cd / && unset LUA_PATH LUA_CPATH && %s/bin/tether --version"):format(folder)))
    end
    leave_sources(sources)
    assert.equal("tether 0.1.0\n", version())
    local file <close> = assert(io.open(bundle, "wb"))
    file:write "\27LuaS from another Lua"
    file:close()
    assert.matches("module 'tether.cli.main' not found", version(), 1, true)
    sh(("rm -r %s"):format(sources))
    assert(os.rename(sources .. ".away", sources))
    assert.equal("tether 0.1.0\n", version())
  end)

  it("and in the tree a module that has changed since goes before what was precompiled", function()
    sh(("mkdir %s && cp -R lua rockspec %s && chmod -R u+w %s"):format(folder, folder, folder))
    local function version()
      return (sh(("cd %s && LUA_PATH='lua/?.lua' lua5.4 -e '%s'"):format(folder, [[
        loadfile "build/modules.luac" "build/modules.luac"
        local found, version = pcall(require, "tether.version")
        print(package.searchers[2] "tether.version" and "precompiled" or "not", found and version)]])))
    end
    sh(("cd %s && mkdir build && lua5.4 rockspec/bundle.lua lua build/modules.luac checked"):format(folder))
    assert.equal("precompiled\t0.1.0\n", version())
    sh(("sed -i 's/0.1.0/0.1.9/' %s/lua/tether/version.lua"):format(folder)) -- which leaves its length
    assert.equal("not\t0.1.9\n", version())
    sh(("rm %s/lua/tether/version.lua"):format(folder))
    assert.equal("not\tfalse\n", version())
  end)

  it("by luarocks make gives module and command, which finds its modules by itself", function()
    local text, code = sh(("luarocks --lua-version 5.4 make --deps-mode none --tree %s rockspec/tether-scm-1.rockspec")
      :format(folder))
    assert.equal("0", code, text)
    works(("eval \"$(luarocks --lua-version 5.4 path --tree %s)\""):format(folder), folder .. "/bin/tether")
    assert.equal("tether 0.1.0\n", (sh(("cd / && unset LUA_PATH LUA_CPATH && %s/bin/tether --version"):format(folder))))
    text, code = sh(("cd %s && luarocks --lua-version 5.4 --tree %s pack tether"):format(folder, folder))
    assert.equal("0", code, text)
    assert.matches("Packed: .*tether%-scm%-1", text)
    assert.equal("0", select(2, sh(("luarocks --lua-version 5.4 --tree %s remove tether"):format(folder))))
    assert.equal("", (sh(("find %s -path '*lua/5.4/tether*' -o -name tether"):format(folder))))
  end)

  it("is refused by another Lua with one clear line", function()
    local text = sh [[lua5.4 -e '_VERSION = "Lua 5.1"; print(pcall(dofile, "lua/tether/init.lua"))']]
    assert.matches("^false\tTether needs a host with Lua 5.4, and this one has Lua 5.1: run the script with", text)
    assert.matches("Prosody", text)
  end)
end)
