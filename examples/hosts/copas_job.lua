-- Labels of a pair, kept fresh beside a copas server: lua5.4 copas_job.lua PORT, and each connection gets the list.
-- Debian's lua-copas lies on the path of Lua 5.1, and is the same for 5.4.
package.path = package.path .. ";/usr/share/lua/5.1/?.lua"
local copas = require "copas"
local socket = require "socket"
local tether = require "tether"

tether.loop(require "tether.loops.copas")

local hub = tether.connect()

local server = assert(socket.bind("127.0.0.1", tonumber(arg[1] or 0)))
print("port " .. select(2, server:getsockname()))
io.stdout:flush()

copas.addserver(server, function(client) -- a handler is a task: reading the labels suspends it, and no other client
  local ok, labels = pcall(hub.labels.list, hub.labels, "contacts", "companies")
  for _, label in ipairs(ok and labels or {}) do copas.send(client, (label.label or "(unlabeled)") .. "\n") end
  if not ok then copas.send(client, tostring(labels) .. "\n") end
  client:close()
end)

copas.loop()
