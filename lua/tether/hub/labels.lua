--- Labels of a pair of object types.
local check = require "tether.check"
local errors = require "tether.error"
local definitions = require "tether.names.definitions"
local lookup = require "tether.names.lookup"
local mirror = require "tether.links.mirror"
local nearest = require "tether.nearest"
local native = require "tether.native"
local send = require "tether.connection.send"

local Labels = { __name = "tether.labels" }
Labels.__index = nearest.index(Labels, "hub.labels")

local M = {}

local TRIES = 3 -- rounds in which a missing label is looked for

--- The labels of a hub: `hub.labels`.
function M.new(hub)
  return setmetatable({ hub = hub }, Labels)
end

--- Lists the association types from -> to, the plain one (without label) included.
-- @tparam string from object type
-- @tparam string to object type
-- @treturn {table,...} { category =, id =, label = or nil }
function Labels:list(from, to)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local copy = {}
  for i, type in ipairs(lookup.types_anew(self.hub, from, to)) do
    copy[i] = { category = type.category, id = type.id, label = type.label }
  end
  return copy
end

-- A short name for any text: its hash, 32 bits of FNV-1a.
local function hash(text)
  local sum = 2166136261
  for i = 1, #text do sum = ((sum ~ text:byte(i)) * 16777619) & 0xFFFFFFFF end
  return ("%08x"):format(sum)
end

-- Internal names to try for a label; the first free one is taken. A name is unique in the whole account, also across
-- pairs of object types (wire.md, 4.14). The first is the one that HubSpot's own pages make from the text: lower case,
-- underscores. The server refuses hyphens and a leading digit. A text in another script has none of these letters.
local function internal_names(from, to, label)
  local name = label.label:lower():gsub("[^%w]+", "_"):gsub("^_+", ""):gsub("_+$", "")
  if name == "" or name:match "^%d" then name = "label_" .. name end
  if label.label:find "[\x80-\xFF]" then name = name:gsub("_+$", "") .. "_" .. hash(label.label) end
  local whole = hash(table.concat({ from, to, label.label, label.inverse }, "\0"))
  local unique = ("%s_%s"):format(name, whole)
  return label.name and label.name ~= name and { label.name, name, unique } or { name, unique }
end

local function check_label(given)
  check.options("label", check.type("label", given, "table"), { label = "string", name = "string", inverse = "string" })
  if not given.label or given.label == "" then check.refuse("label.label", "the text that people see", given.label) end
  if given.name and (given.name:find("-", 1, true) or given.name:match "^%d") then
    check.refuse("label.name", "a name without hyphens that does not begin with a digit", given.name)
  end
end

-- Keeps the two ids of a new label inside one object type: for some minutes nothing else tells that they are inverses.
local function keep_inverse(hub, results)
  local first, second = results[1], results[2] or results[1]
  if first then definitions.remember_inverse(hub, first.category, first.typeId, second.typeId) end
end

-- The types that an answer gives for a label's text: id -> type, and the lowest id.
local function named_in(answer, text)
  local made, lowest = {}, nil
  for _, result in ipairs(answer.results) do
    if result.label == text then
      made[result.typeId] = { category = result.category, id = result.typeId, label = result.label }
      lowest = math.min(lowest or result.typeId, result.typeId)
    end
  end
  return made, lowest
end

-- The answer lists the two types in no reliable order. The text tells them apart; where both have the same text, the
-- list of the direction tells.
local function forward(hub, from, to, given, answer)
  local made, lowest = named_in(answer, given.label)
  if mirror.is_one_type(from, to) then keep_inverse(hub, answer.results) end
  if not lowest then
    errors.raise("ANSWER_MALFORMED", ("the answer does not name the label %q"):format(given.label),
      { operation = "labels_create", in_doubt = true })
  end
  local read, listed = errors.try(lookup.types_anew, hub, from, to)
  if not read then return made[lowest] end -- the label is made, whatever the list answers
  for _, type in ipairs(listed) do
    if made[type.id] and made[type.id].category == type.category then return made[type.id] end
  end
  -- The list is late. The forward id is the lower one (wire.md, 4.14).
  lookup.remember(hub, from, to, made[lowest])
  return made[lowest]
end

local function find(self, from, to, text)
  for _, type in ipairs(lookup.types_anew(self.hub, from, to)) do
    if type.label and type.label:lower() == text:lower() then return type end
  end
end

