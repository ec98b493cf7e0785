--- The facts of a pair of object types for a plan: its special types, its limits, and the texts of its labels.
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local native = require "tether.native"
local types = require "tether.types"

local M = {}

local function primaries(from, to)
  local found = {}
  for _, type in ipairs(native.types_of_pair(types.object(from).singular, types.object(to).singular)) do
    if type.kind == "primary" then found[#found + 1] = { category = "HUBSPOT_DEFINED", id = type.id } end
  end
  return found
end

local function others(list, without)
  local left, known = {}, {}
  for _, type in ipairs(without) do known[types.key(type)] = true end
  for _, type in ipairs(list) do
    if not known[types.key(type)] then left[#left + 1] = type end
  end
  return left
end

-- Error codes after which a plan is made without limits, with a notice: the token may not read them, or the version of
-- the API has none.
local tolerated = { MISSING_SCOPES = true, PERMISSION_MISSING = true, ROUTE_UNKNOWN = true, NOT_FOUND = true }

local function limits(hub, from, to)
  local ok, found = pcall(hub.limits.list, hub.limits, from, to)
  if ok then return found end
  if not (errors.is(found) and tolerated[found.code]) then error(found, 0) end
  hub.notices[#hub.notices + 1] = ("plan: the limits of %s to %s cannot be read, and are not heeded: %s"):format(from,
    to, found.message)
  return {}
end

--- The special types of a direction.
-- @treturn table plain, primaries, kept: lists of { category =, id = }; one_type: links inside one object type
function M.types(hub, from, to)
  local special = { plain = { lookup.plain(hub, from, to) }, primaries = primaries(from, to),
    one_type = mirror.is_one_type(from, to) }
  special.kept = others(lookup.kept(hub, from, to), special.primaries)
  return special
end

-- The type in this direction that a limit of the other direction is about; nil for the plain type, which every link
-- has; false when nothing tells it.
local function this_way(hub, from, to, other)
  local plain = lookup.plain(hub, to, from)
  if plain and types.key(plain) == types.key(other) then return nil end
  local _, id = hub.labels:inverse(to, from, other)
  return id and { category = other.category, id = id } or false
end

-- The limits of the records on the to side: { type = or nil for any link, inverse =, max = }, …
local function limits_back(hub, from, to)
  local found = {}
  for _, limit in ipairs(limits(hub, to, from)) do
    local inverse = { category = limit.category, id = limit.id }
    local type = this_way(hub, from, to, inverse)
    if type ~= false then found[#found + 1] = { type = type, inverse = inverse, max = limit.max } end
  end
  return found
end

--- The special types and the limits of the direction, and in `back` the limits of the records on the to side.
function M.facts(hub, from, to)
  local facts = M.types(hub, from, to)
  facts.limits, facts.back = limits(hub, from, to), limits_back(hub, from, to)
  return facts
end

--- Writes the labels of a direction into a job, for people who look at it.
function M.name_types(hub, job, pair, from, to)
  for _, type in ipairs(lookup.types(hub, from, to)) do
    if type.label then errors.check(job:label(pair, types.key(type), type.label)) end
  end
end

return M
