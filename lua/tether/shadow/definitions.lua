--- Object types, labels and limits of the account, read when a pair of object types is first used.
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local pair_schema = require "tether.names.pair_schema"
local seed = require "tether.shadow.seed"
local definitions = require "tether.names.definitions"
local types = require "tether.types"

local M = {}

local LOST_INVERSE = 1800000000 -- added to a label's id when nothing tells the id of its other direction

-- Reads all custom object types of the account at once.
local function take_schemas(self)
  if self.schemas_taken then return end
  self.schemas_taken = true
  local lines = {}
  for _, schema in ipairs(self.account:schemas()) do
    local number = math.tointeger(tonumber((schema.objectTypeId or ""):match "^2%-(%d+)$"))
    if number then
      lines[#lines + 1] = { kind = "schema", name = schema.name, number = number, labels = schema.labels,
        requiredProperties = schema.requiredProperties }
    end
  end
  seed.add(self, lines)
end

--- The name by which the shadow knows an object type, whatever name a path has for it.
-- @tparam table self the shadow
-- @tparam string segment
-- @treturn string
function M.type(self, segment)
  local name = self.type_names[segment]
  if name then return name end
  local known, object = errors.try(types.object, segment)
  if not known or object.custom then take_schemas(self) end
  local read, id = errors.try(lookup.type_id, self.account, segment)
  name = read and pair_schema.name(self.account, id) or segment
  self.type_names[segment] = name
  return name
end

--- The same; nil where the account has no such object type.
function M.known_type(self, segment)
  local name = M.type(self, segment)
  return errors.try(lookup.type_id, self.account, name) and name or nil
end

-- -- labels --------------------------------------------------------------------------------------------------------

local tolerated = { MISSING_SCOPES = true, PERMISSION_MISSING = true, ROUTE_UNKNOWN = true, NOT_FOUND = true }

-- Internal names, which are unique in an account, as the schema tells them.
local function internal_names(self, from)
  local names = {}
  local read, items = errors.try(definitions.list, self.account, from)
  if not read and not (errors.is(items) and (tolerated[items.code] or items.status == 400)) then error(items, 0) end
  for _, definition in ipairs(read and items or {}) do
    if definition.category == "USER_DEFINED" then names[definition.id] = definition.name end
  end
  return names
end

local function label_line(self, from, to, label, name)
  local text, id = self.account.labels:inverse(from, to, label)
  id = id or label.id + LOST_INVERSE
  return { kind = "label", from = from, to = to, label = label.label, name = name or ("label_%d"):format(label.id),
    inverseLabel = label.label and id ~= label.id and (text or label.label) or nil, id = label.id, inverseId = id }
end

local function take_labels(self, pair)
  local names, taken, lines = internal_names(self, pair.from), {}, {}
  for _, label in ipairs(pair.labels) do
    if label.category == "USER_DEFINED" and not taken[label.id] then
      local line = label_line(self, pair.from, pair.to, label, names[label.id])
      pair.inverses[line.id], pair.inverses[line.inverseId] = line.inverseId, line.id
      if pair.from == pair.to then taken[line.inverseId] = true end
      table.insert(lines, label.label and #lines + 1 or 1, line) -- the plain type first: a label would make one
    end
  end
  return lines
end

-- -- limits --------------------------------------------------------------------------------------------------------

local function limits_of(self, from, to)
  local read, found = errors.try(self.account.limits.list, self.account.limits, from, to)
  if read then return found end
  if not (errors.is(found) and tolerated[found.code]) then error(found, 0) end
  self.tell(("the limits of %s to %s cannot be read, and are not heeded: %s"):format(from, to, found.message))
  return {}
end

local function add_limits(lines, from, to, limits)
  for _, limit in ipairs(limits) do
    lines[#lines + 1] = { kind = "limit", from = from, to = to, most = limit.max,
      type = { category = limit.category, typeId = limit.id } }
  end
end

-- -----------------------------------------------------------------------------------------------------------------

local function key_of(from, to)
  return from < to and from .. " " .. to or to .. " " .. from
end

--- Learns the labels and limits of a pair of object types, both directions.
-- @tparam table self the shadow
-- @tparam string from
-- @tparam string to
-- @treturn table { from =, to =, labels =, limits =, back = limits of the other direction, inverses = id of an own
--   label -> that of its other direction }: what the account has
function M.ensure(self, from, to)
  local key = key_of(from, to)
  if self.pairs[key] then return self.pairs[key] end
  local pair = { from = from, to = to, labels = self.account.labels:list(from, to), limits = limits_of(self, from, to),
    back = from ~= to and limits_of(self, to, from) or {}, inverses = {} }
  local lines = take_labels(self, pair)
  add_limits(lines, from, to, pair.limits)
  add_limits(lines, to, from, pair.back)
  if self.pairs[key] then return self.pairs[key] end -- another task has learnt it meanwhile
  seed.add(self, lines)
  self.pairs[key] = pair
  return pair
end

--- Whether the shadow's portal can have a type on links.
function M.is_known(self, type)
  if type.category ~= "HUBSPOT_DEFINED" then return not self.dropped_labels[type.id] end
  return native.type_by_id(type.id) ~= nil
end

return M
