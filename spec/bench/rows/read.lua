--- (d) A million links by batch reads of 1,000 records with ten links each.
local measure = require "spec.bench.measure"
local node = require "spec.bench.node"
local options = require "spec.bench.options"
local sink = require "spec.bench.sink"

local RECORDS = 100000

local function compare(name, url, environment, others)
  local function bare(mode, label)
    return { name = label, command = environment .. sink.bare(url, mode, RECORDS, options.concurrency) }
  end
  local ready = bare("read-ready", "bare libcurl, answers thrown away")
  ready.pieces = 10
  local mine = measure.compare { name = "(d) read a link, " .. name, unit = "us", figure = measure.microseconds,
    ours = ("%slua5.4 spec/bench/programs/read.lua %s %d"):format(environment, url, RECORDS),
    references = { ready, bare("read", "bare libcurl that encodes and scans"), table.unpack(others) } }
  measure.row { name = ("(d) %s: rate"):format(name), ours = mine.count / mine.wall / 1e6, unit = "million/s" }
end

return function()
  local server = sink.start()
  local others = { { name = "lua-socket and lua-cjson",
    command = ("lua5.4 spec/bench/programs/luasocket.lua %d read %d"):format(server.port, RECORDS // 10) } }
  others[#others + 1] = node.reference(server.url, "read", RECORDS // 5)
  compare("HTTP/1.1", server.url, "", others)
  compare("TLS, HTTP/2", server.tls, ("BENCH_CA=%s "):format(server.ca), {})
end
