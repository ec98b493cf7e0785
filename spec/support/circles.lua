-- Checks that no files go round in a circle, within a room or between rooms: in C by the functions that one file
-- uses of another, in Lua by every require, at the head of a file or where it is needed.
local function lines_of(command)
  local pipe <close> = assert(io.popen(command))
  local list = {}
  for line in pipe:lines() do list[#list + 1] = line end
  return list
end

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

-- C without comments and texts, which may name what they do not use.
local function bare(text)
  return (text:gsub("/%*.-%*/", ""):gsub("//[^\n]*", ""):gsub('\\"', ""):gsub('"[^"\n]*"', '""'))
end

-- The names that a C file gives to others: what begins a line, bears our prefix and has a body or a value.
local function note_defined(defined, path, text)
  for line in ("\n" .. text):gmatch "\n([%a_][^\n]*)" do
    local name = line:match "([%w_]+)%(" or line:match "^const [^=]-([%w_]+)%[?[^=]*="
    local is_ours = name and (name:find "^tether_" or name:find "^portal_")
    local is_own = line:find "^static" or line:find "^typedef" or line:find "^extern" or line:find ";$"
    if is_ours and not is_own then defined[name] = path end
  end
end

local function c_arrows()
  local texts, defined, arrows = {}, {}, {}
  for _, path in ipairs(lines_of "find csrc -name '*.c' | sort") do
    texts[path] = bare(read(path))
    note_defined(defined, path, texts[path])
  end
  for path, text in pairs(texts) do
    arrows[path] = {}
    for name in text:gmatch "[%a_][%w_]*" do
      local other = defined[name]
      if other and other ~= path then arrows[path][other] = name end
    end
  end
  return arrows
end

local function lua_arrows()
  local arrows = {}
  for _, path in ipairs(lines_of "find lua/tether -name '*.lua' ! -path '*/meta/*' | sort") do
    arrows[path] = {}
    for name in read(path):gsub("%-%-[^\n]*", ""):gmatch [=[%f[%a]%a+%s*%(?%s*["'](tether[%w_.]*)["']]=] do
      local other = "lua/" .. name:gsub("%.", "/") .. ".lua"
      local file = other ~= path and io.open(other)
      if file then file:close() end
      if file then arrows[path][other] = name end
    end
  end
  return arrows
end

-- The same arrows between folders; a module at the root of lua/tether is a room of its own.
local function between_rooms(arrows)
  local function room_of(path)
    return path:match "^lua/tether/[^/]+$" or path:match "^(.*)/"
  end
  local rooms = {}
  for path, others in pairs(arrows) do
    local own = room_of(path)
    rooms[own] = rooms[own] or {}
    for other in pairs(others) do
      if room_of(other) ~= own then rooms[own][room_of(other)] = path .. " -> " .. other end
    end
  end
  return rooms
end

local failures = 0

-- Walks from a place in depth; `way` is how it was reached. A place that stands on the way already ends a circle.
local function walk(arrows, place, way, done)
  if done[place] then return end
  way[#way + 1], way[place] = place, #way + 1
  local others = {}
  for other in pairs(arrows[place] or {}) do others[#others + 1] = other end
  table.sort(others)
  for _, other in ipairs(others) do
    if way[other] then
      failures = failures + 1
      io.stderr:write(("circle: %s -> %s (%s)\n"):format(table.concat(way, " -> ", way[other]), other,
        arrows[place][other]))
    else
      walk(arrows, other, way, done)
    end
  end
  way[place], way[#way], done[place] = nil, nil, true
end

local function check(arrows)
  local places, done = {}, {}
  for place in pairs(arrows) do places[#places + 1] = place end
  table.sort(places)
  for _, place in ipairs(places) do walk(arrows, place, {}, done) end
end

for _, arrows in ipairs { c_arrows(), lua_arrows() } do
  check(arrows)
  check(between_rooms(arrows))
end
if failures > 0 then os.exit(1) end
print "circles: none, between files or between rooms"
