--- Keys of records: they identify a record in another account, where it has another id.
local check = require "tether.check"
local errors = require "tether.error"
local job_native = require "tether.job.native"
local json = require "tether.json"
local keys = require "tether.names.keys"
local native = require "tether.native"
local pair_schema = require "tether.names.pair_schema"

local M = {}

local RECORDS = 1000 -- records whose keys are asked for at once, and stored in one block
local RECORDS_A_CALL = 100 -- records of a batch read (wire.md, 3.7)

local function has_property(hub, object_type, property)
  for _, definition in ipairs(hub:schema(object_type).properties or {}) do
    if definition.name == property then return true end
  end
  return false
end

-- For a property without an object type: each type that has this property.
local function give_all(hub, found, object_types, property)
  local given = false
  for _, object_type in ipairs(object_types) do
    if not found[object_type] and has_property(hub, object_type, property) then
      found[object_type], given = property, true
    end
  end
  if not given then
    errors.raise("BAD_ARGUMENT", ("key %s: none of %s has this property"):format(property,
      table.concat(object_types, ", ")), { hint = "write email, or companies=domain" })
  end
end

--- The property by which the records of each object type are known.
-- @tparam table hub
-- @param given "email" or "companies=domain", or an array of these; nil: none
-- @tparam {string,...} object_types names that are meant
-- @treturn table object type -> property
-- @raise BAD_ARGUMENT
function M.of(hub, given, object_types)
  local found, everywhere = {}, {}
  for _, text in ipairs(type(given) == "table" and given or { given }) do
    local object_type, property = check.type("key", text, "string"):match "^([^=]+)=([%w_]+)$"
    if object_type then
      found[pair_schema.name(hub, hub:object_type(object_type))] = property
    else
      everywhere[#everywhere + 1] = text
    end
  end
  for _, property in ipairs(everywhere) do give_all(hub, found, object_types, property) end
  return found
end

-- -- in a backup ---------------------------------------------------------------------------------------------------

local Noted = {}
Noted.__index = Noted

--- Notes the records of links, whose keys will be asked for.
-- @tparam table properties object type -> property
function M.noting(properties)
  return setmetatable({ properties = properties, sorters = {} }, Noted)
end

function Noted:note(set)
  for side, kind in pairs { from = "records", to = "targets" } do
    local object_type = set[side]
    if self.properties[object_type] then
      self.sorters[object_type] = self.sorters[object_type] or errors.check(job_native.sorter())
      errors.check(self.sorters[object_type]:add(set.native, kind))
    end
  end
end

local function keys_of(hub, object_type, property, asked)
  local ids, list = {}, {}
  for row = 1, #asked do ids[row] = asked:row(row) end
  local records = hub:get(object_type, ids, { properties = { property } })
  for i, id in ipairs(ids) do
    local value = records[i] and records[i].properties[property]
    if type(value) == "string" and value ~= "" then table.move({ id, value }, 1, 2, #list + 1, list) end
  end
  return list, #ids
end

-- Writes the keys of one object type.
local function write_type(hub, file, count, object_type, property, sorter)
  errors.check(file:text("records", json.encode { type = object_type, property = property }))
  while true do
    local wanted, _, asked = errors.check(sorter:take(RECORDS, RECORDS))
    if not wanted then break end
    local list, records = keys_of(hub, object_type, property, asked)
    errors.check(file:keys(list))
    count.keys, count.without_key = count.keys + #list // 2, count.without_key + records - #list // 2
    count.calls = count.calls + (records + RECORDS_A_CALL - 1) // RECORDS_A_CALL
  end
  sorter:close()
end

--- Writes the keys of the records that were noted.
-- @tparam table hub
-- @param file native backup
-- @tparam table count `keys`, `without_key` and `calls` are added to it
function Noted:write(hub, file, count)
  for object_type, sorter in pairs(self.sorters) do
    write_type(hub, file, count, object_type, self.properties[object_type], sorter)
  end
end

-- -- in a restore --------------------------------------------------------------------------------------------------

-- Finds the records that have some keys: value in lower case -> { id =, count = }.
local function find(hub, object_type, property, list)
  local resolver, found = keys.new(hub, { none = "skip", several = "skip" }), {}
  for i = 2, #list, 2 do resolver:want(object_type, property, list[i]) end
  resolver:run()
  for _, entry in ipairs(resolver.report) do found[entry.key:sub(#property + 2):lower()] = entry end
  return found
end

--- Finds the records of this account that have the keys of a backup.
-- @tparam table hub
-- @tparam table records as tether.backup.file reads them
-- @treturn table { map = native links: old id -> new id, found =, none =, several =, first = a key that has none or
--   several }
-- @raise what the account refuses
function M.found(hub, records)
  local result = { type = records.type, property = records.property, map = errors.check(native.links()), found = 0,
    none = 0, several = 0 }
  for list in records.next do
    local found = find(hub, records.type, records.property, list)
    for i = 1, #list, 2 do
      local entry = found[list[i + 1]:lower()] or { count = 0 }
      local what = entry.id and "found" or entry.count > 1 and "several" or "none"
      result[what] = result[what] + 1
      if entry.id then
        errors.check(result.map:add(list[i], entry.id, 0))
      else
        result.first = result.first or list[i + 1]
      end
    end
  end
  return result
end

return M
