--- A file of ids: one in each line, or in a column of CSV. A key such as "email=jane@example.com" may stand for an id.
local native = require "tether.native"
local column_names = require "tether.files.column_names"
local csv = require "tether.files.csv"
local errors = require "tether.error"
local key = require "tether.links.key"

local M = {}

-- Reads a cell: an id or a key; nil: it is empty; nil and the reason when it is neither.
local function id_of(text)
  if key.split(text) then return text end
  return native.cell_id(text)
end

-- Handles a line without an id: an empty line, the header, or a mistake.
local function pass_over(source, row, line, problem, count, first)
  local shown = native.show(row.id)
  if not problem then
    count.without_id = count.without_id + 1
  elseif first and column_names.plain(row.id):find "^%a*ids?$" then
    return -- everybody would take such a line for a header
  elseif first then
    count.notices[#count.notices + 1] = ('%s, line %d: "%s" is taken for the header'):format(source.name, line, shown)
  else
    source:close()
    errors.raise("BAD_ID", ('%s, line %d: not a record id: "%s"%s'):format(source.name, line, shown,
      problem ~= "" and ": " .. problem or ""), { place = line })
  end
end

--- Reads the ids of a file. A first line that is no id is taken for a header; a notice says so unless the line looks
-- like one.
-- @tparam string|file path "-" is standard input
-- @tparam ?string|integer column of CSV; nil: one id a line
-- @tparam table count counts `without_id`, and gets `notices` for people
-- @treturn function iterator of ids and keys
-- @raise FILE_FAILED, CSV_COLUMN_MISSING; by the iterator BAD_ID with the line
function M.read(path, column, count)
  local source = csv.open(path, { header = column ~= nil and math.type(column) ~= "integer",
    columns = { id = column or 1 }, trim = true })
  local first = not source.header
  return function()
    for row, line in source.row, source do
      local id, problem = id_of(row.id)
      if id == nil then pass_over(source, row, line, problem, count, first) end
      first = first and id == nil and not problem
      if id ~= nil then return id end
    end
  end
end

return M
