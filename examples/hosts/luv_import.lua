-- An import beside a program's own timers: lua5.4 luv_import.lua FILE, under luv (Debian: lua-luv).
local uv = require "luv"
local tether = require "tether"

tether.loop(require "tether.loops.luv", { on_error = function(err) io.stderr:write(tostring(err), "\n") end })

local hub = tether.connect()
local rows, heart = 0, 0

local timer = uv.new_timer()
timer:start(100, 100, function() -- what the program does besides
  heart = heart + 1
  io.stderr:write(("\r%d rows, %d heartbeats"):format(rows, heart))
end)

tether.run(function()
  local ok, report = pcall(hub.import, hub, arg[1], { from = "contacts", to = "companies",
    on_progress = function(progress) rows = progress.rows end })
  timer:stop()
  timer:close()
  hub:close()
  print(ok and tostring(report) or "failed: " .. tostring(report))
end)

uv.run()
