--- Reads the pairs of object types of a backup as people write them: "contacts:companies", "deals:*".
local check = require "tether.check"
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local pair_schema = require "tether.names.pair_schema"

local M = {}

-- The object types to which the schema of a type has associations.
local function targets(hub, from)
  local id, names, seen = lookup.type_id(hub, from), {}, {}
  for _, definition in ipairs(definitions.list(hub, from)) do
    if definition.from == id and definition.to and not seen[definition.to] then
      seen[definition.to] = true
      names[#names + 1] = pair_schema.name(hub, definition.to)
    end
  end
  table.sort(names)
  return names
end

local function split(text)
  local from, to = check.type("pair", text, "string"):match "^([^:]+):([^:]+)$"
  if not from or from == "*" then
    errors.raise("BAD_ARGUMENT", ("a pair of object types is needed, got %q"):format(text),
      { hint = "write contacts:companies, or deals:* for all that deals have associations to" })
  end
  return from, to
end

--- The pairs, each once; a pair the other way round has the same links.
-- @tparam table hub
-- @tparam string|{string,...} given
-- @treturn {table,...} { from name, to name }
-- @raise BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN; what the account refuses: "*" asks the schema
function M.of(hub, given)
  local list, found, seen = type(given) == "table" and given or { given }, {}, {}
  for _, text in ipairs(list) do
    local from, to = split(text)
    from = pair_schema.name(hub, hub:object_type(from))
    for _, target in ipairs(to == "*" and targets(hub, from) or { pair_schema.name(hub, hub:object_type(to)) }) do
      if not seen[from .. ":" .. target] then
        found[#found + 1] = { from, target }
        seen[from .. ":" .. target], seen[target .. ":" .. from] = true, true
      end
    end
  end
  if #found == 0 then check.refuse("backup: pairs", "at least one, such as contacts:companies", given) end
  return found
end

return M
