--- Records that have changed since a time.
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"
local lookup = require "tether.names.lookup"
local moment = require "tether.names.moment"
local native = require "tether.native"
local send = require "tether.connection.send"

local M = {}

local PAGE = 200 -- records of a page, wire.md, 3.6
local LAG = 60000 -- ms by which the next search overlaps: a write shows in a search some seconds late
local CONTACTS = "0-1" -- contacts have a property of their own; a search by the other one finds none without an error

--- The property that has the time of a record's last change.
-- @treturn string
function M.property(hub, object_type)
  return lookup.type_id(hub, object_type) == CONTACTS and "lastmodifieddate" or "hs_lastmodifieddate"
end

-- Reads the records whose ids follow the last id. Each page is a search by ids and not by places. So a change during
-- the walk moves no record to a page that was read already, records changed at the same time are told apart, and the
-- limit of 10,000 results does not apply.
local function page_behind(self, last)
  local filters = { { propertyName = self.property, operator = "GTE", value = ("%d"):format(self.since) } }
  if last then filters[2] = { propertyName = "hs_object_id", operator = "GT", value = ("%d"):format(last) } end
  local answer = send.call(self.hub, "record_search", self.values, { body = json.encode { limit = PAGE,
    filterGroups = { { filters = filters } }, properties = self.properties,
    sorts = { { propertyName = "hs_object_id", direction = "ASCENDING" } } } })
  return answer.results, answer.paging == nil or answer.paging.next == nil or #answer.results == 0
end

local function in_order(record, last)
  record.id = native.id(record.id) or record.id
  if math.type(record.id) == "integer" and record.id > (last or 0) then return record end
  errors.raise("ANSWER_MALFORMED", ("changed: the server gives record %s behind %s, which is not the order of ids " ..
    "that was asked for"):format(record.id, last or "the beginning"))
end

--- Iterates over the records of a type that were made or changed since a time, by ascending ids, each once, however
-- many there are. It is a search, which lags behind what was written by some seconds: pass `next` of the second result
-- as the next `since`. What was archived is not told, and a link that was made or removed only where HubSpot changed
-- the record for it.
--
--     for contact in hub:changed("contacts", "2026-11-28T02:00:00Z") do … end
-- @tparam table hub
-- @tparam string object_type
-- @param since ISO 8601 ("2026-11-28" begins at midnight UTC, a time needs Z or its zone), milliseconds since 1970, or
--   what os.time() gives
-- @tparam[opt] table options properties = { names }
-- @treturn function
-- @treturn table so far: `records`, `calls`; `property` that was searched, `since` in milliseconds, and `next`: since
--   when to look the next time, a minute before this one began
-- @raise BAD_ARGUMENT for what is no time, OBJECT_TYPE_UNKNOWN; by the iterator what the account refuses
function M.changed(hub, object_type, since, options)
  options = check.options("changed", options, { properties = "table" })
  local self = { hub = hub, since = moment.of("changed: since", since), properties = options.properties,
    property = M.property(hub, object_type), values = { f = lookup.segment(hub, object_type) } }
  local began, skew = native.wall_ms(), hub:stats().skew_ms or 0
  local count = { records = 0, calls = 0, since = self.since, property = self.property, next = began + skew - LAG }
  local page, at, ended, last = {}, 0, false, nil
  return function()
    while at >= #page do
      if ended then return nil end
      page, ended = page_behind(self, last)
      at, count.calls = 0, count.calls + 1
      count.next = began + (hub:stats().skew_ms or 0) - LAG
    end
    at = at + 1
    local record = in_order(page[at], last)
    last, count.records = record.id, count.records + 1
    return record
  end, count
end

return M
