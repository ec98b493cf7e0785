--- A program that uses an account's quota: quota_client.lua HOW URL TOKEN CALLS [FOLDER], where FOLDER is the shared
-- quota's. It prints what it was told of 429 and how long it took.
local tether = require "tether"
local native = require "tether.native"

local how, url, token, calls, folder = table.unpack(arg)
calls = math.tointeger(tonumber(calls))

local function connect()
  return tether.connect { url = url, token = token, share = folder or false, concurrency = 4 }
end

local ways = {}

-- Calls one after the other.
function ways.steady()
  local hub <close> = connect()
  for _ = 1, calls do hub:get("contacts", 101) end
  return hub:stats().rate_limited
end

-- Two hubs of one process by turns.
function ways.two()
  local first <close> = connect()
  local other <close> = connect()
  for i = 1, calls do (i % 2 == 0 and first or other):get("contacts", 101) end
  return first:stats().rate_limited + other:stats().rate_limited
end

-- A call, and requests that are never answered, until somebody ends this process.
function ways.hang()
  local hub <close> = connect()
  hub:get("contacts", 101)
  for _ = 2, calls do hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get") end
  while true do hub.session:step(-1) end
end

-- Batches beyond what the window takes, and a single call when it is full.
function ways.bulk()
  local hub <close> = connect()
  local links, batches = tether.links("contacts", "companies"), 0
  for id = 101, 100 + calls do links:add(id, 9001) end
  hub.ceilings.batch_default = 1
  hub:associate_default(links, { on_batch = function()
    batches = batches + 1
    if batches == 20 then hub:get("contacts", 101) end
  end }):assert()
  return hub:stats().rate_limited
end

local start = native.clock_ms()
local limited = ways[how]()
print(("%d refused, %d seconds"):format(limited, (native.clock_ms() - start) // 1000))
