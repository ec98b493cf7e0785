--- Labels of a pair of object types.
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.hub.lookup"
local send = require "tether.send"

local Labels = { __name = "tether.labels" }
Labels.__index = Labels

local M = {}

--- The labels of a hub: `hub.labels`.
function M.new(hub)
  return setmetatable({ hub = hub }, Labels)
end

--- Lists the association types from -> to, the plain one (without label) included.
-- @tparam string from object type
-- @tparam string to object type
-- @treturn {table,...} { category =, id =, label = or nil }
function Labels:list(from, to)
  local copy = {}
  for i, one in ipairs(lookup.types(self.hub, from, to, true)) do
    copy[i] = { category = one.category, id = one.id, label = one.label }
  end
  return copy
end

-- What HubSpot's own interface makes of a label: lower case, underscores (observed). Hyphens and a leading digit are
-- refused by the server.
local function internal_name(label)
  local name = label:lower():gsub("[^%w]+", "_"):gsub("^_+", ""):gsub("_+$", "")
  return (name == "" or name:match "^%d") and "label_" .. name or name
end

local function check_label(given)
  check.options("label", check.type("label", given, "table"), { label = "string", name = "string", inverse = "string" })
  if not given.label or given.label == "" then check.refuse("label.label", "the text that people see", given.label) end
  local name = given.name or internal_name(given.label)
  if name:find("-", 1, true) or name:match "^%d" then
    check.refuse("label.name", "a name without hyphens that does not begin with a digit", name)
  end
  return { label = given.label, name = name, inverseLabel = given.inverse }
end

-- The answer lists two types in no order that can be relied on: the text tells them apart, and where both have the same
-- one, the list of the direction does.
local function forward(hub, from, to, given, body)
  local made = {}
  for _, one in ipairs(body.results or {}) do
    if one.label == given.label then
      made[one.typeId] = { category = one.category, id = one.typeId, label = one.label }
    end
  end
  for _, one in ipairs(lookup.types(hub, from, to, true)) do
    if made[one.id] and made[one.id].category == one.category then return made[one.id] end
  end
  local lowest -- the list is late: the forward id is the lower one in every recorded answer
  for id in pairs(made) do lowest = math.min(lowest or id, id) end
  if not lowest then errors.raise("ANSWER_MALFORMED", ("the answer does not name the label %q"):format(given.label)) end
  lookup.remember(hub, from, to, made[lowest])
  return made[lowest]
end

--- Creates a label. With `inverse` the other direction has its own text.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table label { label = text, name = internal name or nil, inverse = text or nil }
-- @treturn table { category =, id =, label = } of the direction from -> to
-- @raise LABEL_EXISTS, LABEL_CAP, BAD_ARGUMENT. A create is never sent twice by itself
function Labels:create(from, to, label)
  local body = check_label(label)
  local answer = send.call(self.hub, "labels_create", { f = lookup.segment(from), t = lookup.segment(to) },
    { body = body })
  lookup.forget(self.hub, from, to)
  return forward(self.hub, from, to, label, answer)
end

local function find(self, from, to, text)
  for _, one in ipairs(lookup.types(self.hub, from, to, true)) do
    if one.label and one.label:lower() == text:lower() then return one end
  end
end

--- The label of this text; created when it is missing.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam string|table label the text, or as for create
-- @treturn table { category =, id =, label = }
-- @treturn boolean whether it was created
function Labels:ensure(from, to, label)
  if type(label) == "string" then label = { label = label } end
  check_label(label)
  local known = find(self, from, to, label.label)
  if known then return known, false end
  local ok, made = pcall(self.create, self, from, to, label)
  if ok then return made, true end
  known = errors.is(made) and find(self, from, to, label.label) -- somebody was faster, or the answer was lost
  if known then return known, false end
  error(made, 0)
end

return M
