--- The meaning of links' types, whether a script, a file or an account has written them.
--
-- A label means its text in any letter case, because its id differs from account to account. The plain type means
-- nothing, because every link has it. Any other type without a text means its category and id. Sets are compared,
-- filtered and written to files by these meanings, so that their origin does not matter.
local native = require "tether.native"
local errors = require "tether.error"
local check = require "tether.check"
local nearest = require "tether.nearest"
local types = require "tether.types"

local M = {}

--- A list of types that a script wrote, as one string that does not depend on its order or on the letter case of
-- labels.
-- @treturn string
function M.key_of(list)
  local parts = {}
  for i, item in ipairs(list) do
    parts[i] = type(item) == "table" and ("%s:%s"):format(item.category, item.id) or
      ("%s %s"):format(type(item), type(item) == "string" and item:lower() or item)
  end
  table.sort(parts)
  return table.concat(parts, "\0")
end

local function name_of(category, id)
  return ("%s:%d"):format(category, id)
end

local function of_type(category, id)
  return { kind = "type", key = "T" .. name_of(category, id), category = category, id = id }
end

local function of_label(text)
  return { kind = "label", key = "L" .. text:lower(), label = text }
end

local PLAIN, PRIMARY = { kind = "plain", key = "" }, { kind = "primary", key = "P" }

local function of_built_in(known)
  if known.kind == "primary" then return PRIMARY end
  if known.kind == "unlabeled" then return PLAIN end
  return of_type("HUBSPOT_DEFINED", known.id)
end

-- The meaning of a category and an id. An account names each of its labels, so an own type without a name is the plain
-- type of a pair with a custom object.
local function of_spec(set, type, is_given)
  local known = type.category == "HUBSPOT_DEFINED" and native.type_by_id(type.id)
  local label = set.names[types.key(type)]
  if known and (known.kind == "primary" or known.kind == "unlabeled") then return of_built_in(known) end
  if label then return of_label(label) end
  if type.category == "USER_DEFINED" and not is_given then return PLAIN end
  return of_type(type.category, type.id)
end

local function built_in(set, name)
  local found, known = pcall(types.find, set.from, set.to, name)
  return found and known or nil
end

local function known_label(set, text)
  local wanted = text:lower()
  for name, label in pairs(set.names) do
    if label:lower() == wanted and name:sub(1, 16) ~= "HUBSPOT_DEFINED:" then return label end
  end
end

local function of_text(set, text)
  local label = known_label(set, text)
  if label then return of_label(label) end
  local known = built_in(set, text)
  return known and of_built_in(known) or of_label(text)
end

-- The meaning of an item that a script or a file has written.
local function of_given(set, item)
  if type(item) == "string" then return of_text(set, item) end
  if type(item) == "table" then return of_spec(set, item, true) end
  local known = built_in(set, item)
  return known and of_built_in(known) or of_spec(set, { category = "USER_DEFINED", id = item }, true)
end

--- The types of an index in the core: as a script or file wrote them, or as the account has them.
-- @treturn {any,...} labels, type ids, { category =, id = }
-- @treturn boolean whether a script or file wrote them
function M.list(set, index)
  local given = set.given[index]
  return given or set.native:set(index), given ~= nil
end

--- Removes the primary from the lists of a file's set.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table given index -> list
-- @treturn table the same without it
-- @treturn {[integer]=boolean} the indices that had it
function M.without_primary(from, to, given)
  local pair, left, had = { from = from, to = to, names = {} }, {}, {}
  for index, list in pairs(given) do
    left[index] = {}
    for _, item in ipairs(list) do
      local is_primary = of_given(pair, item).kind == "primary"
      had[index] = had[index] or is_primary or nil
      if not is_primary then table.insert(left[index], item) end
    end
  end
  return left, had
end

--- The types of an index for another set, which may have been read from another account. A label goes by its text when
-- its id belongs to another label there.
-- @treturn {any,...}
-- @treturn boolean whether the list is to be kept as it is written
function M.portable(set, index, other)
  local list, is_given = M.list(set, index)
  local moved, any = {}, false
  for i, item in ipairs(list) do
    local name = type(item) == "table" and types.key(item)
    local here, there = set.names[name], other.names[name]
    local differs = here and there and here:lower() ~= there:lower()
    moved[i], any = differs and here or item, any or differs
  end
  return moved, is_given or any
end

--- The index in the core of a list of types that a script or file wrote; a new list gets a new index.
-- @tparam links set
-- @tparam table list labels, type ids, { category =, id = }
-- @treturn integer
function M.index_of(set, list)
  local key = M.key_of(list)
  local index = set.interned[key]
  if not index then
    index = #list == 0 and 0 or errors.check(set.native:reserve())
    set.interned[key] = index
    if index > 0 then set.given[index] = list end
  end
  return index
end

--- Keeps the label of a type, as an account has told it.
-- @tparam links set
-- @tparam table type { category =, id =, label = or nil }
function M.name(set, type)
  if type.label then set.names[types.key(type)] = type.label end
end

--- The types of an index, for an account to resolve: own types go by the label that they had where they were read.
-- @treturn {any,...}
function M.to_resolve(set, index)
  local list, is_given = M.list(set, index)
  local asked = {}
  for i, item in ipairs(list) do
    local label = type(item) == "table" and set.names[types.key(item)]
    local is_plain = not is_given and not label and item.category == "USER_DEFINED"
    local is_told = label or is_plain
    asked[i] = is_told and { category = item.category, id = item.id, label = label, plain = is_plain } or item
  end
  return asked
end

