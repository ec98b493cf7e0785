-- Asks a portal 1,000 times a second for so many seconds, over one connection: flood.lua URL TOKEN SECONDS
local socket = require "socket"

local url, token, seconds = arg[1], arg[2], tonumber(arg[3])
local host, port = url:match "//(.-):(%d+)"
local client = assert(socket.connect(host, tonumber(port)))
client:setoption("tcp-nodelay", true)
client:settimeout(30)
io.stdout:setvbuf "no"
local request = ("GET /crm/objects/2026-03/contacts/1 HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"):format(
  host, token)

local function ask()
  assert(client:send(request))
  local length = 0
  repeat
    local line = assert(client:receive "*l")
    length = tonumber(line:match "^[Cc]ontent%-[Ll]ength: (%d+)") or length
  until line == ""
  assert(client:receive(length))
end

local begun, sent, told = socket.gettime(), 0, 0
while true do
  local passed = socket.gettime() - begun
  if passed >= seconds then break end
  while sent < passed * 1000 do
    ask()
    sent = sent + 1
  end
  if passed >= told + 1 then
    told = told + 1
    print(told .. " s")
  end
  socket.sleep(0.002)
end
print(sent .. " sent")
