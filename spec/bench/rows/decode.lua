--- (b) The answer of a batch read: nanoseconds an association, and no id wrong.
local measure = require "spec.bench.measure"

local function rows(links)
  local path = os.tmpname()
  assert(os.execute(("lua5.4 spec/bench/programs/answer.lua 1000 %d >%s"):format(links, path)))
  local function native(parser, turns) return ("build/plain/bench/decode %s %s %d"):format(parser, path, turns) end
  local wrong = 0
  local mine = measure.compare {
    name = ("(b) decode an association, %d a record"):format(links), unit = "ns", figure = measure.nanoseconds,
    ours = native("tether", 500 // links),
    references = {
      { name = "lua-cjson", command = ("lua5.4 spec/bench/programs/cjson.lua decode %s 3"):format(path) },
      { name = "jansson", command = native("jansson", math.max(1, 30 // links)) },
      { name = "yajl", command = native("yajl", 200 // links) },
      { name = "simdjson On Demand", command = ("build/plain/bench/simdjson %s %d"):format(path, 500 // links) },
    },
    check = function(ours, theirs, reference) -- sums of all ids and types, of one reading
      if theirs.more[1] == ours.more[1] then return end
      assert(reference.name == "lua-cjson", "the parsers do not read the same")
      wrong = theirs.more[3]
    end,
  }
  os.remove(path)
  measure.row { name = ("(b) ids that lua-cjson reads wrong, of %d links of one answer"):format(1000 * links), ours = 0,
    theirs = wrong, unit = "ids" }
  measure.row { name = ("(b) decode, %d a record"):format(links), ours = mine.more[2] / mine.cpu / 1e9, unit = "GB/s" }
end

return function()
  rows(10)
  rows(1)
end
