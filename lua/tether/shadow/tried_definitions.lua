--- The changes that a shadow's script has made to labels and limits.
local definitions = require "tether.names.definitions"
local lookup = require "tether.names.lookup"
local seed = require "tether.shadow.seed"
local sorted = require "tether.shadow.sorted"

local M = {}

local function own(list)
  local found = {}
  for _, label in ipairs(list) do
    if label.category == "USER_DEFINED" and label.label then found[label.id] = label end
  end
  return found
end

local function add(list, phase, facts)
  list[#list + 1] = { phase = phase, facts = facts }
end

-- The internal name that the script, or the portal, has given a label.
local function name_of(self, from, id)
  for _, definition in ipairs(definitions.list(self.inner, from)) do
    if definition.category == "USER_DEFINED" and definition.id == id then return definition.name end
  end
end

-- A label in the direction in which the script has made it: the direction with the lower id. Answers its other id.
local function made(self, pair, label, list)
  local text, id = self.inner.labels:inverse(pair.from, pair.to, label)
  local facts = { action = "label", from = pair.from, to = pair.to, label = label.label, id = label.id, inverse_id = id,
    inverse = text ~= label.label and text or nil, name = name_of(self, pair.from, label.id) }
  if id and id < label.id then
    facts.from, facts.to, facts.id, facts.inverse_id = pair.to, pair.from, id, label.id
    facts.label, facts.inverse = text, facts.inverse and label.label
  end
  add(list, 1, facts)
  return id
end

local function labels(self, pair, list)
  local before, after = own(pair.labels), own(lookup.types_anew(self.inner, pair.from, pair.to))
  local told = {}
  for _, id in ipairs(sorted(after)) do
    local was = before[id]
    if id >= seed.FIRST_LABEL and not told[id] then
      told[made(self, pair, after[id], list) or id] = true
    elseif was and was.label ~= after[id].label then
      local text = self.inner.labels:inverse(pair.from, pair.to, after[id])
      add(list, 1, { action = "rename", from = pair.from, to = pair.to, id = id, before = was.label,
        after = after[id].label, inverse = text })
    end
  end
  for _, id in ipairs(sorted(before)) do
    if not after[id] then
      add(list, 2, { action = "delete_label", from = pair.from, to = pair.to, id = id, label = before[id].label })
    end
  end
end

-- Limits by category and id.
local function by_type(list)
  local found = {}
  for _, limit in ipairs(list) do found[limit.category .. ":" .. limit.id] = limit end
  return found
end

local function label_of(self, from, to, limit)
  for _, known in ipairs(lookup.types(self.inner, from, to)) do
    if known.category == limit.category and known.id == limit.id then return known.label end
  end
end

-- A limit that is raised goes before the links, a limit that is lowered after them.
local function limits_of(self, from, to, known, list)
  local before, after = by_type(known), by_type(self.inner.limits:list(from, to))
  local all = {}
  for key, limit in pairs(before) do all[key] = limit end
  for key, limit in pairs(after) do all[key] = limit end
  for _, key in ipairs(sorted(all)) do
    local was, is = before[key] and before[key].max, after[key] and after[key].max
    if was ~= is then
      add(list, (not is or was and is > was) and 1 or 2, { action = "limit", from = from, to = to, before = was,
        after = is, label = label_of(self, from, to, all[key]) })
    end
  end
end

--- The limits of a direction while the plan's links are written; limits that are lowered come later.
-- @treturn {table,...} { category =, id =, max = }
function M.limits(self, pair, from, to)
  local before, list = by_type(from == pair.from and pair.limits or pair.back), {}
  local after = by_type(self.inner.limits:list(from, to))
  for key, limit in pairs(before) do
    local is = after[key] and after[key].max
    if is then list[#list + 1] = { category = limit.category, id = limit.id, max = math.max(is, limit.max) } end
  end
  return list
end

--- The steps that make the same changes in the account.
-- @tparam table self the shadow
-- @treturn {table,...} { phase =, facts = }
function M.steps(self)
  local list = {}
  for _, key in ipairs(sorted(self.pairs)) do
    local pair = self.pairs[key]
    labels(self, pair, list)
    limits_of(self, pair.from, pair.to, pair.limits, list)
    if pair.from ~= pair.to then limits_of(self, pair.to, pair.from, pair.back, list) end
  end
  return list
end

return M
