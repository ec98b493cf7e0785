--- Object types and built-in association types, offline: the table is the same in every account (wire.md, 6.1).
--
-- A type is identified by direction, category and id: 279 is contact to company, its inverse 280 company to contact.
local native = require "tether.native"
local errors = require "tether.error"
local nearest = require "tether.nearest"

local M = {}

--- Finds a built-in object type by singular, plural, alias or type id, in any letter case; custom types pass unchanged.
-- @tparam string name `contacts`, `Contact`, `0-1`, `2-123`, `p_pet`, `p123_pet`
-- @treturn table { id = "0-1", singular = "contact", plural = "contacts" }; a custom one has custom = true
-- @raise OBJECT_TYPE_UNKNOWN with the nearest names
function M.object(name)
  if type(name) ~= "string" then
    errors.raise("OBJECT_TYPE_UNKNOWN", "object type: a string is needed, got " .. type(name))
  end
  local known = native.object_type(name)
  if known then return known end
  if name:match "^2%-%d+$" then return { id = name, singular = name, plural = name, custom = true } end
  if name:match "^p%d*_[%w_]+$" then return { singular = name, plural = name, custom = true } end
  errors.raise("OBJECT_TYPE_UNKNOWN",
    ("object type %q is not known%s"):format(name, nearest.sentence(name, native.object_type_names())))
end

--- A type as one text, such as "USER_DEFINED:42".
-- @tparam table type { category =, id = }
-- @treturn string
function M.key(type)
  return ("%s:%d"):format(type.category, type.id)
end

--- The built-in association types of one direction.
-- @tparam string from object type
-- @tparam string to object type
-- @treturn {table,...} { id, inverse, category, kind, name, from, to }, plain and primary ones first
-- @raise OBJECT_TYPE_UNKNOWN
function M.of_pair(from, to)
  return native.types_of_pair(M.object(from).singular, M.object(to).singular)
end

--- All built-in association types.
function M.all()
  return native.types()
end

local function wrong_direction(id, found, from, to)
  local message = ("type id %d is %s to %s, not %s to %s"):format(id, found.from, found.to, from.singular, to.singular)
  local inverse = found.inverse and native.type_by_id(found.inverse)
  if inverse and inverse.from == from.singular and inverse.to == to.singular then
    message = ("%s; the id of that direction is %d"):format(message, inverse.id)
  end
  errors.raise("TYPE_WRONG_DIRECTION", message)
end

local function by_id(id, from, to)
  local found = native.type_by_id(id)
  if not found then errors.raise("TYPE_UNKNOWN", ("type id %d is not built in"):format(id)) end
  if found.from ~= from.singular or found.to ~= to.singular then wrong_direction(id, found, from, to) end
  return found
end

local kinds = { primary = "primary", unlabeled = "unlabeled", default = "unlabeled", plain = "unlabeled" }

local function by_name(name, from, to)
  local kind, named = kinds[name:lower()], native.type_by_name(name)
  if named then return by_id(named.id, from, to) end
  local known = {}
  for _, candidate in ipairs(native.types_of_pair(from.singular, to.singular)) do
    if kind and candidate.kind == kind then return candidate end
    known[#known + 1] = candidate.name
    if candidate.kind == "primary" or candidate.kind == "unlabeled" then known[#known + 1] = candidate.kind end
  end
  errors.raise("TYPE_UNKNOWN", ("%s to %s has no built-in type %q%s"):format(from.singular, to.singular, name,
    nearest.sentence(name, known)))
end

--- Finds a built-in association type of a direction.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam[opt="unlabeled"] string|integer which `primary`, `unlabeled`, a systematic name such as
--   `contact_to_primary_company`, or a type id, which is then checked against the direction
-- @treturn table the type
-- @raise OBJECT_TYPE_UNKNOWN, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION
function M.find(from, to, which)
  local from_type, to_type = M.object(from), M.object(to)
  if math.type(which) == "integer" then return by_id(which, from_type, to_type) end
  if which ~= nil and type(which) ~= "string" then
    errors.raise("BAD_ARGUMENT", ("type: a name or an integer id is needed, got %s"):format(type(which)))
  end
  return by_name(which or "unlabeled", from_type, to_type)
end

--- The id of `find`.
function M.id(from, to, which)
  return M.find(from, to, which).id
end

local UNIQUE = { contact = "email" } -- wire.md, 3.1: a second record with it is refused with 409

--- The property that is unique among the records of a type in every account; nil: there is none.
-- @tparam string object_type
-- @treturn ?string
function M.unique(object_type)
  local built_in = native.object_type(object_type)
  return built_in and UNIQUE[built_in.singular]
end

return M
