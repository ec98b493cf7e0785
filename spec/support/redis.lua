--- A Redis server of one's own on loopback, or at a socket's path.
local nginx = require "spec.support.nginx"
local files = require "spec.support.files"
local process = require "spec.support.process"

local M = {}

local Server = {}
Server.__index = Server

-- A command by redis-cli, which knows nothing of our own connection.
function Server:cli(command)
  local password = self.password and ("REDISCLI_AUTH='%s'"):format(self.password) or ""
  local line = "%s timeout 10 redis-cli --no-auth-warning -s %s/socket %s 2>&1"
  local pipe = assert(io.popen(line:format(password, self.folder, command)))
  local text = pipe:read "a"
  pipe:close()
  return (text:gsub("\n$", ""))
end

--- Starts it (again), with what its disk holds.
function Server:start()
  local command = "$ENVIRONMENT redis-server --port $PORT --bind 127.0.0.1 --unixsocket $FOLDER/socket " ..
    "--dir $FOLDER --save '' --daemonize yes --pidfile $FOLDER/pid --logfile $FOLDER/log $OPTIONS"
  os.remove(self.folder .. "/pid")
  assert(os.execute((command:gsub("%$(%u+)", { ENVIRONMENT = self.environment or "", PORT = self.port,
    FOLDER = self.folder, OPTIONS = self.options or "" }))))
  process.wait_until(function() return self:cli "ping":match "PONG" end, "a Redis that answers")
  process.wait_until(function()
    local file = io.open(self.folder .. "/pid")
    self.pid = file and file:read "n"
    if file then file:close() end
    return self.pid
  end, "the process id of Redis")
  return self
end

local function signal(self, name)
  os.execute(("kill -%s %d 2>/dev/null"):format(name, self.pid))
end

--- Ends it at once, as a crash does.
function Server:kill()
  signal(self, "KILL")
  local alive = ("grep -q '^State:.[^Z]' /proc/%d/status 2>/dev/null"):format(self.pid) -- who has ended may stay there
  process.wait_until(function() return not os.execute(alive) end, "the end of Redis")
  self.pid = nil
end

--- Stops it in the middle of what it does, and lets it go on.
function Server:freeze() signal(self, "STOP") end
function Server:thaw() signal(self, "CONT") end

--- How often a command was called.
-- @tparam string name in lower case
-- @treturn integer
function Server:calls(name)
  return math.tointeger(self:cli("info commandstats"):match("cmdstat_" .. name .. ":calls=(%d+)") or 0)
end

--- Ends it for good.
function Server:close()
  if self.pid then self:kill() end
  os.execute("rm -rf " .. self.folder)
end

--- Starts a server in a folder of its own under /tmp.
-- @tparam[opt] table options port, options = words of redis-server, environment = assignments before it, password
-- @treturn table { url =, socket_url =, port =, cli, calls, kill, start, freeze, thaw, close }
function M.start(options)
  local server = setmetatable(options or {}, Server)
  server.folder = os.tmpname()
  os.remove(server.folder)
  assert(os.execute("mkdir -m 700 " .. server.folder))
  server.port = server.port or nginx.free_port()
  server.url = ("redis://127.0.0.1:%d/0"):format(server.port)
  server.socket_url = ("unix://%s/socket"):format(server.folder)
  return server:start()
end

--- Whether a program is there.
function M.has(program)
  return (os.execute("command -v " .. program .. " >/dev/null 2>&1"))
end

--- Makes an empty file.
function M.touch(path)
  assert(io.open(path, "w")):close()
end

M.file = files.write

return M
