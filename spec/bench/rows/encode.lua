--- (a) Bodies of batch create: nanoseconds a link, and the rate beside copying the bytes.
local measure = require "spec.bench.measure"

return function()
  local ours = "build/plain/bench/encode tether 1000000 4"
  measure.compare { name = "(a) encode a link", unit = "ns", figure = measure.nanoseconds, ours = ours,
    references = { { name = "lua-cjson on Lua tables",
      command = "lua5.4 spec/bench/programs/cjson.lua encode 50000" } } }
  measure.compare { name = "(a) encode", unit = "GB/s", figure = function(f) return f.more[1] / f.cpu / 1e9 end,
    ours = ours, references = { { name = "memcpy", command = "build/plain/bench/encode memcpy 1000000 40" } } }
end
