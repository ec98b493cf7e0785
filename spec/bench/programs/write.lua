-- write.lua URL LINKS: links in batches of 2,000 from a links set to an outcome for every row. The sink's answer is
-- always the same, so every batch is: rows are sent without looking for duplicates (which a row of (e) measures). Tells
-- as well how many kilobytes are resident when libcurl and its libraries are mapped, and nothing is sent.
local tether = require "tether"
local bulk = require "tether.batches.bulk"
local native = require "tether.native"
local outcome = require "tether.outcome"
local figures = require "spec.bench.figures"
local options = require "spec.bench.options"

local url, links = arg[1], math.tointeger(arg[2])
local set = tether.links("contacts", "companies")
local plain = assert(set.native:intern { { category = "HUBSPOT_DEFINED", id = 279 } })
for i = 0, links - 1 do set.native:add(10000000000 + i % 2000, 20000000000 + i % 2000, plain) end
local f = figures.begin()
options.url = url
local hub = tether.connect(options)
local connected = f.now()
local result = outcome.new(set)
bulk.run(hub, "batch_create", result, native.rows(1, #set))
assert(result.linked == links, tostring(result))
f.print(links, connected)
hub:close()
