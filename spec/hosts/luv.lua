-- luv.lua SCENARIO: see work.lua.
local uv = require "luv"
local tether = require "tether"
tether.loop(require "tether.loops.luv")

require("spec.hosts.work").run({
  now = function() return uv.hrtime() / 1e9 end,
  ticker = function(fn)
    local timer = uv.new_timer()
    timer:start(10, 10, fn)
    return function()
      timer:stop()
      timer:close()
    end
  end,
  turn = function(main)
    main()
    uv.run()
  end,
}, arg[1])
