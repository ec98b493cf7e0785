-- A proxy of one's own: lua5.4 spec/support/proxy.lua PORT LOG. Tunnels CONNECT and writes down what it was asked for,
-- headers too; what is no CONNECT gets 501, /refuse in PORT's environment ($PROXY_REFUSE) makes it answer 403.
local socket = require "socket"

local port, log = tonumber(arg[1]), assert(io.open(arg[2], "a"))
local server = assert(socket.bind("127.0.0.1", port))
local peers, open = {}, { server } -- socket -> the other end

local function close(peer)
  for _, each in ipairs { peer, peers[peer] } do
    each:close()
    for i = #open, 1, -1 do
      if open[i] == each then table.remove(open, i) end
    end
  end
  if peers[peer] then peers[peers[peer]] = nil end
  peers[peer] = nil
end

local function begin(client)
  client:settimeout(2)
  local host, target_port
  for line in function() return client:receive "*l" end do
    log:write(line, "\n")
    if line:match "^CONNECT " then host, target_port = line:match "^CONNECT %[?([^ %]]+)%]?:(%d+) " end
    if line == "" then break end
  end
  log:flush()
  local target = host and not os.getenv "PROXY_REFUSE" and socket.connect(host, target_port)
  if not target then
    client:send(host and "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" or
      "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n")
    return client:close()
  end
  client:send "HTTP/1.1 200 Connection established\r\n\r\n"
  for _, peer in ipairs { client, target } do
    peer:settimeout(0)
    open[#open + 1] = peer
  end
  peers[client], peers[target] = target, client
end

local function relay(peer)
  local bytes, problem, part = peer:receive(65536)
  local data = bytes or part
  if data and #data > 0 then
    peers[peer]:settimeout(5)
    peers[peer]:send(data)
    if peers[peer] then peers[peer]:settimeout(0) end
  end
  if problem == "closed" then close(peer) end
end

while true do
  for _, ready in ipairs((socket.select(open, nil))) do
    if ready == server then
      begin(server:accept())
    elseif peers[ready] then
      relay(ready)
    end
  end
end
