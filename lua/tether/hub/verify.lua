--- Reading back what was written, knowing that reads can be stale.
local check = require "tether.check"
local errors = require "tether.error"
local native = require "tether.native"
local reader = require "tether.hub.reader"
local task = require "tether.task"

local M = {}

local PATIENCE, FIRST_WAIT = 10, 0.2 -- seconds

--- The seconds that a `verify` option asks for: true, a number, or nothing.
function M.patience(verb, value)
  if not value then return nil end
  if value == true then return PATIENCE end
  if type(value) ~= "number" or value <= 0 then
    check.refuse(verb .. ".verify", "true or a number of seconds", value)
  end
  return value
end

--- Settles an outcome by what the account shows, again and again until all is seen or the time is over.
-- @tparam table hub
-- @tparam outcome result its linked and unknown rows are looked at
-- @tparam links written with types of the account
-- @tparam string wish "there" or "gone"
-- @tparam ?number seconds nil: do nothing
function M.run(hub, result, written, wish, seconds)
  if not seconds or result.linked + result.unknown == 0 then return end
  local over, wait = native.clock_ms() + seconds * 1000, FIRST_WAIT
  while true do
    local current = reader.of_set(hub, written)
    local open, err = result.native:verify(written.native, current.native, wish)
    if not open then error(errors.adopt(err), 0) end
    if open == 0 or native.clock_ms() + wait * 1000 > over then return end
    task.pause(hub.session, hub.settled, math.floor(wait * 1000))
    wait = wait * 2
  end
end

return M
