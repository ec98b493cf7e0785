local shell = require "spec.support.shell"

local sh = shell.output

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
    assert.equal(0, code, text)
    assert.equal("Jane\ntether 0.1.0\n", text)
  end

  it("by make install PREFIX=… DESTDIR=… gives module and command", function()
    local text, code = sh(("make -s install DESTDIR=%s PREFIX=/usr"):format(folder))
    assert.equal(0, code, text)
    local root = folder .. "/usr"
    works(("export LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;' LUA_CPATH='%s/lib/lua/5.4/?.so;;'")
      :format(root, root, root), root .. "/bin/tether")
  end)

  it("under a prefix of one's own gives a command that needs no LUA_PATH", function()
    assert.equal(0, select(2, sh("make -s install PREFIX=" .. folder)))
    local text, code = sh(("cd / && unset LUA_PATH LUA_CPATH && %s/bin/tether types contacts companies"):format(folder))
    assert.equal(0, code, text)
    assert.matches("279\tcontact\tcompany", text)
  end)

  it("and uninstalling leaves nothing, whatever was installed before, but for what is not ours", function()
    local function make(target)
      assert.equal(0, select(2, sh(("make -s %s DESTDIR=%s PREFIX=/usr"):format(target, folder))))
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
    assert.equal(2, code)
    assert.matches("nothing to uninstall: there is no " .. list, text, 1, true)
  end)

  it("by luarocks make gives module and command, which finds its modules by itself", function()
    local text, code = sh(("luarocks --lua-version 5.4 make --deps-mode none --tree %s rockspec/tether-scm-1.rockspec")
      :format(folder))
    assert.equal(0, code, text)
    works(("eval \"$(luarocks --lua-version 5.4 path --tree %s)\""):format(folder), folder .. "/bin/tether")
    assert.equal("tether 0.1.0\n", (sh(("cd / && unset LUA_PATH LUA_CPATH && %s/bin/tether --version"):format(folder))))
    text, code = sh(("cd %s && luarocks --lua-version 5.4 --tree %s pack tether"):format(folder, folder))
    assert.equal(0, code, text)
    assert.matches("Packed: .*tether%-scm%-1", text)
    assert.equal(0, select(2, sh(("luarocks --lua-version 5.4 --tree %s remove tether"):format(folder))))
    assert.equal("", (sh(("find %s -path '*lua/5.4/tether*' -o -name tether"):format(folder))))
  end)

  it("is refused by another Lua with one clear line", function()
    local text = sh [[lua5.4 -e '_VERSION = "Lua 5.1"; print(pcall(dofile, "lua/tether/init.lua"))']]
    assert.matches("^false\tTether needs a host with Lua 5.4, and this one has Lua 5.1: run the script with", text)
    assert.matches("Prosody", text)
  end)
end)
