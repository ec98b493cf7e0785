-- import.lua URL TOKEN FILE: links from a CSV file into an account, as `tether import` does it.
local tether = require "tether"
local figures = require "spec.bench.figures"
local options = require "spec.bench.options"

local f = figures.begin()
options.url, options.token = arg[1], arg[2]
local hub <close> = tether.connect(options)
local report = hub:import(arg[3], { from = "contacts", to = "companies" })
assert(report:fine() and report.linked == report.rows, tostring(report))
f.print(report.rows, report.batches)
