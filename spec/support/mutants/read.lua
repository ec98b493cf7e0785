--- Reads a room's slips, for spec/support/mutants.lua. The text looks like a patch: code stands in it as it is.
--
--     # Slips in what it does.
--     folder csrc/core/links/
--     c links outcome
--     specs links_spec sets_spec
--
--     outcome.c boundary: the last row
--     - row < known
--     + row <= known
--     survives: why no test can see it
--
-- A slip begins with its file inside the folder, and its kind: a word, such as "boundary", or a word, a colon, and what
-- goes wrong. What `-` has stands once in the file; `+` comes in its place, or nothing. Each may have several lines.
local M = {}

local function words(text)
  local list = {}
  for word in text:gmatch "%S+" do list[#list + 1] = word end
  return list
end

local function add_line(slip, name, text)
  slip[name] = slip[name] and slip[name] .. "\n" .. text or text
end

-- Puts a line of a slip where it belongs. False: it belongs nowhere.
local function take(slip, line)
  local sign, text = line:match "^([-+]) ?(.*)$"
  local why = line:match "^survives: (.+)$"
  if sign then add_line(slip, sign == "-" and "find" or "replace", text) end
  if why then slip.survives = why end
  return sign or why
end

-- One that has no text to find would be put anywhere.
local function check(slips)
  for _, slip in ipairs(slips) do
    assert(slip.find, ("%s: %s: there is no line that begins with -"):format(slip.file, slip.kind))
    slip.replace = slip.replace or ""
  end
end

--- Reads a file of slips.
-- @tparam string path
-- @treturn table { folder =, c = { program, … }, slow = { program, … }, specs = { name, … }, slips = { { file =,
--   kind =, find =, replace =, survives = ?string }, … } }; lists that are not there are empty
function M.file(path)
  local data, number, slip = { c = {}, slow = {}, specs = {}, slips = {} }, 0, nil
  for line in io.lines(path) do
    number = number + 1
    local first, rest = line:match "^(%S+) (.+)$"
    local fine = line == "" or line:sub(1, 1) == "#" or slip and take(slip, line)
    if not fine and first == "folder" then
      data.folder = rest
    elseif not fine and data[first] and not slip then
      data[first] = words(rest)
    elseif not fine then
      assert(first and data.folder, ("%s:%d: no line of a slip: %s"):format(path, number, line))
      slip = { file = first, kind = rest }
      data.slips[#data.slips + 1] = slip
    end
  end
  check(data.slips)
  return data
end

return M
