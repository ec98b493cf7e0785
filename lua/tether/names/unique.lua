--- Which properties no two records of a type share, as the account's schema tells it; asked once a type.
local errors = require "tether.error"
local problem = require "tether.connection.problem"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

-- property -> whether it is unique, of the schema; {} where the account does not let us read it.
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

--- Whether no two records of a type share a value of a property.
-- @tparam table hub
-- @tparam string segment object type as it stands in paths
-- @tparam string property
-- @treturn ?boolean nil: the account does not tell
-- @raise what keeps the account from answering at all
function M.is(hub, segment, property)
  if types.unique(segment) == property then return true end
  hub.known_unique[segment] = hub.known_unique[segment] or of_schema(hub, segment)
  return hub.known_unique[segment][property]
end

--- Keeps what a request has shown.
function M.learn(hub, segment, property, unique)
  hub.known_unique[segment] = hub.known_unique[segment] or {}
  hub.known_unique[segment][property] = unique
end

return M
