--- (c) How the cost of a link grows with the number of links: it should not.
local measure = require "spec.bench.measure"
local options = require "spec.bench.options"
local sink = require "spec.bench.sink"

return function()
  local server = sink.start()
  for power = 4, 7 do
    local links = math.tointeger(10 ^ power)
    local mine = measure.compare {
      name = ("(c) write a link of 10^%d"):format(power), unit = "us", figure = measure.microseconds,
      turns = power == 7 and 1 or nil,
      ours = ("lua5.4 spec/bench/programs/write.lua %s %d"):format(server.url, links),
      references = { { name = "bare libcurl that encodes and scans",
        command = sink.bare(server.url, "write", links, options.concurrency) } },
    }
    measure.row { name = ("(c) memory beside the set of 10^%d, at most 40"):format(power), unit = "MB",
      ours = mine.peak - mine.resident, theirs = 40, ratio = (mine.peak - mine.resident) / 40 }
  end
end
