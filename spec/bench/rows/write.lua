--- (c) A million links in batches of 2,000 to a sink. Slow references write a tenth of them: the cost is per link.
local beside = require "spec.bench.beside"
local measure = require "spec.bench.measure"
local node = require "spec.bench.node"
local options = require "spec.bench.options"
local sink = require "spec.bench.sink"

local LINKS = 1000000

local function compare(server, name, url, environment, others)
  local function bare(mode, label)
    return { name = label, command = environment .. sink.bare(url, mode, LINKS, options.concurrency) }
  end
  local references = { bare("write-ready", "bare libcurl, bodies ready"),
    bare("write", "bare libcurl that encodes and scans"), table.unpack(others) }
  local label = ("(c) write a link, %s"):format(name)
  local mine = measure.compare { name = label, unit = "us", figure = measure.microseconds,
    ours = ("%slua5.4 spec/bench/programs/write.lua %s %d"):format(environment, url, LINKS), references = references,
    check = function(_, theirs) assert(theirs.count > 0 and server, "nothing was written") end }
  measure.row { name = ("(c) %s: rate"):format(name), ours = LINKS / mine.wall / 1e6, unit = "million/s" }
  measure.row { name = ("(c) %s: memory beside the set, at most 40"):format(name), ours = mine.peak - mine.resident,
    theirs = 40, unit = "MB", ratio = (mine.peak - mine.resident) / 40 }
  local sending = mine.peak - mine.more[1] / 1024
  measure.row { name = ("(c) %s: memory of it once libcurl is mapped, at most 8"):format(name), ours = sending,
    theirs = 8, unit = "MB", ratio = sending / 8 }
  beside.compare { name = label, program = function(tree)
    return beside.own(tree, environment, "write.lua", url, LINKS)
  end }
end

return function()
  local server = sink.start()
  local others = { sink.luasocket(server, "write", LINKS // 10), node.reference(server.url, "write", LINKS // 5) }
  compare(server, "HTTP/1.1", server.url, "", others)
  compare(server, "TLS, HTTP/2", server.tls, ("BENCH_CA=%s "):format(server.ca), {})
end