--- The meaning of a type set for scripts and files.
-- @tparam links set
-- @tparam integer index in the core
-- @treturn table types: as they were written; labels: their texts; primary; items: what a label cell tells of them
function M.describe(set, index)
  local list, is_given = M.list(set, index)
  local link = { types = list, labels = {}, primary = false, items = {} }
  for _, item in ipairs(list) do
    local found = is_given and of_given(set, item) or of_spec(set, item, false)
    if found.kind == "label" then
      link.labels[#link.labels + 1] = found.label
      link.items[#link.items + 1] = found.label
    elseif found.kind == "primary" then
      link.primary = true
    elseif is_given or found.kind == "type" then
      link.items[#link.items + 1] = item
    end
  end
  return link
end

--- The items of a label cell for a link that was described, its primary included.
-- @treturn {any,...} labels, type ids, { category =, id = }, "primary"
function M.items(link)
  local items = table.move(link.items, 1, #link.items, 1, {})
  if link.primary then items[#items + 1] = "primary" end
  return items
end

-- The keys of an index's meanings. The plain type has one where it is named and where nothing else is.
local function keys_of(set, index)
  local list, is_given = M.list(set, index)
  local keys = { [PLAIN.key] = #list == 0 or nil }
  for _, item in ipairs(list) do keys[(is_given and of_given(set, item) or of_spec(set, item, false)).key] = true end
  return keys
end

--- Numbers for the type sets of two links sets, by index: sets with equal numbers mean the same.
-- @treturn {[integer]=integer} of the left set
-- @treturn {[integer]=integer} of the right set
function M.numbers(left, right)
  local known, count, found = {}, 0, {}
  for side, set in ipairs { left, right } do
    found[side] = {}
    for index = 0, set.native:sets() - 1 do
      local keys = {}
      for key in pairs(keys_of(set, index)) do keys[#keys + 1] = key ~= PLAIN.key and key or nil end
      table.sort(keys)
      local whole = table.concat(keys, "\0")
      if not known[whole] then known[whole], count = count, count + 1 end
      found[side][index] = known[whole]
    end
  end
  return found[1], found[2]
end

-- -- what a filter asks for ------------------------------------------------------------------------------------------

-- The types that the set has: key -> true, and the texts of its labels.
local function vocabulary(set)
  local keys, labels = {}, {}
  for index = 0, set.native:sets() - 1 do
    for key in pairs(keys_of(set, index)) do keys[key] = true end
    for _, label in ipairs(M.describe(set, index).labels) do labels[#labels + 1] = label end
  end
  for name, label in pairs(set.names) do keys["T" .. name], keys["L" .. label:lower()] = true, true end
  for _, label in pairs(set.names) do labels[#labels + 1] = label end
  return keys, labels
end

-- Whether the account that a set was read from has a type that no link of the set has.
local function account_has(set, matches)
  for _, type in ipairs(set.account_types and set.account_types() or {}) do
    if matches(type) then return true end
  end
  return false
end

local function wanted_label(set, text)
  local keys, labels = vocabulary(set)
  local found = of_text(set, text)
  if found.kind ~= "label" or keys[found.key] then return found.key end
  local function is_meant(type) return type.label and type.label:lower() == text:lower() end
  if account_has(set, is_meant) then return found.key end
  errors.raise("LABEL_UNKNOWN", ("no link of this set has the label %q%s"):format(text, nearest.sentence(text, labels)),
    { hint = "labels are matched by their text in any letter case; primary and unlabeled are the built-in types" })
end

-- A type id alone means the built-in type of the direction, else an own type, as with verbs.
local function wanted_id(set, id)
  local known = native.type_by_id(id)
  local from, to = types.object(set.from).singular, types.object(set.to).singular
  if known and ((known.from == from and known.to == to) or (known.from == to and known.to == from)) then
    return of_built_in(types.find(set.from, set.to, id)).key -- raises for the other direction
  end
  local keys = vocabulary(set)
  for _, category in ipairs { "USER_DEFINED", "INTEGRATOR_DEFINED", "WORK" } do
    local name = name_of(category, id)
    local found = of_spec(set, { category = category, id = id }, true).key
    local function is_meant(type) return type.category == category and type.id == id end
    if keys["T" .. name] or account_has(set, is_meant) then return found end
  end
  if known then types.find(set.from, set.to, id) end -- raises: it is of another pair
  errors.raise("TYPE_UNKNOWN", ("no link of this set has the type id %d"):format(id))
end

local function wanted_spec(set, type)
  check.type("types.category", type.category, "string")
  check.type("types.id", type.id, "integer")
  if type.category == "HUBSPOT_DEFINED" then
    local known = native.type_by_id(type.id)
    if known then types.find(set.from, set.to, type.id) end
    return of_spec(set, type, true).key
  end
  local has = vocabulary(set)["T" .. types.key(type)] or
    account_has(set, function(known) return known.category == type.category and known.id == type.id end)
  if has then return of_spec(set, type, true).key end
  errors.raise("TYPE_UNKNOWN", ("no link of this set has the type %s:%d"):format(type.category, type.id))
end

local function wanted(set, item)
  if type(item) == "string" then return wanted_label(set, item) end
  if math.type(item) == "integer" then return wanted_id(set, item) end
  if type(item) == "table" then return wanted_spec(set, item) end
  check.refuse("types", "a type id, a label or { category =, id = }", item)
end

--- Finds the type sets that hold all of some types.
-- @tparam links set
-- @tparam table list types as verbs take them; the plain type is held by links that name it, and by links without types
-- @treturn function index in the core -> boolean
-- @raise LABEL_UNKNOWN, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION, as verbs do
function M.holder(set, list)
  local keys = {}
  for _, item in ipairs(list) do keys[#keys + 1] = wanted(set, item) end
  return function(index)
    local held = keys_of(set, index)
    for _, key in ipairs(keys) do
      if not held[key] then return false end
    end
    return true
  end
end

return M
