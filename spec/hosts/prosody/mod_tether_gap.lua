-- GET /gap: 100 verbs of 50 ms in one task; answers the longest gap of a ticker of 10 ms beside them, in milliseconds,
-- and how many ticks came so late that a verb must have stopped the server: not for the time in which it was ready and
-- others had the processor.
local async = require "util.async"
local now = require("util.time").monotonic
local timer = require "util.timer"
local tether = require "tether"

tether.loop(require "tether.loops.prosody")
local hub = tether.connect {
  url = module:get_option_string "tether_url",
  token = module:get_option_string "tether_token",
}

local function waited()
  local file <close> = io.open "/proc/self/schedstat"
  if not file then return 0 end
  local _, nanoseconds = file:read("n", "n")
  return nanoseconds / 1e9
end

local function measure(event)
  local gap, late, last, last_waited, running = 0, 0, now(), waited(), true
  timer.add_task(0.01, function()
    local ready = waited()
    late = late + (now() - last - (ready - last_waited) > 0.045 and 1 or 0)
    gap, last, last_waited = math.max(gap, now() - last), now(), ready
    return running and 0.01 or nil
  end)
  async.runner(function()
    for _ = 1, 100 do hub:get("contacts", 101) end
    running = false
    event.response:send(("%.1f %d"):format(gap * 1000, late))
  end):run(true)
  return true
end

module:depends "http"
module:provides("http", { default_path = "/gap", route = { GET = measure } })
