-- read.lua URL RECORDS: all links of so many records by batch reads of 1,000, a links set for each answer. The sink's
-- answer is always the same, so every batch asks for the same records.
local tether = require "tether"
local reader = require "tether.batches.reader"
local figures = require "spec.bench.figures"
local options = require "spec.bench.options"

local BATCH = 1000
local url, records = arg[1], math.tointeger(arg[2])
local asked = tether.links("contacts", "companies")
for i = 1, BATCH do asked.native:add(10000000000 + i, 1) end

local function next_ids()
  if records == 0 then return nil end
  records = records - BATCH
  return asked.native
end

local f = figures.begin()
options.url = url
local hub = tether.connect(options)
local links = 0
for set in reader.each(hub, "contacts", "companies", next_ids) do links = links + #set end
f.print(links)
hub:close()
