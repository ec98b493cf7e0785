--- Records that a hub has just written. A search finds changes some seconds late (wire.md, 3.6), so a search for a key
-- could miss its record, or still find its former one.
local errors = require "tether.error"
local native = require "tether.native"
local types = require "tether.types"

local M = {}

local LAG_MS = 60000 -- far longer than the search of an account lags behind
local MOST = 10000 -- records that are remembered

-- One name for all names of an object type.
local function kind_of(object_type)
  local ok, known = errors.try(types.object, object_type)
  return ok and known.id or object_type
end

local function log_of(hub)
  hub.written = hub.written or { first = 1, last = 0 }
  return hub.written
end

local function drop_old(log, now)
  while log.first <= log.last and (log[log.first].at < now - LAG_MS or log.last - log.first >= MOST) do
    log[log.first], log.first = nil, log.first + 1
  end
end

--- Notes that a record has been created or changed.
-- @tparam table hub
-- @tparam string object_type
-- @tparam integer id
-- @tparam ?table properties what was written; nil: it is archived
function M.note(hub, object_type, id, properties)
  local log, now = log_of(hub), native.clock_ms()
  drop_old(log, now)
  log.last = log.last + 1
  log[log.last] = { type = kind_of(object_type), id = id, properties = properties, at = now }
end

--- The values of a property that were written lately.
-- @tparam table hub
-- @tparam string object_type
-- @tparam string property
-- @treturn table id -> its value as text; false: the value was cleared, or the record archived
function M.values(hub, object_type, property)
  local log, kind, latest = log_of(hub), kind_of(object_type), {}
  drop_old(log, native.clock_ms())
  for i = log.first, log.last do
    local entry = log[i]
    if entry.type == kind then
      local value
      if entry.properties then value = entry.properties[property] else value = false end
      if value ~= nil then latest[entry.id] = value and value ~= "" and tostring(value) or false end
    end
  end
  return latest
end

return M
