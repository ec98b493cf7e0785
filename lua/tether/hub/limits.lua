--- Limits: how many records one record may be linked to with a type.
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.hub.lookup"
local send = require "tether.send"

local Limits = { __name = "tether.limits" }
Limits.__index = Limits

local M = {}

--- The limits of a hub: `hub.limits`.
function M.new(hub)
  return setmetatable({ hub = hub }, Limits)
end

--- Lists the limits that somebody set.
-- @tparam[opt] string from object type; none: of every pair
-- @tparam[opt] string to object type
-- @treturn {table,...} { category =, id =, label = or nil, max = integer or nil }
function Limits:list(from, to)
  local body
  if from == nil then
    body = send.call(self.hub, "limits_all", {})
  else
    body = send.call(self.hub, "limits_list", { f = lookup.segment(from), t = lookup.segment(to) })
  end
  local found = {}
  for i, one in ipairs(body.results or {}) do
    found[i] = { category = one.category, id = one.typeId, label = one.label, max = one.userEnforcedMaxToObjectIds }
  end
  return found
end

local function type_of(self, from, to, key)
  return key == "default" and lookup.plain(self.hub, from, to) or lookup.type(self.hub, from, to, key)
end

-- A batch answer of the configurations API: what it does not list is not set.
local function check_answer(body, inputs)
  if type(body) ~= "table" then return end
  local problem = body.errors and body.errors[1]
  if problem then
    errors.raise("INVALID", problem.message or "a limit was refused", { category = problem.category,
      sub_category = problem.subCategory })
  end
  local listed = {}
  for _, one in ipairs(body.results or {}) do listed[one.category .. one.typeId] = one end
  for _, input in ipairs(inputs) do
    local one = listed[input.category .. input.typeId]
    if not one or one.userEnforcedMaxToObjectIds ~= input.maxToObjectIds then
      errors.raise("NOT_CONFIRMED", ("the answer does not confirm the limit of %s type %d"):format(input.category,
        input.typeId), { hint = "read the limits with hub.limits:list(from, to)" })
    end
  end
end

--- Sets limits. An existing one is changed (the wire's update also creates, observed).
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table limits label, type id or "default" -> most records that one record may link with it
-- @raise LABEL_UNKNOWN, BAD_ARGUMENT, INVALID
function Limits:set(from, to, limits)
  local inputs = {}
  for key, max in pairs(check.type("limits", limits, "table")) do
    check.count(("limits[%s]"):format(key), max, 1)
    local found = type_of(self, from, to, key)
    inputs[#inputs + 1] = { category = found.category, typeId = found.id, maxToObjectIds = max }
  end
  if #inputs == 0 then errors.raise("BAD_ARGUMENT", "limits: name at least one label, type id or default") end
  table.sort(inputs, function(a, b) return a.typeId < b.typeId end)
  local body = send.call(self.hub, "limits_update", { f = lookup.segment(from), t = lookup.segment(to) },
    { body = { inputs = inputs } })
  check_answer(body, inputs)
end

--- Removes limits; one that is not there is no error.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam {any,...} keys labels, type ids or "default"
function Limits:clear(from, to, keys)
  local inputs = {}
  for i, key in ipairs(check.type("limits", keys, "table")) do
    local found = type_of(self, from, to, key)
    inputs[i] = { category = found.category, typeId = found.id }
  end
  if #inputs == 0 then errors.raise("BAD_ARGUMENT", "limits: name at least one label, type id or default") end
  send.call(self.hub, "limits_purge", { f = lookup.segment(from), t = lookup.segment(to) },
    { body = { inputs = inputs } })
end

return M
