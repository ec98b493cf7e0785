-- Checks that arrows point one way: every #include and require of a room must stand in its row.
local values = { "base", "data", "core/links", "core/wire" }
local network = { "core/session", "binding/shared" }

local function joined(...)
  local names = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #names + 1, names) end
  return names
end

local rooms = {
  { folder = "csrc/base/", may = { "base" } },
  { folder = "csrc/data/", may = { "data" } },
  { folder = "csrc/core/links/", may = { "base", "data", "core/links" } },
  { folder = "csrc/core/wire/", may = values },
  { folder = "csrc/core/session/", may = joined(values, { "core/session" }) },
  { folder = "csrc/binding/shared/", may = joined(values, network), lua = true },
  { folder = "csrc/binding/values/", may = joined(values, network, { "binding/values" }), lua = true },
  { folder = "csrc/binding/session/", may = joined(values, network, { "binding/session" }), lua = true },
  { folder = "csrc/binding/portal/", may = { "base", "data", "binding/shared", "portal" }, lua = true },
  { folder = "csrc/binding/webhook/", may = { "base", "core/wire", "binding/shared" }, lua = true },
  { folder = "csrc/portal/", may = { "base", "data", "portal" } },
}

local function room_of(path)
  for _, room in ipairs(rooms) do
    if path:sub(1, #room.folder) == room.folder then return room end
  end
end

local function allowed(room, include)
  if include:match "^l?u?a" and (include == "lua.h" or include == "lauxlib.h" or include == "lualib.h") then
    return room.lua
  end
  local folder = include:match "^(.*)/[^/]+$"
  for _, name in ipairs(room.may) do
    if name == folder then return true end
  end
  return false
end

local failures = 0
local function complain(path, line, text)
  failures = failures + 1
  io.stderr:write(("%s:%d: %s\n"):format(path, line, text))
end

for path in assert(io.popen "find csrc -name '*.[ch]' | sort"):lines() do
  local room, number = room_of(path), 0
  if not room then complain(path, 1, "stands in no room of spec/support/layers.lua") end
  for line in io.lines(path) do
    number = number + 1
    local quoted, system = line:match '^%s*#%s*include%s*"([^"]+)"', line:match "^%s*#%s*include%s*<([^>]+)>"
    local include = quoted or (system and system:match "^l[ua].*%.h$" and system)
    if room and include and include ~= "limits.h" and not allowed(room, include) then
      complain(path, number, ("%s may not include %s"):format(room.folder, include))
    end
  end
end

for path in assert(io.popen "find lua -name '*.lua' | sort"):lines() do
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    local name = line:match [=[require%s*%(?%s*["']([%w_.]+)["']]=]
    if name and name:match "^tether%.cli" and not path:match "^lua/tether/cli/" then
      complain(path, number, "the library may not require the command: " .. name)
    end
  end
end

if failures > 0 then os.exit(1) end
print "layers: every arrow points down"
