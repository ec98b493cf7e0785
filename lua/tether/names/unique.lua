--- Tells which properties are unique among the records of a type, by the account's schema, which is asked once a type.
local errors = require "tether.error"
local problem = require "tether.connection.problem"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

-- property -> whether it is unique, from the schema; {} when the token may not read it.
local function of_schema(hub, segment)
  local ok, schema = errors.try(send.call, hub, "schema_get", { f = segment })
  if not ok and (not errors.is(schema) or (problem.about(schema) == "transport")) then error(schema, 0) end
  local found = {}
  for _, property in ipairs(ok and type(schema.properties) == "table" and schema.properties or {}) do
    if type(property) == "table" and type(property.name) == "string" then
      found[property.name] = property.hasUniqueValue
    end
  end
  return found
end

--- Whether a property is unique: no two records of the type share a value.
-- @tparam table hub
-- @tparam string segment object type as it stands in paths
-- @tparam string property
-- @treturn ?boolean nil: the account does not tell
-- @raise an error that keeps the account from answering at all
function M.is(hub, segment, property)
  if types.unique(segment) == property then return true end
  hub.known_unique[segment] = hub.known_unique[segment] or of_schema(hub, segment)
  return hub.known_unique[segment][property]
end

--- Keeps what a request has shown about a property.
function M.learn(hub, segment, property, unique)
  hub.known_unique[segment] = hub.known_unique[segment] or {}
  hub.known_unique[segment][property] = unique
end

return M
