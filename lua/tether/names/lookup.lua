--- Finds the types that names stand for in an account: in the built-in table first, then among the account's labels.
--
-- A pair's labels are read once and kept. An unknown name reads them once more, because the label may have been made
-- meanwhile. A type is direction + category + id: 279 may be a built-in id, and with USER_DEFINED also a label's.
local lazy = require "tether.lazy"
local native = require "tether.native"
local errors = require "tether.error"
local check = require "tether.check"
local flight = lazy "tether.tasks.flight"
local nearest = require "tether.nearest"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

local IMAGINED <const> = 0x7fffffff -- the first id of imagined labels, counted downwards

local function key_of(from, to)
  return types.object(from).singular .. " " .. types.object(to).singular
end

-- The account's custom objects, read once; {} when the token may not read them.
local function schemas(hub)
  if not hub.known_schemas then
    local ok, body = pcall(flight.share, hub, "schemas", function() return (send.call(hub, "schemas_list", {})) end)
    if not ok and errors.is(body) and body.code ~= "MISSING_SCOPES" and body.status ~= 404 then error(body, 0) end
    hub.known_schemas = ok and body.results or {}
  end
  return hub.known_schemas
end

local function is_named(schema, name)
  local wanted, labels = name:lower(), schema.labels or {}
  for _, known in ipairs { schema.name or "", schema.fullyQualifiedName or "", labels.singular or "",
    labels.plural or "" } do
    if known:lower() == wanted then return true end
  end
end

