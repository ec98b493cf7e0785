--- A receiver of webhooks in this process: what a portal's own thread sends is read from a socket, and answered.
local socket = require "socket"

local Receiver = {}
Receiver.__index = Receiver

local WAIT = 20 -- seconds that nothing takes by far

--- Listens at a free port.
-- @treturn receiver with .url
local function open()
  local listener = assert(socket.bind("127.0.0.1", 0))
  local _, port = listener:getsockname()
  listener:settimeout(WAIT)
  return setmetatable({ listener = listener, url = ("http://127.0.0.1:%d/hooks?from=portal"):format(port),
    clients = {} }, Receiver)
end

local function read(client)
  local first, problem = client:receive "*l"
  if not first then return nil, problem end
  local method, uri = first:match "^(%S+) (%S+) HTTP"
  local headers, line = {}, client:receive "*l"
  while line and line ~= "" do
    local name, value = line:match "^([^:]+):%s*(.*)$"
    headers[name:lower()] = value
    line = client:receive "*l"
  end
  return { method = method, uri = uri, headers = headers,
    body = client:receive(tonumber(headers["content-length"]) or 0), client = client }
end

--- The next request, which waits for its answer. Connections are kept, as a server does.
-- @tparam[opt] number seconds to wait at most
-- @treturn table|nil { method, uri, headers, body, client }
function Receiver:take(seconds)
  local ends = socket.gettime() + (seconds or WAIT)
  repeat
    local list = { self.listener, table.unpack(self.clients) }
    for _, ready in ipairs((socket.select(list, nil, math.max(0, ends - socket.gettime())))) do
      if ready == self.listener then
        local client = self.listener:accept()
        client:settimeout(WAIT)
        self.clients[#self.clients + 1] = client
      else
        local request = read(ready)
        if request then return request end
        for i, client in ipairs(self.clients) do if client == ready then table.remove(self.clients, i) end end
        ready:close()
      end
    end
  until socket.gettime() >= ends
end

--- Answers a request.
function Receiver.answer(_, request, status)
  request.client:send(("HTTP/1.1 %d Fine\r\nContent-Length: 0\r\n\r\n"):format(status))
end

function Receiver:close()
  for _, client in ipairs(self.clients) do client:close() end
  self.listener:close()
end
Receiver.__close = Receiver.close

return { open = open }
