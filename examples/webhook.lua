-- Prints each association change that HubSpot tells, once:
--   HUBSPOT_APP_SECRET=... lua5.4 webhook.lua https://hooks.example.com/crm [port]
-- The address is the one that is set in the app; a proxy before this program ends TLS and passes requests to the port.
local socket = require "socket"
local tether = require "tether"
local url, port, secret = arg[1], math.tointeger(arg[2] or 8080), os.getenv "HUBSPOT_APP_SECRET"
if not (url and port and secret) then
  io.stderr:write "usage: HUBSPOT_APP_SECRET=... lua5.4 webhook.lua https://hooks.example.com/crm [port]\n"
  os.exit(2)
end
local receiver = tether.webhook { secret = secret, url = url }
local LARGEST = 1 << 20

local function read(client)
  local request = { headers = {} }
  request.method, request.uri = (client:receive() or ""):match "^(%u+) (%S+) HTTP/1%.[01]$"
  repeat
    local name, value = (client:receive() or ""):match "^([^:]+):%s*(.-)%s*$"
    if name then request.headers[name:lower()] = value end
  until not name
  local length = math.tointeger(request.headers["content-length"] or 0)
  if not (request.method and length and length >= 0 and length <= LARGEST) then return nil end
  request.body = client:receive(length)
  return request.body and request
end

local function handle(event)
  local change = event.association
  if not change then return print(event.subscriptionType, event.objectId, event.error) end
  print(("%s %d and %s %d: %s"):format(change.from_type, change.from, change.to_type, change.to,
    change.removed and "no longer linked" or "linked"))
end

local function serve(client) -- the HTTP status to answer with
  local request = read(client)
  if not request then return 400 end
  local events, refused = receiver:receive(request)
  if not events then
    print(refused.code)
    return refused.status
  end
  for i, event in ipairs(events) do
    if not pcall(handle, event) then
      receiver:forget(events, i) -- HubSpot sends them again
      return 500
    end
  end
  return 204
end

io.stdout:setvbuf "line"
local server = assert(socket.bind("127.0.0.1", port))
print("listening on " .. select(2, server:getsockname()))
while true do
  local client = server:accept()
  client:settimeout(5)
  client:send(("HTTP/1.1 %d -\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"):format(serve(client)))
  client:close()
end
