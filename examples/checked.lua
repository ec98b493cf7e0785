-- A job for the night: looks at the account first, stops with what is to be mended, and ends with what it took.
--
--     HUBSPOT_TOKEN=… lua5.4 examples/checked.lua script.lua [object types …] [-- arguments of the script …]
--
-- The script finds them in `arg` and `...`, as under `tether run`. Exit code: the one that the script returns, 0 where
-- it returns none; 1 the account is not ready, 2 wrong usage, 3 the script failed.
local tether = require "tether"

local script, objects, given = arg[1], {}, {}
local list = objects
for i = 2, #arg do
  if arg[i] == "--" and list == objects then list = given else list[#list + 1] = arg[i] end
end
if not script then
  io.stderr:write "usage: lua5.4 checked.lua script.lua [object types] [-- arguments]\n"
  os.exit(2)
end

local report = tether.doctor({}, { objects = objects, write = true })
if not report.fine then
  io.stderr:write(tostring(report), "\n")
  os.exit(1)
end

local hub <close> = tether.connect()

-- What is worth a line in the job's mail: requests that were slow, and those that went wrong.
hub:on("response", function(event)
  if event.elapsed_ms > 5000 or not event.status or event.status >= 500 then
    io.stderr:write(("%s %s: %s after %d ms (try %d)\n"):format(event.method, event.path,
      event.status or event.problem, event.elapsed_ms, event.attempt))
  end
end)

_G.hub, _G.tether, _G.arg = hub, tether, given
given[0] = script
local chunk, missing = loadfile(script)
local fine, code = pcall(chunk or error, table.unpack(chunk and given or { missing }))
if not fine then io.stderr:write(tostring(code), "\n") end

local stats = hub:stats()
print(("%d requests, %d sent again, %d refused, %.1f s waited for the quota, %s calls left today"):format(
  stats.requests, stats.retries, stats.refused, stats.waited_ms / 1000, stats.quota.daily_left or "unlimited"))
os.exit(not fine and 3 or math.type(code) == "integer" and code or 0, true)
