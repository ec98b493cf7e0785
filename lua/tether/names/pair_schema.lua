--- The definitions of a pair of object types for use in another account: labels and limits go by their names.
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local types = require "tether.types"

local M = {}

--- The name of an object type: that of its records, or a custom object's own as "p_name".
-- @tparam table hub
-- @tparam string id type id, or any name
-- @treturn string
function M.name(hub, id)
  for _, schema in ipairs(id:match "^2%-" and hub:schemas() or {}) do
    if schema.objectTypeId == id then return "p_" .. schema.name end
  end
  local ok, known = errors.try(types.object, id)
  return ok and known.plural or id
end

-- Only the schema has the internal names of labels, and it shows new ones late. A label without one gets a name made
-- from its text. Built-in types and labels have overlapping number ranges.
local function internal_names(hub, from, to)
  local names, from_id, to_id = {}, lookup.type_id(hub, from), lookup.type_id(hub, to)
  local read, items = errors.try(definitions.list, hub, from)
  for _, definition in ipairs(read and items or {}) do
    local is_own = definition.category == "USER_DEFINED" and definition.from == from_id and definition.to == to_id
    if is_own then names[definition.id] = definition.name end
  end
  return names
end

-- The labels of a pair, each once: inside one object type the list has both directions of a label.
local function labels_of(hub, from, to)
  local names, list, told = internal_names(hub, from, to), {}, {}
  for _, label in ipairs(hub.labels:list(from, to)) do
    if label.category == "USER_DEFINED" and label.label and not told[label.id] then
      local inverse, id = hub.labels:inverse(from, to, label)
      if from == to and id then told[id] = true end
      list[#list + 1] = { label = label.label, name = names[label.id],
        inverse = inverse and inverse ~= label.label and inverse or nil }
    end
  end
  table.sort(list, function(a, b) return a.label < b.label end)
  return list
end

-- The limits of a direction: label or "default" -> the most records; nil: there are none.
local function limits_of(hub, from, to)
  local limits, any = {}, false
  local names = {}
  for _, label in ipairs(hub.labels:list(from, to)) do names[label.category .. label.id] = label.label or "default" end
  for _, limit in ipairs(hub.limits:list(from, to)) do
    if limit.max then limits[names[limit.category .. limit.id] or "default"], any = limit.max, true end
  end
  return any and limits or nil
end

--- The definitions of a pair in an account.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @treturn table { from =, to =, labels = { { label =, name = internal name or nil, inverse = text or nil }, … },
--   limits =, inverse_limits = label or "default" -> the most records; nil: none }
function M.of(hub, from, to)
  return { from = M.name(hub, from), to = M.name(hub, to), labels = labels_of(hub, from, to),
    limits = limits_of(hub, from, to), inverse_limits = from ~= to and limits_of(hub, to, from) or nil }
end

return M