-- Makes a label under one internal name. Nil and the problem where the account refuses it.
local function make(self, from, to, label, name)
  local body, lost, problem = { label = label.label, name = name, inverseLabel = label.inverse }, nil, nil
  for _ = 1, TRIES do
    local ok, answer = errors.try(send.call, self.hub, "labels_create", { f = from, t = to }, { body = body })
    lookup.forget(self.hub, from, to)
    if ok then ok, answer = errors.try(forward, self.hub, from, to, label, answer) end
    if ok then return answer end
    problem = answer
    -- When the answer is lost, the list tells whether the label was made: it shows a new label at once (wire.md, 4.5).
    local doubtful = errors.is(answer) and answer.in_doubt
    if not doubtful and not (lost and answer.code == "LABEL_EXISTS") then break end
    lost = lost or answer
    local read, made = errors.try(find, self, from, to, label.label)
    if read and made then return made end
    if not read then break end
  end
  local unclear = lost and (problem == lost or problem.code == "LABEL_EXISTS") -- the existing label may be ours
  return nil, unclear and lost or problem
end

-- Whether another label of the account has the internal name; else the label's text exists already. The message was
-- seen where wire.md, 4.14 says.
local function is_name_taken(problem)
  return errors.is(problem) and problem.code == "LABEL_EXISTS" and not problem.in_doubt and
    problem.sub_category ~= "AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL" and
    problem.message:find("definition named", 1, true) ~= nil
end

-- Makes a label under the first of some internal names that no other label has.
local function make_named(self, from, to, label, names)
  local problem
  for _, name in ipairs(names) do
    local made
    made, problem = make(self, from, to, label, name)
    if made then return made end
    if not is_name_taken(problem) then break end
  end
  error(problem, 0)
end

--- Creates a label. With `inverse` the other direction has its own text.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table label { label = text, name = internal name or nil, inverse = text or nil }; without a name the first
--   one that is free in the account is taken
-- @treturn table { category =, id =, label = } of the direction from -> to
-- @raise LABEL_EXISTS, LABEL_CAP, BAD_ARGUMENT. When the answer of the create is lost, the list of labels tells whether
--   it was made
function Labels:create(from, to, label)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  check_label(label)
  return make_named(self, from, to, label, label.name and { label.name } or internal_names(from, to, label))
end

--- Finds the label with this text, or creates it, with another internal name where the first one is taken in the
-- account.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam string|table label the text, or as for create
-- @treturn table { category =, id =, label = }
-- @treturn boolean whether it was created
-- @raise as create; BAD_ARGUMENT for a text by which programs write that there is nothing, such as NaN or NULL
function Labels:ensure(from, to, label)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local is_text = type(label) == "string"
  if is_text then label = { label = label } end
  check_label(label)
  local known = find(self, from, to, label.label)
  if known then return known, false end
  if is_text and native.is_nothing(label.label) then
    errors.raise("BAD_ARGUMENT", ("ensure: %q is what programs write for a missing value, and no label"):format(
      label.label), { hint = "pass { label = … } if there shall be a label of this text" })
  end
  local ok, made = pcall(make_named, self, from, to, label, internal_names(from, to, label))
  if ok then return made, true end
  known = errors.is(made) and find(self, from, to, label.label) -- somebody was faster, or the answer was lost
  if known then return known, false end
  error(made, 0)
end

-- Finds the label's other direction by the schema, where both directions have one internal name (wire.md, 4.14, 4.23).
-- Nil when the schema does not tell: the token may not read it, or the label is too new to stand in it.
local function by_schema(self, from, to, type)
  local read, items = errors.try(definitions.list, self.hub, from)
  if not read then return nil end
  local from_id, to_id, name = lookup.type_id(self.hub, from), lookup.type_id(self.hub, to), nil
  for _, item in ipairs(items) do
    if item.category == type.category and item.id == type.id and item.from == from_id then name = item.name end
  end
  for _, item in ipairs(name and items or {}) do
    local is_other = item.category == type.category and item.id ~= type.id and item.name == name
    if is_other and item.from == to_id and item.to == from_id then return item.id end
  end
end

