-- report.lua LINES C.JSON: the lines and functions that no program of a coverage run has reached, by room. LINES is
-- what hook.lua has written of lua/; C.JSON is gcovr's, of csrc/.
local json = require "cjson"

local rooms, names = {}, {}

local function room_of(path)
  local name = path:match "^(.*)/"
  if not rooms[name] then
    rooms[name] = { lines = 0, missed = 0, functions = 0, idle = 0 }
    names[#names + 1] = name
  end
  return rooms[name]
end

local function ranges(lines)
  local text, first, last = {}, nil, nil
  for i = 1, #lines + 1 do
    local line = lines[i]
    if first and line ~= last + 1 then
      text[#text + 1] = first == last and tostring(first) or first .. "-" .. last
      first = nil
    end
    first, last = first or line, line
  end
  return table.concat(text, " ")
end

-- A file with its lines in order, { number, is reached }, and its functions, { name, is reached }.
local function add(path, lines, functions)
  local room, missed, idle = room_of(path), {}, {}
  for _, line in ipairs(lines) do
    if not line[2] then missed[#missed + 1] = line[1] end
  end
  for _, entry in ipairs(functions) do
    if not entry[2] then idle[#idle + 1] = entry[1] end
  end
  room.lines, room.missed = room.lines + #lines, room.missed + #missed
  room.functions, room.idle = room.functions + #functions, room.idle + #idle
  if #missed > 0 then room[#room + 1] = ("  %s: %s"):format(path:match "[^/]+$", ranges(missed)) end
  if #idle > 0 then room[#room + 1] = ("    never called: %s"):format(table.concat(idle, ", ")) end
end

local function sorted(set)
  local list = {}
  for number in pairs(set) do list[#list + 1] = number end
  table.sort(list)
  return list
end

-- The code of a file as the compiler lists it: its lines, and those of each function, by the line where it begins.
local function compiled(path)
  local lines, functions, own = {}, {}, nil
  local listing <close> = assert(io.popen("luac5.4 -l -p " .. path))
  for text in listing:lines() do
    local first, last = text:match "^function <[^>]*:(%d+),(%d+)>"
    local number = math.tointeger(tonumber(text:match "^%s+%d+%s+%[(%d+)%]"))
    if first then
      own = first ~= last and { first = first } or nil -- on one line, a call looks like the definition
      functions[#functions + 1] = own
    elseif text:match "^main <" then
      own = nil
    end
    if number then
      lines[number] = true
      if own then own[number] = true end
    end
  end
  return lines, functions
end

local reached = {}
for line in io.lines((assert(arg[1]))) do reached[line] = true end

local function is_called(file, own)
  for number in pairs(own) do
    if number ~= "first" and tostring(number) ~= own.first and reached[file .. ":" .. number] then return true end
  end
  return false
end

local function add_lua(file)
  local lines, functions, text = {}, {}, {}
  for line in io.lines("lua/" .. file) do text[#text + 1] = line end
  local known, own = compiled("lua/" .. file)
  for i, number in ipairs(sorted(known)) do lines[i] = { number, reached[file .. ":" .. number] } end
  for i, entry in ipairs(own) do
    local name = text[tonumber(entry.first)]:match "function%s+([%w_.:]+)" or "line " .. entry.first
    functions[i] = { name, is_called(file, entry) }
  end
  add("lua/" .. file, lines, functions)
end

local function add_c(file)
  local lines, functions = {}, {}
  for _, line in ipairs(file.lines) do
    if not line["gcovr/noncode"] then lines[#lines + 1] = { math.tointeger(line.line_number), line.count > 0 } end
  end
  for i, entry in ipairs(file.functions) do functions[i] = { entry.name, entry.execution_count > 0 } end
  add(file.file, lines, functions)
end

local handle <close> = assert(io.open((assert(arg[2]))))
for _, file in ipairs(json.decode(handle:read "a").files) do add_c(file) end
local found = "cd lua && find tether bin -type f ! -path '*/meta/*' ! -path '*/guide/*' ! -name '*.md' | sort"
local files <close> = assert(io.popen(found))
for file in files:lines() do add_lua(file) end

for _, name in ipairs(names) do
  local room = rooms[name]
  print(("%-34s %5d of %5d lines, %4d of %4d functions"):format(name, room.lines - room.missed, room.lines,
    room.functions - room.idle, room.functions))
  for _, line in ipairs(room) do print(line) end
end
