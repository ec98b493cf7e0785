-- read.lua URL RECORDS: all links of so many records by batch reads of 1,000, into a links set.
local tether = require "tether"
local reader = require "tether.batches.reader"
local figures = require "spec.bench.figures"
local options = require "spec.bench.options"

local url, records = arg[1], math.tointeger(arg[2])
local asked = tether.links("contacts", "companies")
for i = 1, records do asked.native:add(10000000000 + i, 1) end
local f = figures.begin()
options.url = url
local hub = tether.connect(options)
local set = reader.of_set(hub, asked)
f.print(#set)
hub:close()