--- The name of an object type as the wire takes it. Built-in names, type ids and p_name stay as the caller wrote them,
-- so that paths equal those of HubSpot's overview. Any other name is looked for among the account's custom objects.
-- @tparam table hub
-- @tparam string name also a custom object's own name or label, in any case
-- @treturn string
-- @raise OBJECT_TYPE_UNKNOWN with the nearest names, custom ones included
function M.segment(hub, name)
  local ok, problem = errors.try(types.object, name)
  if ok then return name end
  if type(name) ~= "string" then error(problem, 0) end
  local names = native.object_type_names()
  for _, schema in ipairs(schemas(hub)) do
    if is_named(schema, name) then return schema.objectTypeId end
    names[#names + 1] = schema.name
  end
  errors.raise("OBJECT_TYPE_UNKNOWN", ("object type %q is not known%s"):format(name, nearest.sentence(name, names)))
end

--- The type id of an object type, "0-1" or "2-123".
-- @raise OBJECT_TYPE_UNKNOWN
function M.type_id(hub, name)
  local known = types.object(M.segment(hub, name))
  if known.id then return known.id end
  for _, schema in ipairs(known.custom and schemas(hub) or {}) do
    if is_named(schema, name) or schema.fullyQualifiedName:match "^p%d+_(.*)$" == name:match "^p_(.*)$" then
      return schema.objectTypeId
    end
  end
  errors.raise("OBJECT_TYPE_UNKNOWN", ("no source tells the type id of %q"):format(name))
end

--- The account's association types from -> to, read again.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @treturn {table,...} { category =, id =, label = or nil }
function M.types_anew(hub, from, to)
  local key, found = key_of(from, to), {}
  local body = flight.share(hub, "labels " .. key, function()
    return (send.call(hub, "labels_list", { f = M.segment(hub, from), t = M.segment(hub, to) }))
  end)
  for i, result in ipairs(body.results or {}) do
    found[i] = { category = result.category, id = result.typeId, label = result.label }
  end
  for _, type in ipairs(hub.imagined and hub.imagined[key] or {}) do found[#found + 1] = type end
  hub.known_types[key] = found
  return found
end

--- The same as they were read before, where they were.
function M.types(hub, from, to)
  return hub.known_types[key_of(from, to)] or M.types_anew(hub, from, to)
end

local function of_account(hub, from, to, id, category)
  for _, type in ipairs(M.types(hub, from, to)) do
    if type.id == id and (not category or type.category == category) then return type end
  end
end

-- A type as one text, with its label.
local function text_of(type)
  return ("%s:%d %s"):format(type.category, type.id, type.label or "")
end

--- Reads the types of a direction again; answers whether they differ from the known ones.
function M.has_changed(hub, from, to)
  local known, same, before = hub.known_types[key_of(from, to)] or {}, 0, {}
  for _, type in ipairs(known) do before[text_of(type)] = true end
  M.forget(hub, from, to)
  local now = M.types(hub, from, to)
  for _, type in ipairs(now) do same = same + (before[text_of(type)] and 1 or 0) end
  return same ~= #now or #known ~= #now
end

--- Forgets the types of a pair when a read has shown a label under another text than the known one.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table names "USER_DEFINED:42" -> label, as a links set has them
-- @treturn boolean whether a label was renamed
function M.forget_renamed(hub, from, to, names)
  for _, type in ipairs(hub.known_types[key_of(from, to)] or {}) do
    local shown = names[types.key(type)]
    if shown and type.label and shown:lower() ~= type.label:lower() then
      M.forget(hub, from, to)
      return true
    end
  end
  return false
end

--- What the account tells about a type of a direction.
-- @param hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table type { category =, id = }
-- @treturn ?table { category =, id =, label = or nil }; nil: the direction has no such type
function M.known(hub, from, to, type)
  return of_account(hub, from, to, type.id, type.category)
end

--- Forgets the types of a pair, both directions, because its labels have changed.
function M.forget(hub, from, to)
  hub.known_types[key_of(from, to)] = nil
  hub.known_types[key_of(to, from)] = nil
end

--- Keeps a label that the account has just made, which its list may show late.
function M.remember(hub, from, to, found)
  local known = M.types(hub, from, to)
  for _, type in ipairs(known) do
    if type.category == found.category and type.id == found.id then return end
  end
  known[#known + 1] = found
end

--- Assumes a label that the account does not have, with an id that no account gives. It serves plans that are shown and
-- never sent.
-- @treturn type
function M.imagine(hub, from, to, label)
  hub.imagined = hub.imagined or { last = IMAGINED }
  local key = key_of(from, to)
  local type = { category = "USER_DEFINED", id = hub.imagined.last, label = label }
  hub.imagined.last, hub.imagined[key] = type.id - 1, hub.imagined[key] or {}
  table.insert(hub.imagined[key], type)
  M.remember(hub, from, to, type)
  return type
end

local function named(known, label)
  local wanted = label:lower()
  for _, type in ipairs(known) do
    if type.label and type.label:lower() == wanted then return type end
  end
end

local function miss(hub, from, to, label)
  local names = {}
  for _, type in ipairs(M.types(hub, from, to)) do names[#names + 1] = type.label end
  for _, type in ipairs(M.types(hub, to, from)) do
    if type.label and type.label:lower() == label:lower() and not named(M.types(hub, from, to), label) then
      errors.raise("LABEL_UNKNOWN", ("%s to %s has no label %q: it belongs to the direction %s to %s"):format(from, to,
        label, to, from))
    end
  end
  errors.raise("LABEL_UNKNOWN", ("%s to %s has no label %q%s"):format(from, to, label, nearest.sentence(label, names)))
end

local function by_label(hub, from, to, label)
  local found = named(M.types(hub, from, to), label) or named(M.types_anew(hub, from, to), label)
  if found then return found end
  local ok, built_in = errors.try(types.find, from, to, label) -- "primary", "contact_to_primary_company"
  if ok then return { category = "HUBSPOT_DEFINED", id = built_in.id } end
  return miss(hub, from, to, label)
end

-- An id alone means the built-in type of this direction, else the account's own. The built-in id of the other direction
-- is refused without asking the account, although a label might have the same number; such a label needs its category.
local function by_id(hub, from, to, id)
  local from_name, to_name = types.object(from).singular, types.object(to).singular
  local built_in = native.type_by_id(id)
  if built_in and built_in.from == from_name and built_in.to == to_name then
    return { category = "HUBSPOT_DEFINED", id = id }
  end
  if built_in and built_in.from == to_name and built_in.to == from_name then types.find(from, to, id) end -- raises
  local own = of_account(hub, from, to, id)
  if own then return own end
  if built_in then types.find(from, to, id) end -- raises: it belongs to another pair
  local inverse = of_account(hub, to, from, id, "USER_DEFINED")
  if inverse then
    errors.raise("TYPE_WRONG_DIRECTION", ("type id %d%s is %s to %s, not %s to %s"):format(id,
      inverse.label and (" (%q)"):format(inverse.label) or "", to, from, from, to))
  end
  errors.raise("TYPE_UNKNOWN", ("%s to %s has no type id %d"):format(from, to, id))
end

-- A type that was read with its label, in this account or in another one, where the label has another id.
local function by_name(hub, from, to, given)
  local own = of_account(hub, from, to, given.id, given.category)
  if own and own.label and own.label:lower() == given.label:lower() then return own end
  local found = named(M.types(hub, from, to), given.label) or named(M.types_anew(hub, from, to), given.label)
  if found then return found end
  own = of_account(hub, from, to, given.id, given.category)
  errors.raise("LABEL_UNKNOWN", ("%s to %s has no label %q, which was type %s:%d where it was read%s"):format(from, to,
    given.label, given.category, given.id, own and (" and is %q here"):format(own.label or "") or ""))
end

-- A category and an id: checked against the built-in table where the account is not needed.
local function by_both(hub, from, to, given)
  if given.category == "HUBSPOT_DEFINED" then
    local built_in = native.type_by_id(given.id)
    if built_in then types.find(from, to, given.id) end
    return { category = given.category, id = given.id, label = given.label }
  end
  if given.plain then return M.plain(hub, from, to) end
  if given.label then return by_name(hub, from, to, given) end
  local own = of_account(hub, from, to, given.id, given.category)
  if own then return own end
  local inverse = of_account(hub, to, from, given.id, given.category)
  if inverse then
    errors.raise("TYPE_WRONG_DIRECTION", ("%s type id %d is %s to %s, not %s to %s"):format(given.category, given.id,
      to, from, from, to))
  end
  errors.raise("TYPE_UNKNOWN", ("%s to %s has no %s type id %d"):format(from, to, given.category, given.id))
end

--- Finds an association type of a direction.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @param given type id, label, "primary", systematic name, or { category =, id = }
-- @treturn table { category =, id =, label = or nil }
-- @raise LABEL_UNKNOWN with the nearest names, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION with the right id
function M.type(hub, from, to, given)
  if math.type(given) == "integer" then return by_id(hub, from, to, given) end
  if type(given) == "string" then return by_label(hub, from, to, given) end
  if type(given) ~= "table" then check.refuse("type", "a type id, a label or { category =, id = }", given) end
  check.type("type.category", given.category, "string")
  check.type("type.id", given.id, "integer")
  return by_both(hub, from, to, given)
end

--- The plain (unlabeled) type of a direction: built in, or the account's for a pair with a custom object.
-- @treturn table { category =, id = }
-- @raise TYPE_UNKNOWN when the pair has none
function M.plain(hub, from, to)
  local from_type, to_type = types.object(from), types.object(to)
  for _, type in ipairs(native.types_of_pair(from_type.singular, to_type.singular)) do
    if type.kind == "unlabeled" then return { category = "HUBSPOT_DEFINED", id = type.id } end
  end
  for _, fresh in ipairs { false, true } do
    for _, type in ipairs(M.types(hub, from, to, fresh)) do
      if not type.label then return type end
    end
  end
  errors.raise("TYPE_UNKNOWN", ("%s to %s has no plain association type"):format(from, to))
end

--- The types of a direction that a change of labels leaves alone: plain, primary, hierarchy.
-- @treturn {table,...} { category =, id = }
function M.kept(hub, from, to)
  local found = {}
  for _, type in ipairs(native.types_of_pair(types.object(from).singular, types.object(to).singular)) do
    if type.kind ~= "labeled" then found[#found + 1] = { category = "HUBSPOT_DEFINED", id = type.id } end
  end
  for _, type in ipairs(M.types(hub, from, to)) do
    if not type.label then found[#found + 1] = { category = type.category, id = type.id } end
  end
  return found
end

--- The primary type of a direction.
-- @treturn table { category =, id = }
-- @raise TYPE_UNKNOWN when the pair has none
function M.primary(_, from, to)
  return { category = "HUBSPOT_DEFINED", id = types.find(from, to, "primary").id }
end

--- Whether a type is the plain one of a direction.
-- @param hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table found { category =, id = }
function M.is_plain(hub, from, to, found)
  if found.category == "HUBSPOT_DEFINED" then
    local known = native.type_by_id(found.id)
    return known ~= nil and known.kind == "unlabeled"
  end
  local own = of_account(hub, from, to, found.id, found.category)
  return own ~= nil and own.label == nil
end

--- Whether a type is a primary one.
-- @tparam table found { category =, id = }
function M.is_primary(found)
  local known = found.category == "HUBSPOT_DEFINED" and native.type_by_id(found.id)
  return known and known.kind == "primary" or false
end

--- Resolves a list of types that a script gave; {} is the default association.
-- @treturn {table,...} { category =, id = }
function M.resolve(hub, from, to, list)
  if #list == 0 then return { M.plain(hub, from, to) } end
  local found = {}
  for i, given in ipairs(list) do found[i] = M.type(hub, from, to, given) end
  return found
end

return M
