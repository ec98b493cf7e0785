-- cqueues.lua SCENARIO: see work.lua.
local cqueues = require "cqueues"
local tether = require "tether"
tether.loop(require "tether.loops.cqueues")

require("spec.hosts.work").run({
  now = cqueues.monotime,
  ticker = function(fn)
    local stopped = false
    cqueues.running():wrap(function()
      while not stopped do
        cqueues.sleep(0.01)
        fn()
      end
    end)
    return function() stopped = true end
  end,
  turn = function(main)
    local controller = cqueues.new()
    controller:wrap(main)
    assert(controller:loop())
  end,
}, arg[1])
