--- The association types in an account's schemas: their internal names, and which two are inverses.
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local native = require "tether.native"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

-- The built-in type that an item of a schema may be. Own types have a number range that overlaps.
local function built_in_of(item)
  local known = native.type_by_id(item.id)
  local from, to = known and native.object_type(known.from), known and native.object_type(known.to)
  return known and from.id == item.from and to.id == item.to and known or nil
end

local function has_built_in_name(item, known)
  return item.name ~= nil and
    (item.name == known.name or item.name:find(("%s_to_%s"):format(known.from, known.to), 1, true) == 1)
end

-- Schemas may leave categories out. Built-in types are always listed. So when a single item has a built-in type's
-- number, it is that type. Of two items with the number it is the one with the built-in type's name. When both or
-- neither have that name, nothing tells which is which, and they get no category.
local function tell_categories(items)
  local by_place = {}
  for _, item in ipairs(items) do
    local place = ("%d %s %s"):format(item.id, item.from, item.to)
    by_place[place] = by_place[place] or {}
    table.insert(by_place[place], item)
  end
  for _, same in pairs(by_place) do
    local known, built_in = built_in_of(same[1]), {}
    for _, item in ipairs(same) do
      if known and (#same == 1 or has_built_in_name(item, known)) then built_in[#built_in + 1] = item end
    end
    for _, item in ipairs(same) do
      if not item.category and (not known or #built_in == 1) then
        item.category = item == built_in[1] and "HUBSPOT_DEFINED" or "USER_DEFINED"
      end
    end
  end
end

--- The types from and to an object type, as its schema tells them. Only a schema has their internal names, which the
-- two directions of a label share (wire.md, 4.14, 4.23). It shows a new label some minutes late.
-- @treturn {table,...} { category = or nil, id =, from = type id, to = type id, name = or nil, inverse = id or nil }
-- @raise what the account refuses: reading schemas needs a scope of its own
function M.list(hub, object_type)
  local body, found = send.call(hub, "schema_get", { f = lookup.segment(hub, object_type) }), {}
  for _, item in ipairs(body.associations or {}) do
    local id = math.tointeger(tonumber(item.id))
    if id then
      found[#found + 1] = { id = id, from = item.fromObjectTypeId, to = item.toObjectTypeId, name = item.name,
        category = item.category, inverse = math.tointeger(tonumber(item.inverseId)) }
    end
  end
  tell_categories(found)
  return found
end

-- The inverse of an own type inside one object type, by the schema: the item names it, or has the same internal name.
local function inverse_of_schema(hub, object_type, type)
  local self_id, mine, others = lookup.type_id(hub, object_type), nil, {}
  for _, item in ipairs(M.list(hub, object_type)) do
    local inside = item.category == type.category and item.from == self_id and item.to == self_id
    if inside and item.id == type.id then mine = item elseif inside then others[#others + 1] = item end
  end
  if not mine or not (mine.inverse or mine.name) then return nil end
  if mine.inverse then return mine.inverse end
  for _, item in ipairs(others) do
    if item.name == mine.name then return item.id end
  end
  return mine.id
end

--- Keeps the ids of the two directions of a label inside one object type; a symmetric label has the same id twice.
function M.remember_inverse(hub, category, id, inverse)
  hub.known_inverses = hub.known_inverses or {}
  hub.known_inverses[("%s:%d"):format(category, id)] = inverse
  hub.known_inverses[("%s:%d"):format(category, inverse)] = id
end

--- Assumes a label that the account does not have, inside one object type in both directions. It serves plans that are
-- shown and never sent.
-- @tparam[opt] string inverse text of the other direction; left out: the label has one text
function M.imagine(hub, from, to, label, inverse)
  local type = lookup.imagine(hub, from, to, label)
  if not mirror.is_one_type(from, to) then return end
  local other = inverse and inverse ~= label and lookup.imagine(hub, from, to, inverse) or type
  M.remember_inverse(hub, type.category, type.id, other.id)
end

--- The type of the same link inside one object type, seen from its other end.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table type { category =, id = }
-- @treturn table { category =, id =, label = or nil }
-- @raise TYPE_UNKNOWN when nothing tells it, and the error of a refused schema
function M.inverse(hub, object_type, type)
  local built_in = type.category == "HUBSPOT_DEFINED" and native.type_by_id(type.id)
  if built_in and built_in.inverse then return { category = type.category, id = built_in.inverse } end
  if lookup.is_plain(hub, object_type, object_type, type) then return type end
  local id = (hub.known_inverses or {})[types.key(type)]
  if not id then
    id = inverse_of_schema(hub, object_type, type)
    if id then M.remember_inverse(hub, type.category, type.id, id) end
  end
  if id then
    local found = { category = type.category, id = id }
    return lookup.known(hub, object_type, object_type, found) or found
  end
  errors.raise("TYPE_UNKNOWN", ("the account does not tell the inverse of type %s:%d inside %s"):format(type.category,
    type.id, object_type), { hint = "write the links of a pair in one direction, or wait: a new label is told late" })
end

return M
