--- An nginx that answers every write as a complete batch of 2,000 and every read as 1,000 records of ten links: over
-- HTTP/1.1 at `url`, over TLS with HTTP/2 at `tls`. Behind `single`, over HTTP/1.1, each record has one link.
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"

local M = {}

local function written()
  local rows = {}
  for i = 0, 1999 do
    rows[#rows + 1] = ('{"fromObjectTypeId":"0-1","fromObjectId":%d,"toObjectTypeId":"0-2","toObjectId":%d,' ..
      '"labels":[]}'):format(10000000000 + i, 20000000000 + i)
  end
  return ('{"status":"COMPLETE","results":[%s],"startedAt":"2026-03-01T10:00:00.000Z",' ..
    '"completedAt":"2026-03-01T10:00:00.500Z"}'):format(table.concat(rows, ","))
end

local function read(links)
  local pipe <close> = assert(io.popen(("lua5.4 spec/bench/programs/answer.lua 1000 %d"):format(links)))
  return pipe:read "a"
end

local LOCATIONS = [[
  location / { error_page 405 =201 /written.json; try_files /none =405; }
  location ~ /batch/read$ { error_page 405 =200 /read.json; try_files /none =405; }
  location = /written.json { internal; }
  location = /read.json { internal; }]]

local SINGLE = [[
  location / { error_page 405 =200 /single.json; try_files /none =405; }
  location = /single.json { internal; }]]

-- nginx answers POST to a file before the body has come, which HTTP/1.1 puts up with and HTTP/2 does not: there a proxy
-- reads the body first, as a real server does.
local BEHIND_TLS = [[
  location / { proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_buffers 64 64k; proxy_max_temp_file_size 0; }]]

--- Starts it; M.stop ends it. Started once for all rows.
-- @treturn table { port =, url =, single =, tls =, ca = }
function M.start()
  if M.running then return M.running end
  local authority = certificates.authority()
  local certificate, key = authority.sign("sink", "IP:127.0.0.1")
  local port, tls, single = nginx.free_port(), nginx.free_port(), nginx.free_port()
  local server = nginx.start {
    port = port,
    files = { ["written.json"] = written(), ["read.json"] = read(10), ["single.json"] = read(1) },
    servers = ([[upstream sink { server 127.0.0.1:%d; keepalive 64; } server { listen 127.0.0.1:%d; %s }
      server { listen 127.0.0.1:%d; %s }
      server { listen 127.0.0.1:%d ssl http2; ssl_certificate %s; ssl_certificate_key %s; %s }]]):format(port, port,
      LOCATIONS, single, SINGLE, tls, certificate, key, BEHIND_TLS),
  }
  local function at(number) return "http://127.0.0.1:" .. number end
  M.running = { port = port, url = at(port), single = at(single), tls = "https://127.0.0.1:" .. tls,
    ca = authority.file, stop = function()
      server.stop()
      authority.remove()
    end }
  return M.running
end

--- The command of the bare loop against it.
function M.bare(url, mode, inputs, connections)
  return ("build/plain/bench/bare %s/crm/associations/2026-03/0-1/0-2/batch/%s %s %d %d"):format(url,
    mode:match "^read" or "create", mode, inputs, connections)
end

--- The reference that is written in Lua.
-- @tparam table server what M.start answered
-- @tparam string mode "read" or "write"
-- @tparam integer inputs
function M.luasocket(server, mode, inputs)
  return { name = "lua-socket and lua-cjson",
    command = ("lua5.4 spec/bench/programs/luasocket.lua %d %s %d"):format(server.port, mode, inputs) }
end

--- Ends it, if it runs.
function M.stop()
  if M.running then M.running.stop() end
  M.running = nil
end

return M
