--- Reads a map of record ids, old to new, from a table or a file.
local check = require "tether.check"
local csv = require "tether.files.csv"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local native = require "tether.native"

local M = {}

local function add(map, old, new)
  errors.check(map:add(old, new, 0))
end

-- A first line without ids is a header.
local function take_line(map, name, source, row, line, is_first)
  local old, new = native.cell_id(row.old), native.cell_id(row.new)
  if old and new then return add(map, old, new) end
  if is_first and not old and not new then return end
  source:close()
  errors.raise("BAD_ID", ("%s, line %d: two record ids are needed, old and new, got %q and %q"):format(name, line,
    native.show(row.old), native.show(row.new)), { place = line })
end

local function of_file(map, name, path)
  local source, is_first = csv.open(path, { header = false, columns = { old = 1, new = 2 }, trim = true }), true
  for row, line in source.row, source do
    take_line(map, ("%s (%s)"):format(name, source.name), source, row, line, is_first)
    is_first = false
  end
  source:close()
end

local function refuse(name, text, hint)
  errors.raise("BAD_ARGUMENT", ("%s: %s"):format(name, text), { hint = hint })
end

-- Checks that every old id has one new id, and that no new id is an old one as well.
local function check_map(map, name)
  local _, twice = errors.check(map:by_count(1, 1))
  if #twice > 0 then
    refuse(name, ("%d stands there twice, for %d and %d"):format(twice:row(1), select(2, twice:row(1)),
      select(2, twice:row(2))), "give each old record one new one")
  end
  for row = 1, #map do
    local old, new = map:row(row)
    if old == new then refuse(name, ("%d is to become itself"):format(old), "leave records out that stay") end
  end
  local turned = errors.check(map:turned())
  errors.check(turned:sort())
  local both = errors.check(turned:by_record(map))
  if #both > 0 then
    refuse(name, ("%d is a new record and an old one"):format((both:row(1))), "name the record that is last in the row")
  end
end

--- Reads a map.
-- @tparam string name of the option, for errors
-- @param given { [old] = new }, or a CSV file with two columns: old and new ids, with or without a header
-- @return native links set, from old to new, sorted
-- @raise BAD_ARGUMENT: an id that stands there twice, or is old and new; BAD_ID, FILE_FAILED
function M.read(name, given)
  local map = flow.none()
  if type(given) == "string" or io.type(given) then
    of_file(map, name, given)
  else
    for old, new in pairs(check.type(name, given, "table")) do
      add(map, check.id(name .. ": an old id", old), check.id(name .. ": a new id", new))
    end
  end
  if #map == 0 then refuse(name, "it names no record", "pass { [old id] = new id }, or a file with two columns") end
  errors.check(map:sort())
  check_map(map, name)
  return map
end

return M
