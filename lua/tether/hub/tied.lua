--- Reads all links of a record, over every pair of object types that its schema knows.
local errors = require "tether.error"
local pairs_of_types = require "tether.backup.pairs"
local reader = require "tether.batches.reader"
local records = require "tether.hub.records"
local subject = require "tether.batches.subject"
local task_map = require "tether.tasks.map"

local M = {}

-- The names under which an answer may list an object type: line items are "line items", a custom object is "p12345_pet"
-- (wire.md, 3.2).
local function answers_to(key, name)
  local wanted = name:gsub("^p_", "")
  return key == name or key:gsub(" ", "_") == name or key:gsub("^p%d+_", "") == wanted
end

-- The types in a list to which a record has links, as one read of it tells; nil: the account does not tell that.
local function tied_types(hub, from, id, names)
  local ok, record = pcall(records.get, hub, from, id, { associations = names })
  if not ok then
    if errors.is(record) and record.status == 400 and record.code ~= "NOT_FOUND" then return nil end
    error(record, 0)
  end
  local found = {}
  for key, part in pairs(record.associations or {}) do
    local known = false
    for _, name in ipairs(names) do
      if answers_to(key, name) then
        found[#found + 1], known = #(part.results or {}) > 0 and name or nil, true
      end
    end
    if not known then return nil end
  end
  table.sort(found)
  return found
end

--- Reads all links of a record, over every pair of object types that its schema has associations of. One read of the
-- record tells to which types it has any; these alone are read.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id or key
-- @treturn {[string]=links} by the other object type; none of them empty
-- @raise NOT_FOUND, BAD_ID, OBJECT_TYPE_UNKNOWN, MISSING_SCOPES
function M.tied(hub, object_type, id)
  local from = hub:object_type(object_type)
  id = subject.id(hub, from, "tied: id", id)
  local names, found = {}, {}
  for i, pair in ipairs(pairs_of_types.of(hub, from .. ":*")) do names[i] = pair[2] end
  local tied = tied_types(hub, from, id, names) or names
  local sets = task_map(tied, function(to) return reader.of_record(hub, from, id, to) end, { concurrency = 4 })
  for i, to in ipairs(tied) do found[to] = #sets[i] > 0 and sets[i] or nil end
  return found
end

return M
