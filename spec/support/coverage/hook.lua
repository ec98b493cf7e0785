-- Loaded by every Lua program of a coverage run through $LUA_INIT: notes which lines of lua/ are reached, and adds them
-- to the file $COVERAGE_LINES when the program ends.
local path = os.getenv "COVERAGE_LINES"
local reached = {}

local function note(_, line)
  local source = debug.getinfo(2, "S").source
  local file = source:match "lua/(tether.-%.lua)$" or source:match "lua/(bin/tether)$"
    or source:match "^@(tether/.-%.lua)$" -- precompiled
  if not file then return end
  local lines = reached[file]
  if not lines then
    lines = {}
    reached[file] = lines
  end
  lines[line] = true
end

local function save()
  local text = {}
  for file, lines in pairs(reached) do
    for line in pairs(lines) do text[#text + 1] = ("%s:%d\n"):format(file, line) end
  end
  reached = {}
  local handle = io.open(path, "a") -- one write, so that programs side by side do not mix their lines
  if handle then
    handle:setvbuf("full", 1 << 22)
    handle:write(table.concat(text))
    handle:close()
  end
end

local exit = os.exit
-- luacheck: push ignore 122
function os.exit(...)
  save()
  exit(...)
end
-- luacheck: pop
debug.getregistry()["tether.coverage"] = setmetatable({}, { __gc = save })
debug.sethook(note, "l")
