-- Modules that were precompiled, as an installed Tether has them: when they are read, and when the sources are.
local function sh(command)
  local pipe <close> = assert(io.popen(("( %s ) 2>&1"):format(command)))
  return pipe:read "a"
end

local function content(path, text)
  local file <close> = assert(io.open(path, text and "wb" or "rb"))
  return text and file:write(text) or file:read "a"
end

describe("precompiled modules", function()
  local folder, bundle, whole, version, its_source
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    sh("make -s install PREFIX=" .. folder)
    bundle, version = folder .. "/lib/lua/5.4/tether/modules.luac", folder .. "/share/lua/5.4/tether/version.lua"
    whole, its_source = content(bundle), content(version)
  end)
  after_each(function()
    sh("rmdir " .. bundle)
    content(bundle, whole)
    content(version, its_source)
  end)
  teardown(function() sh("rm -rf " .. folder) end)

  -- Where a program under the prefix has a function from: "@tether/types.lua" when it was precompiled, else the file's
  -- whole name. `before` is run first, `paths` are looked at before the installed modules.
  local SHOWN = [[ local found = require "tether"
    print(found.version, (debug.getinfo(require("tether.types").find, "S").source:gsub("^@/.*/share/", "@/share/")))]]
  local PRECOMPILED, READ = "0.1.0\t@tether/types.lua\n", "0.1.0\t@/share/lua/5.4/tether/types.lua\n"
  local function shown(before, paths)
    return (sh(("cd / && LUA_PATH='%s%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua' " ..
      "LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 -e '%s'"):format(paths or "", folder, folder, folder,
        (before or "") .. SHOWN)))
  end

  it("are what programs get, with the lines of their sources", function()
    assert.equal(PRECOMPILED, shown())
    local text = sh(("cd / && LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua' " ..
      "LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 -e '%s'"):format(folder, folder, folder, [[
        local facts = debug.getinfo(require("tether").connect and require("tether.types").find, "SL")
        print(facts.short_src, facts.activelines[facts.linedefined] == nil, next(facts.activelines) ~= nil)]]))
    assert.equal("tether/types.lua\ttrue\ttrue\n", text)
  end)

  it("are read from a file that does not stay open, and no more when another one has taken its place", function()
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

  it("give way to sources that were edited, and to those of folders that stand earlier in the path", function()
    sh(("mkdir -p %s/mine/tether && sed s/0.1.0/0.1.8/ %s >%s/mine/tether/version.lua"):format(folder, version, folder))
    local mine = folder .. "/mine/?.lua;"
    assert.equal((PRECOMPILED:gsub("0.1.0", "0.1.8")), shown(nil, mine))
    assert.equal(PRECOMPILED, shown(("package.path = package.path .. \";%s\""):format(mine)))
    sh(("cp -p %s %s.old && sed -i s/0.1.0/0.1.9/ %s && touch -r %s.old %s"):format(version, version, version, version,
      version)) -- neither its length tells it nor its time
    assert.equal((PRECOMPILED:gsub("0.1.0", "0.1.9")), shown())
  end)

  it("give way to sources where they are damaged, of another Lua, or missing", function()
    for _, text in ipairs { whole:sub(1, -2), whole:sub(1, 300000), whole:sub(1, 100), "", "0\n", "99999999999\nx",
      "\27LuaS from another Lua", (whole:gsub("\27Lua\x54", "\27Lua\x53")), (whole:gsub(" %-?%d+\n", " 1\n")),
      (whole:gsub(" %d+ ", " 99999999999999999999 ")) } do
      content(bundle, text)
      assert.equal(READ, shown(), text:sub(1, 40))
    end
    for slip = 1, 12 do -- bytes by chance: what is loaded of them may not run
      local places = whole
      for i = 1, 40 do
        local at = (slip * 7919 + i * 104729 + i * i * 31) * 613 % (#whole - 20000) + 20000
        places = places:sub(1, at - 1) .. string.char(places:byte(at) ~ (i % 255 + 1)) .. places:sub(at + 1)
      end
      content(bundle, places)
      assert.matches("^0%.1%.0\t@.*tether/types%.lua\n$", shown())
    end
    os.remove(bundle)
    assert.equal(READ, shown())
    sh("mkdir " .. bundle)
    assert.equal(READ, shown())
  end)

  it("give way to sources in hosts that have taken away what they need", function()
    for _, taken in ipairs { "io", "package.searchpath", "package.loadlib", "package.cpath" } do
      local before = taken == "package.cpath" and "require \"tether.native\" package.cpath = \"\"" or taken .. " = nil"
      assert.equal(READ, shown(before), taken)
    end
    assert.equal(PRECOMPILED, shown "loadfile, dofile, load = nil")
  end)

  -- Runs a script under the prefix, with what specs need of the operating system.
  local function run(text)
    content(folder .. "/script.lua", text)
    return sh(("cd / && LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua' " ..
      "LUA_CPATH='%s/lib/lua/5.4/?.so;%s/build/plain/?.so;;' timeout 60 lua5.4 %s/script.lua"):format(folder, folder,
      folder, os.getenv "PWD", folder))
  end

  it("are read by several states of one process, at the same time, and outlive a state that ends", function()
    assert.equal(("@tether/types.lua @tether/links/cell.lua 101\n"):rep(4), run [[
      local uv = require "luv"
      local function work(url, token)
        local tether = require "tether"
        local function source(name, key) return debug.getinfo(require(name)[key], "S").source end
        local hub <close> = tether.connect { url = url, token = token }
        io.write(("%s %s %d\n"):format(source("tether.types", "find"), source("tether.links.cell", "text"),
          hub:get("contacts", 101).id))
      end
      local portal <close> = require("tether").portal()
      portal:seed("contacts", 101)
      local threads = {}
      for i = 1, 3 do threads[i] = uv.new_thread(work, portal.url, portal.token) end
      for _, thread in ipairs(threads) do thread:join() end
      work(portal.url, portal.token)]])
  end)

  it("are read on both sides of a fork, whoever has read what before it", function()
    assert.equal("@tether/types.lua @tether/links/cell.lua child\n@tether/types.lua @tether/links/cell.lua parent\n",
      run [[
      local function sources(who)
        local tether = require "tether"
        tether.links("contacts", "companies"):add(101, 9001)
        print(debug.getinfo(require("tether.types").find, "S").source,
          debug.getinfo(require("tether.links.cell").text, "S").source, who)
      end
      local function told(who)
        local lines, printed = {}, print
        print = function(...) lines[#lines + 1] = table.concat({ ... }, " ") end
        sources(who)
        print = printed
        return table.concat(lines)
      end
      require "tether"
      print((require("spec_unix").in_child(function() return told "child" end)))
      print(told "parent")]])
  end)

  -- A file of precompiled modules whose code has been changed, and whose sums are right.
  local function bundled(change)
    content(folder .. "/change.lua", ([[
      local load_file = dofile
      function dofile(path)
        local slim = load_file(path)
        return function(code)
          code = slim(code)
          %s
          return code
        end
      end]]):format(change))
    assert.equal("", sh(("lua5.4 -e 'dofile \"%s/change.lua\"' rockspec/bundle.lua lua %s"):format(folder, bundle)))
  end

  it("give way to sources where another Lua has made them, whatever their head says is another", function()
    bundled ""
    assert.equal(PRECOMPILED, shown())
    for what, change in pairs { ["version 5.5"] = { 5, "\x55" }, ["another format"] = { 6, "\1" },
      ["instructions of 8 bytes"] = { 13, "\8" }, ["integers of 4 bytes"] = { 14, "\4" },
      ["numbers of 4 bytes"] = { 15, "\4" }, ["bytes in the other order"] = { 16, (">i8"):pack(0x5678) },
      ["other numbers"] = { 24, (">d"):pack(370.5) } } do
      bundled(("code = code:sub(1, %d) .. %q .. code:sub(%d)"):format(change[1] - 1, change[2], change[1] + #change[2]))
      assert.equal(READ, shown(), what)
    end
  end)

  it("are what the command gets as well", function()
    local text = sh(("cd / && unset LUA_PATH LUA_CPATH && LUA_INIT='%s' %s/bin/tether --version"):format([[
      local exit = os.exit
      function os.exit(...)
        print(debug.getinfo(require("tether.cli.main").run, "S").source)
        exit(...)
      end]], folder))
    assert.equal("tether 0.1.0\n@tether/cli/main.lua\n", text)
  end)
end)
