--- An nginx of one's own on loopback, for what the portal cannot show: TLS, HTTP/2, and a sink that is never the brake.
local socket = require "socket"
local files = require "spec.support.files"
local process = require "spec.support.process"

local M = {}

--- A port that was free a moment ago.
function M.free_port()
  local server = assert(socket.bind("127.0.0.1", 0))
  local port = tonumber((select(2, server:getsockname())))
  server:close()
  return port
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  file:close()
end

local function wait_until_ready(port)
  for _ = 1, 200 do
    local client = socket.tcp()
    client:settimeout(1)
    local ready = client:connect("127.0.0.1", port)
    client:close()
    if ready then return end
    socket.sleep(0.02)
  end
  error("nginx does not listen on " .. port)
end

local CONFIGURATION = [[
    daemon on; worker_processes $WORKERS; pid $FOLDER/pid; error_log $FOLDER/error.log notice;
    events { worker_connections $CONNECTIONS; }
    http {
      access_log off; root $FOLDER; default_type application/json; keepalive_requests 1000000;
      client_body_temp_path $FOLDER/body; proxy_temp_path $FOLDER/proxy; fastcgi_temp_path $FOLDER/fastcgi;
      uwsgi_temp_path $FOLDER/uwsgi; scgi_temp_path $FOLDER/scgi; client_max_body_size 64m;
      client_body_buffer_size 1m; sendfile on; $SERVERS
    }]]

--- Starts nginx in a folder of its own under /tmp.
-- @tparam table options servers = text of server blocks, where $FOLDER stands for the folder;
--   files = name -> content, written there first; port = one that answers when it is ready; workers = 1;
--   connections = 512 of a worker
-- @treturn table { folder =, reload = function(), lines = function(file) -> its lines, stop = function() }
function M.start(options)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder .. " && chmod 755 " .. folder))
  for name, content in pairs(options.files or {}) do write(folder .. "/" .. name, content) end
  write(folder .. "/nginx.conf", (CONFIGURATION:gsub("%$SERVERS", (options.servers:gsub("%%", "%%%%")))
    :gsub("%$WORKERS", tostring(options.workers or 1)):gsub("%$CONNECTIONS", tostring(options.connections or 512))
    :gsub("%$FOLDER", folder)))
  local command = "PATH=$PATH:/usr/sbin nginx -c $FOLDER/nginx.conf -p $FOLDER 2>$FOLDER/start.log"
  assert(os.execute((command:gsub("%$FOLDER", folder))))
  wait_until_ready(options.port)
  local stopped = false
  local function said(what) return select(2, files.content(folder .. "/error.log"):gsub(what, "")) end
  return {
    folder = folder,
    -- The workers go when what they have under way is done: HTTP/2 clients are told by GOAWAY.
    -- Another reload before the first is over would be one with it: the new workers are waited for, and until all that
    -- were there before have heard that they are to go.
    reload = function()
      local before = said "start worker process %d"
      assert(os.execute(("kill -HUP $(cat %s/pid)"):format(folder)))
      process.wait_until(function() return said "start worker process %d" > before end, "new workers")
      process.wait_until(function() return said "gracefully shutting down" >= before end, "old workers that go")
    end,
    lines = function(name)
      local lines = {}
      for line in io.lines(folder .. "/" .. name) do lines[#lines + 1] = line end
      return lines
    end,
    stop = function()
      if stopped then return end
      stopped = true
      os.execute(("kill -QUIT $(cat %s/pid) 2>/dev/null; sleep 0.1; rm -rf %s"):format(folder, folder))
    end,
  }
end

return M
