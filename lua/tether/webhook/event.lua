--- Events of webhooks (wire.md, 13.2): a body as tables, association changes in Tether's words, and a key for each.
--
-- An event is the table that HubSpot sent, with nil for null and with ids as exact integers. These fields are added:
--
--   `subscriptionType`  also where HubSpot wrote `eventType`
--   `association`       of an association change: { from_type = "deals", from = 101, to_type = "line_items", to = 9001,
--     removed = boolean, primary = boolean or nil, type_id, category, occurred_at }. Types go by the plural name, or by
--     the type id when they are not built in; what HubSpot did not say is nil; times are milliseconds since 1970.
--   `error`             instead of it, when an association change cannot be read
local native = require "tether.native"
local webhook = require "tether.webhook.native"
local errors = require "tether.error"
local json = require "tether.json"

local M = {}

local ids = { "eventId", "subscriptionId", "portalId", "appId", "objectId", "fromObjectId", "toObjectId",
  "associationTypeId" }

local LONGEST_TYPE = 200 -- longest associationType that is read; no type's name is longer

-- Splits "DEAL_TO_LINE_ITEM" into "deals" and "line_items"; a name may have "_TO_" in it.
local function split(text)
  if type(text) ~= "string" or #text > LONGEST_TYPE then return nil end
  local first, last = text:find("_TO_", 1, true)
  while first do
    local from, to = native.object_type(text:sub(1, first - 1)), native.object_type(text:sub(last + 1))
    if from and to then return from.plural, to.plural end
    first, last = text:find("_TO_", first + 1, true)
  end
end

local function type_name(id)
  if type(id) ~= "string" or not id:match "^%d+%-%d+$" then return nil end
  local known = native.object_type(id)
  return known and known.plural or id
end

local function shown(value)
  return type(value) == "string" and ("%q"):format(value:sub(1, 60)) or tostring(value)
end

-- Reads the association change of an event; nil and the problem when it cannot be read.
local function association(event)
  local from_type, to_type = type_name(event.fromObjectTypeId), type_name(event.toObjectTypeId)
  if not (from_type and to_type) then from_type, to_type = split(event.associationType) end
  if not from_type then return nil, "associationType names no two object types: " .. shown(event.associationType) end
  local from, to, removed = native.id(event.fromObjectId), native.id(event.toObjectId), event.associationRemoved
  if not from then return nil, "fromObjectId is not a record id: " .. shown(event.fromObjectId) end
  if not to then return nil, "toObjectId is not a record id: " .. shown(event.toObjectId) end
  if type(removed) ~= "boolean" then return nil, "associationRemoved is neither true nor false: " .. shown(removed) end
  return {
    from_type = from_type, from = from, to_type = to_type, to = to, removed = removed,
    primary = event.isPrimaryAssociation, type_id = event.associationTypeId, category = event.associationCategory,
    occurred_at = event.occurredAt,
  }
end

-- Adds the fields that this module documents to an event.
local function complete(event, number)
  for _, name in ipairs(ids) do event[name] = native.id(event[name]) or event[name] end
  event.subscriptionType = event.subscriptionType or event.eventType
  event.association, event.error = nil, nil
  if not tostring(event.subscriptionType):match "%.associationChange$" then return end
  local change, problem = association(event)
  event.association = change
  event.error = problem and errors.new("EVENTS_MALFORMED", ("event %d: %s"):format(number, problem),
    { place = number, hint = "use the event's other fields, or read the associations of the record" }) or nil
end

--- The events of a body.
-- @tparam string body
-- @tparam integer most_events
-- @treturn[1] {table,...}
-- @treturn[2] nil
-- @treturn[2] error EVENTS_MALFORMED, TOO_LARGE
function M.parse(body, most_events)
  local count, err = webhook.count(body, most_events)
  if not count then return nil, errors.adopt(err) end
  local events, problem = json.decode(body)
  if not events then return nil, errors.new("EVENTS_MALFORMED", "JSON: " .. problem) end
  for number, event in ipairs(events) do complete(event, number) end
  return events
end

local unkeyed = { attemptNumber = true, association = true, error = true }

-- Writes a value so that only equal values give the same text: every text is written with its kind and length.
local function write(out, value, left_out)
  if type(value) ~= "table" then
    local text = tostring(value)
    out[#out + 1] = ("%s%d:%s"):format(type(value):sub(1, 1), #text, text)
    return
  end
  local names = {}
  for name in pairs(value) do
    if not left_out[name] then names[#names + 1] = name end
  end
  table.sort(names)
  out[#out + 1] = ("t%d:"):format(#names)
  for _, name in ipairs(names) do
    write(out, name)
    write(out, value[name], {})
  end
end

--- The key by which a repeated event is known: equal for each attempt to deliver an event, different for every other
-- event.
--
-- It is made of every field that HubSpot sent but `attemptNumber`, which counts the attempts. `eventId` alone is not
-- enough, because it is not unique (wire.md, 13.2). No other field is left out on a guess: a repeat that is not noticed
-- does less harm than an event that is lost. The two directions of a change differ in their ids, so they are two
-- events.
-- @tparam table event of `parse`
-- @treturn string 64 hexadecimal digits
function M.key(event)
  local out = {}
  write(out, event, unkeyed)
  return errors.check(webhook.sha256(table.concat(out)))
end

return M