-- Finds it by the ids. No list ties the two ids, but a new label gets two neighbouring ids (wire.md, 4.14). So the ids
-- of both directions are paired from the lowest on, neighbour with neighbour.
local function by_neighbours(self, from, to, type)
  local is_forward, ids = {}, {}
  for _, direction in ipairs { { from, to }, { to, from } } do
    for _, known in ipairs(lookup.types_anew(self.hub, direction[1], direction[2])) do
      if known.category == type.category then
        is_forward[known.id] = direction[1] == from
        ids[#ids + 1] = known.id
      end
    end
  end
  table.sort(ids)
  local i = 1
  while i <= #ids do
    local id, next_id = ids[i], ids[i + 1]
    local pair = next_id == id + 1 and is_forward[id] ~= is_forward[next_id]
    if pair and (id == type.id or next_id == type.id) then return id == type.id and next_id or id end
    i = i + (pair and 2 or 1)
  end
end

-- The label's other direction: { category =, id =, label = }; nil when nothing tells it.
local function other_side(self, from, to, type)
  if mirror.is_one_type(from, to) then
    local told, inverse = errors.try(definitions.inverse, self.hub, from, type)
    return told and inverse or nil
  end
  local id = by_schema(self, from, to, type) or by_neighbours(self, from, to, type)
  for _, known in ipairs(id and lookup.types_anew(self.hub, to, from) or {}) do
    if known.category == type.category and known.id == id then return known end
  end
end

--- The text of a label in the other direction; nil when nothing tells it.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table label { category =, id = } of the direction from -> to
-- @treturn ?string
-- @treturn ?integer its type id
function Labels:inverse(from, to, label)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local other = other_side(self, from, to, label)
  if other then return other.label, other.id end
end

local function own_label(self, from, to, which)
  local type = lookup.type(self.hub, from, to, which)
  for _, known in ipairs(lookup.types(self.hub, from, to)) do
    if known.category == type.category and known.id == type.id then type = known end
  end
  if type.category ~= "USER_DEFINED" or not type.label then
    errors.raise("BAD_ARGUMENT", ("%s is not a label of the account's own: only these can be renamed or deleted")
      :format(tostring(which)))
  end
  return type
end

--- Renames a label. The wire would put the new text on both directions (wire.md, 4.15), so Tether sends the old text of
-- the direction that the caller did not name.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam string|integer which the label or its type id, in this direction
-- @tparam table texts { label = new text or nil, inverse = new text of the other direction or nil }
-- @raise LABEL_UNKNOWN, BAD_ARGUMENT
function Labels:rename(from, to, which, texts)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  check.options("rename", check.type("rename", texts, "table"), { label = "string", inverse = "string" })
  if not texts.label and not texts.inverse then check.refuse("rename", "label or inverse", texts) end
  local type = own_label(self, from, to, which)
  local both = texts.label and texts.inverse
  local other = not both and other_side(self, from, to, type) or nil
  if mirror.is_one_type(from, to) and not both and not other then
    errors.raise("BAD_ARGUMENT", ("rename: the account does not tell which label is the inverse of %q inside %s")
      :format(type.label, from), { hint = "name both texts, label and inverse; the same one for a symmetric label" })
  end
  local single = not other or other.label == type.label
  local label = texts.label or type.label
  send.call(self.hub, "labels_update", { f = from, t = to }, { body = { associationTypeId = type.id, label = label,
    inverseLabel = texts.inverse or (single and label or other.label) } })
  lookup.forget(self.hub, from, to)
end

--- Counts the links that have a label. Inside one object type a symmetric label, which both ends have, counts once.
-- This reads every record of the from type and its links.
-- @treturn integer
function Labels:count(from, to, which)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local type, ids, count = lookup.type(self.hub, from, to, which), {}, 0
  local once = mirror.is_one_type(from, to) and definitions.inverse(self.hub, from, type).id == type.id
  local function count_page()
    for link in self.hub:associations(from, ids, to):rows() do
      for _, held in ipairs(link.types) do
        local bears = held.category == type.category and held.id == type.id
        if bears and not (once and link.from > link.to) then count = count + 1 end
      end
    end
    ids = {}
  end
  for record in self.hub:records(from) do
    ids[#ids + 1] = record.id
    if #ids == 1000 then count_page() end
  end
  if #ids > 0 then count_page() end
  return count
end

--- Deletes a label, both directions. The account would delete it even while links have it, and they would lose it.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam string|integer which the label or its type id
-- @tparam[opt] table options force = true deletes it without counting the links that bear it
-- @treturn boolean true, also when it is gone already
-- @raise CONFLICT says how many links would lose it
function Labels:delete(from, to, which, options)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  check.options("delete", options, { force = "boolean" })
  local type = own_label(self, from, to, which)
  if not (options and options.force) then
    local count = self:count(from, to, type)
    if count > 0 then
      errors.raise("CONFLICT", ("the label %q is in use: %d links would lose it"):format(type.label, count),
        { hint = "remove it with hub:unlabel first, or pass { force = true }" })
    end
  end
  local ok, err = errors.try(send.call, self.hub, "labels_delete", { f = from, t = to, id = ("%d"):format(type.id) })
  lookup.forget(self.hub, from, to)
  if not ok then
    local read, left = errors.try(lookup.types, self.hub, from, to)
    if not read then error(err, 0) end
    for _, known in ipairs(left) do
      if known.category == type.category and known.id == type.id then error(err, 0) end
    end
  end
  return true
end

--- Tells how many labels the pairs of object types have, and how many they may have.
-- @tparam[opt] string from object type
-- @tparam[opt] string to object type
-- @treturn {table,...} limit, usage, percentage, allLabels, fromObjectType, toObjectType
function Labels:usage(from, to)
  local query = {}
  if from then query[1] = { "fromObjectTypeId", lookup.type_id(self.hub, from) } end
  if to then query[#query + 1] = { "toObjectTypeId", lookup.type_id(self.hub, to) } end
  return send.call(self.hub, "track_labels", {}, { query = query }).results
end

return M
