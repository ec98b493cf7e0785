--- tether portal: the embedded portal as a server, until Ctrl-C.
local native = require "tether.native"
local errors = require "tether.error"
local json = require "tether.json"

local M = { name = "portal", summary = "serve an embedded portal that answers as HubSpot does" }

--- Declares the arguments.
function M.arguments(parser)
  parser:option("--port", "Port on 127.0.0.1; 0 takes a free one.", "0"):convert(math.tointeger):argname "N"
  parser:option("--db", "SQLite file that keeps the records; without it they live in memory."):argname "FILE"
  parser:epilog [[
Once ready, one JSON line on stdout tells url and token. Then, in another shell:
  HUBSPOT_TOKEN=… TETHER_URL=… lua5.4 script.lua]]
end

--- Serves until SIGINT or SIGTERM.
-- @treturn integer exit code
function M.run(options, out, err)
  local signals <close> = errors.check(native.signals()) -- before the server's thread starts
  local portal <close> = require "tether".portal { path = options.db, port = options.port }
  out:write(json.encode { url = portal.url, token = portal.token }, "\n")
  out:flush()
  err:write("tether portal: ready, Ctrl-C ends it\n")
  signals:wait()
  return 0
end

return M
