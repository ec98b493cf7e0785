-- import.lua URL TOKEN FILE: links from a CSV file into an account, as a script does it.
local tether = require "tether"
local figures = require "spec.bench.figures"
local options = require "spec.bench.options"

local f = figures.begin()
options.url, options.token = arg[1], arg[2]
local hub, calls = tether.connect(options), 0
local links = tether.links.read(arg[3], { from = "contacts", to = "companies" })
local outcome = hub:associate(links, { on_batch = function() calls = calls + 1 end })
assert(outcome.linked == #links, tostring(outcome))
f.print(#links, calls)
hub:close()
