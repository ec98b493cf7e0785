--- (g) What `require "tether"` and a first connection cost, beside lua-socket and lua-cjson.
local measure = require "spec.bench.measure"

local function program(code)
  return ([[lua5.4 -e 'local f = require "spec.bench.figures".begin(); %s; f.print(1)']]):format(code)
end

local function milliseconds(f) return f.cpu * 1e3 end

return function()
  local libraries = { { name = "lua-socket and lua-cjson",
    command = program 'require "socket.http"; require "cjson"' } }
  local mine = measure.compare { name = '(g) require "tether"', unit = "ms", figure = milliseconds, turns = 9,
    ours = program 'require "tether"', references = libraries }
  measure.row { name = '(g) require "tether": memory, at most 4', unit = "MB", ours = mine.peak - mine.resident,
    theirs = 4, ratio = (mine.peak - mine.resident) / 4 }
  measure.compare { name = "(g) and connect", unit = "ms", figure = milliseconds, turns = 9,
    ours = program 'require "tether".connect { url = "http://127.0.0.1:9", token = "bench" }', references = libraries }
end
