--- The account's day: finds out when its budget of calls is full again.
--
-- The day ends at midnight of the account's time zone (wire.md, 10.1), which the account's details tell. The details
-- are asked for once, when the day's budget runs low and there is still a call left to ask with.
local errors = require "tether.error"
local lazy = require "tether.lazy"
local json = lazy "tether.json"
local native = require "tether.native"
local task = require "tether.task"

local M = {}

local DAY = 86400 -- seconds

-- Sends one request and ignores a missing answer. It goes to the session directly, because tether.send requires this
-- file.
local function ask(hub)
  local method, path = native.path("account", { version = hub.version, form = hub.form })
  local ticket = hub.session:submit(method, path, nil, "account")
  local answer = ticket and task.wait(hub.session, hub.settled, ticket)
  return answer and answer.status == 200 and json.decode(answer.body) or nil
end

local function midnight_after(now, offset)
  return now - (now + offset) % DAY + DAY
end

--- Keeps the account's time zone from its details.
-- @tparam table hub
-- @tparam ?table details as hub:account answers
function M.take(hub, details)
  hub.day_asked = true
  local offset = type(details) == "table" and details.utcOffsetMilliseconds
  if math.type(offset) ~= "integer" then return end
  hub.utc_offset = offset // 1000
  hub.session:day_ends(midnight_after(native.wall_ms() // 1000, hub.utc_offset) * 1000)
end

local function learn(hub)
  M.take(hub, ask(hub))
end

--- Asks for the account's time zone when the day's budget runs low.
-- @tparam table hub
function M.watch(hub)
  if hub.day_asked or not hub.session:day_is_low() then return end
  learn(hub)
end

--- Adds the time at which the budget is full again to a DAILY_LIMIT error: `resets_at` in seconds since 1970, or nil
-- when it is unknown.
-- @tparam table hub
-- @tparam table err
function M.tell(hub, err)
  if not hub.day_asked then learn(hub) end
  if hub.utc_offset then
    err.resets_at = midnight_after(native.wall_ms() // 1000, hub.utc_offset)
    err.hint = ("run it again after %s, or raise the account's limit"):format(os.date("!%Y-%m-%dT%H:%M:%SZ",
      err.resets_at))
  end
  return errors.adopt(err)
end

return M
