--- (e) Sort and diff ten million, beside a radix sort alone; and what is done with rows before they are sent.
local measure = require "spec.bench.measure"

local function sort_of(links)
  return { { name = "a radix sort alone", command = "build/plain/bench/sort " .. links } }
end

return function()
  local function ours(links, mode) return ("lua5.4 spec/bench/programs/sort.lua %d %s"):format(links, mode) end
  local mine = measure.compare { name = "(e) sort and de-duplicate 10,000,000", unit = "s", figure = measure.seconds,
    ours = ours(10000000, "sort"), references = sort_of(10000000) }
  measure.row { name = "(e) peak with 10,000,000 links, at most 300", unit = "MB", ours = mine.peak, theirs = 300,
    ratio = mine.peak / 300 }
  measure.compare { name = "(e) sort 10,000,000 and diff with 9,000,000", unit = "s", figure = measure.seconds,
    ours = ours(10000000, "diff"), references = sort_of(10000000) }
  measure.compare { name = "(e) prepare 1,000,000 rows for a write", unit = "s", figure = measure.seconds,
    ours = ours(1000000, "prepare"), references = sort_of(1000000) }
end
