--- Limits: how many records one record may be linked to with a type.
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.names.lookup"
local nearest = require "tether.nearest"
local problem = require "tether.connection.problem"
local send = require "tether.connection.send"

local Limits = { __name = "tether.limits" }
Limits.__index = nearest.index(Limits, "hub.limits")

local M = {}

--- The limits of a hub: `hub.limits`.
function M.new(hub)
  return setmetatable({ hub = hub }, Limits)
end

--- Lists the limits that users have set.
-- @tparam[opt] string from object type; none: of every pair
-- @tparam[opt] string to object type
-- @treturn {table,...} { category =, id =, label = or nil, max = integer }
function Limits:list(from, to)
  local body
  if from == nil then
    body = send.call(self.hub, "limits_all", {})
  else
    from, to = self.hub:object_type(from), self.hub:object_type(to)
    body = send.call(self.hub, "limits_list", { f = from, t = to })
  end
  local found = {}
  for _, result in ipairs(body.results or {}) do
    local max = result.userEnforcedMaxToObjectIds -- nil: the other direction is limited (wire.md, 4.17)
    if max then
      found[#found + 1] = { category = result.category, id = result.typeId, label = result.label, max = max }
    end
  end
  return found
end

local function type_of(self, from, to, key)
  return key == "default" and lookup.plain(self.hub, from, to) or lookup.type(self.hub, from, to, key)
end

-- A failed batch tells it in its errors, or by its status alone (wire.md, 2). Either is a definite failure.
local function check_errors(operation, body, status)
  local entry = type(body.errors) == "table" and body.errors[1]
  if not entry and body.status ~= "CANCELED" then return end
  entry = type(entry) == "table" and entry or { message = "the batch was canceled: no limit was changed" }
  local refused = problem.of_body(entry, status, operation)
  refused.status = status
  error(refused, 0)
end

-- Checks a batch answer of the configurations API: inputs that it does not list were not set.
local function check_answer(body, inputs, operation)
  local listed = {}
  for _, result in ipairs(body.results) do listed[result.category .. result.typeId] = result end
  for _, input in ipairs(inputs) do
    local result = listed[input.category .. input.typeId]
    if not result or result.userEnforcedMaxToObjectIds ~= input.maxToObjectIds then
      errors.raise("NOT_CONFIRMED", ("the answer does not confirm the limit of %s type %d"):format(input.category,
        input.typeId), { hint = "read the limits with hub.limits:list(from, to)", operation = operation,
        in_doubt = true })
    end
  end
end

local MOST = 10000 -- what HubSpot's own interface accepts (wire.md, 7)

-- A label's limit may not exceed the pair's, and the pair's may not be below a label's (changelog of 30 July 2024).
local function check_rules(self, from, to, inputs)
  local plain = lookup.plain(self.hub, from, to)
  local plain_key, final = plain.category .. plain.id, {}
  local set_before = self:list(from, to)
  for _, limit in ipairs(set_before) do final[limit.category .. limit.id] = limit.max end
  for _, input in ipairs(inputs) do final[input.category .. input.typeId] = input.maxToObjectIds end
  local pair, before = final[plain_key], nil
  for _, limit in ipairs(set_before) do
    if limit.category .. limit.id == plain_key then before = limit.max end
  end
  for _, input in ipairs(inputs) do
    local key = input.category .. input.typeId
    if pair and key ~= plain_key and input.maxToObjectIds > pair then
      errors.raise("BAD_ARGUMENT", ("limits: type %d may have 1 to %d, since the pair's own limit is %d, got %d")
        :format(input.typeId, pair, pair, input.maxToObjectIds), { hint = "raise the pair's limit (default) as well" })
    end
  end
  for key, max in pairs(final) do
    if pair and key ~= plain_key and max > pair then
      errors.raise("BAD_ARGUMENT", ("limits: the pair's own limit of %d would be below the %d of %s"):format(pair, max,
        key), { hint = "lower the label's limit as well" })
    end
  end
  -- Inputs take effect one after the other. So a larger pair limit goes before the labels' limits, a smaller one after
  -- them.
  local more_room = pair and before and pair > before
  local function place(input)
    local is_plain = input.category .. input.typeId == plain_key
    return is_plain and (more_room and 0 or 2) or 1
  end
  table.sort(inputs, function(a, b)
    if place(a) ~= place(b) then return place(a) < place(b) end
    return a.typeId < b.typeId
  end)
end

local function inputs_of(self, from, to, limits)
  local inputs = {}
  for key, max in pairs(check.type("limits", limits, "table")) do
    local name = ("limits[%s]"):format(key)
    if check.count(name, max, 1) > MOST then check.refuse(name, "an integer from 1 to 10000", max) end
    local found = type_of(self, from, to, key)
    inputs[#inputs + 1] = { category = found.category, typeId = found.id, maxToObjectIds = max }
  end
  if #inputs == 0 then errors.raise("BAD_ARGUMENT", "limits: name at least one label, type id or default") end
  check_rules(self, from, to, inputs)
  return inputs
end

local function send_limits(self, operation, from, to, limits)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local inputs = inputs_of(self, from, to, limits)
  local answer, status = send.call(self.hub, operation, { f = from, t = to }, { body = { inputs = inputs } })
  check_errors(operation, answer, status)
  check_answer(answer, inputs, operation)
  return true
end

--- Sets limits. An existing limit is changed (the wire's update also creates: wire.md, 4.20). Records that have more
-- links already keep them.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table limits label, type id or "default" -> most records that one record may link with it
-- @raise LABEL_UNKNOWN, BAD_ARGUMENT before sending; TYPE_UNKNOWN, INVALID
function Limits:set(from, to, limits)
  return send_limits(self, "limits_update", from, to, limits)
end

--- Sets limits by the wire's create. No source tells whether an account refuses an existing limit then; `set` works
-- either way.
function Limits:create(from, to, limits)
  return send_limits(self, "limits_create", from, to, limits)
end

--- Removes limits; one that is not there is no error.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam {any,...} keys labels, type ids or "default"
function Limits:clear(from, to, keys)
  from, to = self.hub:object_type(from), self.hub:object_type(to)
  local inputs = {}
  for i, key in ipairs(check.type("limits", keys, "table")) do
    local found = type_of(self, from, to, key)
    inputs[i] = { category = found.category, typeId = found.id }
  end
  if #inputs == 0 then errors.raise("BAD_ARGUMENT", "limits: name at least one label, type id or default") end
  local body, status = send.call(self.hub, "limits_purge", { f = from, t = to }, { body = { inputs = inputs } })
  if type(body) == "table" then check_errors("limits_purge", body, status) end
end

--- Tells where records are at their technical limits or near them (80 %).
-- @tparam[opt] string from object type; none: the from types of the account
-- @tparam[opt] string to object type; none: the target types of `from`
-- @treturn table without both types an array of { objectTypeId, hasRecordsAtLimit, hasRecordsNearLimit, … }; with both
--   { limit, totalRecordsAtLimit, totalRecordsNearLimit, atLimitFromRecordSamples, nearLimitFromRecordSamples }
function Limits:usage(from, to)
  if not from then return send.call(self.hub, "track_from", {}).results end
  local f = lookup.type_id(self.hub, from)
  if not to then return send.call(self.hub, "track_to", { f = f }).results end
  return (send.call(self.hub, "track_pair", { f = f, t = lookup.type_id(self.hub, to) }))
end

local tracked = { records = "track_records", pipelines = "track_pipelines", properties = "track_properties",
  objects = "track_objects", calculated = "track_calculated" }

--- Tells how much of an account's allowance is used.
-- @tparam string what records, pipelines, properties (the account's own), objects (the account's own types) or
--   calculated (properties)
-- @treturn table as the account tells it: { limit, usage, percentage }, or the same for each object type
-- @raise BAD_ARGUMENT before sending; MISSING_SCOPES
function Limits:account(what)
  local operation = tracked[check.type("limits.account: what", what, "string")]
  if not operation then
    check.refuse("limits.account: what", "records, pipelines, properties, objects or calculated", what)
  end
  return (send.call(self.hub, operation, {}))
end

return M
