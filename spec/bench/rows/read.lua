--- (d) A million links by batch reads of 1,000 records: with ten links each, and with one.
local beside = require "spec.bench.beside"
local measure = require "spec.bench.measure"
local node = require "spec.bench.node"
local options = require "spec.bench.options"
local sink = require "spec.bench.sink"

local LINKS = 1000000

local function compare(what)
  local records = LINKS // what.links
  local function bare(mode, label)
    return { name = label, command = what.environment .. sink.bare(what.url, mode, records, options.concurrency) }
  end
  local ready = bare("read-ready", "bare libcurl, answers thrown away")
  ready.pieces = what.links
  local name = ("(d) read a link, %s, %d a record"):format(what.name, what.links)
  local mine = measure.compare { name = name, unit = "us", figure = measure.microseconds,
    ours = ("%slua5.4 spec/bench/programs/read.lua %s %d"):format(what.environment, what.url, records),
    references = { ready, bare("read", "bare libcurl that encodes and scans"), table.unpack(what.others or {}) } }
  measure.row { name = name .. ": rate", ours = mine.count / mine.wall / 1e6, unit = "million/s" }
  beside.compare { name = name, program = function(tree)
    return beside.own(tree, what.environment, "read.lua", what.url, records)
  end }
end

return function()
  local server = sink.start()
  local others = { sink.luasocket(server, "read", LINKS // 100), node.reference(server.url, "read", LINKS // 50) }
  compare { name = "HTTP/1.1", url = server.url, links = 10, environment = "", others = others }
  compare { name = "HTTP/1.1", url = server.single, links = 1, environment = "" }
  compare { name = "TLS, HTTP/2", url = server.tls, links = 10, environment = ("BENCH_CA=%s "):format(server.ca) }
end
