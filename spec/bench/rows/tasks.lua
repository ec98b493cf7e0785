--- (h) What a get costs in a task, beside the same get that blocks.
local measure = require "spec.bench.measure"
local tether = require "tether"

local COUNT = 3000

return function()
  local portal <close> = tether.portal()
  portal:seed("contacts", 101)
  local function program(how)
    return ("lua5.4 spec/bench/programs/gets.lua %s %s %s %d"):format(how, portal.url, portal.token, COUNT)
  end
  for _, how in ipairs { "run", "luv" } do
    measure.compare { name = "(h) a get in a task, " .. how, unit = "us", figure = measure.microseconds, turns = 9,
      ours = program(how), references = { { name = "blocking", command = program "blocking" } } }
  end
end
