-- A program in a network of its own, whose name server takes questions and never answers: silent_dns.lua URL.
-- It prints how many milliseconds each way to give up took, and the longest that a step held the program up.
local socket = require "socket"
local tether = require "tether"

local server = assert(socket.udp())
assert(server:setsockname("127.0.0.1", 53))

local function timed(run)
  local start = socket.gettime()
  run()
  return math.floor((socket.gettime() - start) * 1000)
end

local function connect(options)
  options.url, options.token, options.share = "https://api.hubapi.com", "pat-na1-none", false
  return tether.connect(options)
end

local function begin(hub)
  local ticket = assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get"))
  for _ = 1, 20 do hub.session:step(10) end -- so that the question is on its way
  return ticket
end

local hub = connect {}
local ticket = begin(hub)
print("cancel", timed(function() hub.session:cancel(ticket) end))
begin(hub)
print("close", timed(function() hub:close() end))

hub = connect { connect_timeout = 1, retry_for = 0 }
begin(hub)
local longest = 0
while hub.session:under_way() > 0 do
  longest = math.max(longest, timed(function() hub.session:step(0) end))
  socket.sleep(0.01)
end
print("step", longest)
local _, _, err = hub.session:take()
print("code", err.code)
hub:close()
server:close()
