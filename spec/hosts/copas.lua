-- copas.lua SCENARIO: see work.lua. Debian's copas has no timers: the ticker stands outside of its steps.
package.path = package.path .. ";/usr/share/lua/5.1/?.lua" -- where Debian keeps it; it is the same for 5.4
local copas = require "copas"
local socket = require "socket"
local tether = require "tether"
tether.loop(require "tether.loops.copas")

local tick

require("spec.hosts.work").run({
  now = socket.gettime,
  ticker = function(fn)
    tick = fn
    return function() tick = nil end
  end,
  turn = function(main)
    copas.addthread(main)
    repeat
      copas.step(0.01)
      local going = tick
      if going then going() end
    until not going
    for _ = 1, 10 do copas.step(0.01) end -- nothing of ours may be left in it
  end,
}, arg[1])
