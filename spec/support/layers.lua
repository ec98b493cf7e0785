-- Checks that arrows point one way: every #include and require of a room must stand in its row.
local function joined(...)
  local names = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #names + 1, names) end
  return names
end

-- The core's rooms, from below: what files say, what the account says, and the network.
local read = { "base", "data", "core/json", "core/links", "core/text" }
local answered = { "base", "data", "core/json", "core/links", "core/wire" }
local sent = joined(answered, { "core/http", "core/pace", "core/session" })
local bound = joined(sent, { "core/text", "core/files", "binding/shared" })

-- The portal's rooms, from below: each sees those that stand before it.
local stored = { "base", "data", "portal/message", "portal/lab", "portal/graph", "portal/store" }
local kept = joined(stored, { "portal/store/records" })
local told = joined(stored, { "portal/hooks" })
local served = joined(kept, { "portal/hooks" })
local tied = joined(served, { "portal/api", "portal/api/links" })
local resources = { "portal/api", "portal/api/links", "portal/api/records", "portal/api/definitions" }

local rooms = {
  { folder = "csrc/base/", may = { "base" } },
  { folder = "csrc/data/", may = { "data" } },
  { folder = "csrc/core/json/", may = { "base", "core/json" } },
  { folder = "csrc/core/links/", may = { "base", "data", "core/links" } },
  { folder = "csrc/core/relate/", may = { "base", "core/links", "core/relate" } },
  { folder = "csrc/core/text/", may = { "base", "data", "core/links", "core/text" } },
  { folder = "csrc/core/files/", may = joined(read, { "core/files" }) },
  { folder = "csrc/core/sheet/", may = { "base", "core/text", "core/sheet" } },
  { folder = "csrc/core/backup/", may = { "base", "core/links", "core/backup" } },
  { folder = "csrc/core/job/", may = { "base", "core/links", "core/job" } },
  { folder = "csrc/core/wire/", may = answered },
  { folder = "csrc/core/http/", may = joined(answered, { "core/http" }) },
  { folder = "csrc/core/pace/", may = joined(answered, { "core/pace" }) },
  { folder = "csrc/core/session/", may = sent },
  { folder = "csrc/core/redis/", may = { "base", "core/http", "core/redis" } },
  { folder = "csrc/binding/shared/", may = bound, lua = true },
  { folder = "csrc/binding/values/terminal/", may = { "base", "binding/shared" }, lua = true },
  { folder = "csrc/binding/values/", may = joined(bound, { "core/backup", "core/relate", "binding/values" }),
    lua = true },
  { folder = "csrc/binding/job/", may = { "base", "core/links", "core/job", "binding/shared", "binding/job" },
    lua = true },
  { folder = "csrc/binding/session/", may = joined(bound, { "binding/session" }), lua = true },
  { folder = "csrc/binding/portal/", may = { "base", "binding/shared", "binding/portal", "portal/lab", "portal/http",
    "portal/server" }, lua = true },
  { folder = "csrc/binding/webhook/", may = { "base", "core/wire", "binding/shared" }, lua = true },
  { folder = "csrc/binding/archive/", may = { "base", "core/sheet", "binding/shared", "binding/archive" }, lua = true },
  { folder = "csrc/core/purse/", may = { "base", "core/pace", "core/redis", "core/purse", "purse" } },
  { folder = "csrc/binding/redis/", may = { "base", "core/http", "core/redis", "core/pace", "core/purse",
    "binding/shared", "binding/redis" }, lua = true },
  { folder = "csrc/portal/message/", may = { "base", "portal/message" } },
  { folder = "csrc/portal/lab/", may = { "base", "portal/message", "portal/lab" } },
  { folder = "csrc/portal/graph/", may = { "base", "portal/graph" } },
  { folder = "csrc/portal/hooks/", may = told },
  { folder = "csrc/portal/store/records/", may = kept },
  { folder = "csrc/portal/store/", may = stored },
  { folder = "csrc/portal/api/links/", may = tied },
  { folder = "csrc/portal/api/records/", may = joined(tied, { "portal/api/records" }) },
  { folder = "csrc/portal/api/definitions/", may = joined(served, { "portal/api", "portal/api/definitions" }) },
  { folder = "csrc/portal/api/account/", may = joined(served, resources, { "portal/api/account" }) },
  { folder = "csrc/portal/api/snapshots/", may = joined(told, { "portal/api", "portal/api/snapshots" }) },
  { folder = "csrc/portal/api/page/", may = joined(served, { "portal/api", "portal/api/page", "portal/page" }) },
  { folder = "csrc/portal/api/", may = joined(served, { "portal/api" }) },
  { folder = "csrc/portal/http/",
    may = joined(served, resources, { "portal/api/account", "portal/api/snapshots", "portal/http" }) },
  { folder = "csrc/portal/server/",
    may = { "base", "portal/message", "portal/lab", "portal/store", "portal/hooks", "portal/api", "portal/api/account",
      "portal/api/snapshots", "portal/http", "portal/server" } },
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

-- The floors of lua/tether, from below: a room may require its own floor and those beneath it.
local floors = {
  { "error", "check", "nearest", "json", "plain", "lazy", "native", "precompiled", "version" },
  { "types", "guide", "tasks/", "loops/" },
  { "task", "webhook", "webhook/" },
  { "connection/" },
  { "links/" },
  { "names/" },
  { "sets/" },
  { "files/" },
  { "links" },
  { "outcome" },
  { "batches/" },
  { "plan/parts/" },
  { "plan/" },
  { "work/" },
  { "backup/" },
  { "hub/" },
  { "workflows/" },
  { "hub", "doctor/" },
  { "doctor", "portal", "workflows" },
  { "shadow/", "pictures/" },
  { "front" },
  { "init" },
  { "cli/line/" },
  { "cli/shown/" },
  { "cli/" },
  { "cli/shared/" },
  { "cli/commands/" },
}

local floor_of = {}
for number, names in ipairs(floors) do
  for _, name in ipairs(names) do floor_of[name] = number end
end

-- The room of a module: its folder, or the nearest folder around it that has a floor; its own name at the root. Native
-- modules are beneath all.
local function lua_room(name)
  if name == "tether" then return "init" end
  if name:match "%.native$" then return "native" end
  local folder = name:gsub("^tether%.", ""):gsub("%.", "/"):match "^(.*/)"
  while folder and not floor_of[folder] and folder:match "^.+/.+/$" do folder = folder:match "^(.*/)[^/]+/$" end
  return folder or name:match "^tether%.([%w_]+)$"
end

local function check_require(path, number, own, name)
  local room = lua_room(name)
  if not floor_of[room] then return complain(path, number, name .. " stands on no floor of spec/support/layers.lua") end
  if floor_of[room] > floor_of[own] then
    complain(path, number, ("lua/tether/%s may not require %s, which stands above it"):format(own, name))
  end
end

for path in assert(io.popen "find lua/tether -name '*.lua' ! -path '*/meta/*' | sort"):lines() do
  local own, number = lua_room((path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/", "."))), 0
  if not floor_of[own] then complain(path, 1, "stands on no floor of spec/support/layers.lua") end
  for line in io.lines(path) do
    number = number + 1
    local name = line:match [=[require%s*%(?%s*["'](tether[%w_.]*)["']]=] or
      line:match [=[lazy%s*"(tether[%w_.]*)"]=]
    local is_text = line:match "^%s*%-%-" or line:match [=[["'][^"']*require%s]=]
    if name and floor_of[own] and not is_text then check_require(path, number, own, name) end
  end
end

-- A room is a folder of code: 3 to 16 files, where a .c and its .h are one, and so are links.lua and what is in links/,
-- whose front door it is. What holds rooms alone has none. The native module of signatures is one thing, alone in its
-- folder since the Makefile makes a module of each.
local LEAST, MOST = 3, 16
local function is_small_by_right(folder, count) return count == 0 or folder == "csrc/binding/webhook" end

local function files_of(folder)
  local names, seen = {}, {}
  local listing <close> = assert(io.popen(("find %s -maxdepth 1 -type f | sort"):format(folder)))
  for path in listing:lines() do
    local name = path:match "([^/]+)%.[ch]$" or path:match "([^/]+)%.lua$" or path:match "([^/]+)%.tsv$"
    local is_door = name and folder:match "^lua" and os.rename(folder .. "/" .. name, folder .. "/" .. name)
    if name and not seen[name] and not is_door then names[#names + 1] = name end
    if name then seen[name] = true end
  end
  local door = io.open(folder .. ".lua")
  if door then door:close() end
  return names, #names + (door and folder:match "^lua/tether/" and 1 or 0)
end

-- Every room has a map at its door, which names each of its files. The rooms of editors' types, of guides and of the
-- portal's page hold no code that is required or included.
local doors = "find csrc lua/tether -type d ! -path '*/meta' ! -path '*/guide*' ! -path 'csrc/portal/page*'"
for folder in assert(io.popen(doors .. " | sort")):lines() do
  local names, count = files_of(folder)
  local map <close> = io.open(folder .. "/README.md")
  local text = map and map:read "a"
  if not text and count > 0 then complain(folder, 1, "has no map: README.md") end
  for _, name in ipairs(text and folder ~= "lua/tether" and names or {}) do
    if not text:find("`" .. name .. "`", 1, true) then complain(folder .. "/README.md", 1, "does not name " .. name) end
  end
  if count > MOST or (count < LEAST and not is_small_by_right(folder, count)) then
    complain(folder, 1, ("is a room of %d files; %d to %d are meant"):format(count, LEAST, MOST))
  end
end

if failures > 0 then os.exit(1) end
print "layers: every arrow points down"
