--- A program that shares an account's quota with others by Redis:
--     sharing_client.lua HOW URL TOKEN SHARE SECONDS LOST [GO]
-- It connects, waits until there is a file GO, and prints what came of its calls: how many, how many were refused, its
-- questions to Redis, the longest wait in milliseconds.
local native = require "tether.native"
local tether = require "tether"

local how, url, token, share, seconds, lost, go = table.unpack(arg)
local hub = tether.connect { url = url, token = token, share = share, share_lost = lost, concurrency = 4,
  retry_for = 5, plain_http = true }
local told = {}
hub:on("share", function(event) told[#told + 1] = event.problem or "shared" end)

while go and not io.open(go) do os.execute "sleep 0.05" end
local over = native.clock_ms() + math.floor(tonumber(seconds) * 1000)

local calls, longest, failed = 0, 0, {}
local function timed(run, ...)
  local before = native.clock_ms()
  local ok, problem = pcall(run, ...)
  if not ok then failed[#failed + 1] = tostring(problem):match "[^\n]*" end
  calls, longest = calls + 1, math.max(longest, native.clock_ms() - before)
  return ok
end

local ways = {}

-- Calls one after the other.
function ways.steady()
  while native.clock_ms() < over do
    if not timed(hub.get, hub, "contacts", 101) then hub.session:step(50) end
  end
end

-- Batches of one link, many at once.
function ways.bulk()
  hub.ceilings.batch_default = 1
  while native.clock_ms() < over do
    local links = tether.links("contacts", "companies")
    for id = 101, 108 do links:add(id, 9001) end
    timed(hub.associate_default, hub, links)
  end
end

-- A call now and then.
function ways.seldom()
  while native.clock_ms() < over do
    timed(hub.get, hub, "contacts", 101)
    local rest = native.clock_ms() + 1000
    while native.clock_ms() < rest do hub.session:step(rest - native.clock_ms()) end
  end
end

ways[how]()
local stats = hub:stats()
print(("calls=%d requests=%d refused=%d asks=%d longest=%d losses=%d failed=%d told=%s"):format(calls, stats.requests,
  stats.rate_limited, stats.quota.asks, longest, stats.quota.losses, #failed,
  table.concat(told, "|"):gsub("%s", "_")))
if failed[1] then print("first failure: " .. failed[1]) end
hub:close()
