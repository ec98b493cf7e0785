-- lighttpd: a page that links two records, GET /link?from=101&to=9001. In lighttpd.conf:
--   server.modules += ("mod_magnet")
--   $HTTP["url"] =~ "^/link" { magnet.attract-raw-url-to = ("/path/to/magnet.lua") }
--
-- mod_magnet cannot suspend a script: the worker waits for the account, and serves nobody meanwhile. Keep to one quick
-- verb a request, with a short timeout, and give other work to a host with a loop. The script is run once for each
-- request in a state that stays, so the hub is made once.
local tether = require "tether"

tether_hub = tether_hub or tether.connect { timeout = 2, retry_for = 2, share = false }

local query = lighty.r.req_attr["uri.query"] or ""
local from, to = query:match "from=(%d+)", query:match "to=(%d+)"
local ok, result = false, "from and to are needed"
if from and to then
  ok, result = pcall(tether_hub.associate, tether_hub, "contacts", from, "companies", to)
end

lighty.r.resp_header["Content-Type"] = "text/plain"
lighty.r.resp_body:set(tostring(result) .. "\n")
return ok and 200 or 502
