-- gets.lua HOW URL TOKEN COUNT: single gets, one after the other: "blocking", in a task ("run"), or in one under "luv".
local figures = require("spec.bench.figures")
local tether = require "tether"

local how, url, token, count = arg[1], arg[2], arg[3], math.tointeger(tonumber(arg[4]))
if how == "luv" then tether.loop(require "tether.loops.luv") end
local hub = tether.connect { url = url, token = token, share = false }

local function gets(times)
  for _ = 1, times do hub:get("contacts", 101) end
end

local ways = {
  blocking = function(fn) fn() end,
  run = tether.run,
  luv = function(fn)
    tether.run(fn)
    require("luv").run()
  end,
}

ways[how](function() gets(100) end)
local run = figures.begin()
ways[how](function() gets(count) end)
run.print(count)
