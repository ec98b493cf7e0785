--- (l) Jobs on the embedded portal: a plan of 1,000,000 links that are there beside reading them (at most 1.5 times
-- the CPU), and applying 1,000,000 new links beside `hub:associate` of as many (at most 1.25 times). A link takes at
-- most 40 bytes of the file.
local measure = require "spec.bench.measure"

local LINKS = 1000000
local CONTACTS <const> = LINKS // 10

local function seed(portal, runs)
  local lines = {}
  for id = 1, CONTACTS * runs do lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id) end
  for id = 900000001, 900001000 do
    lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(id)
  end
  portal:seed(table.concat(lines, "\n"))
end

return function()
  local portal <close> = require("tether").portal()
  seed(portal, 2 * measure.turns + 1)
  local counter = os.tmpname()
  local function command(what)
    return ("lua5.4 spec/bench/programs/jobs.lua %s %s %s %d %s"):format(what, portal.url, portal.token, LINKS, counter)
  end
  measure.run(command "associate") -- what is read and planned
  measure.compare { name = "(l) plan of what is there, at most 1.5", unit = "us", figure = measure.microseconds,
    ours = command "plan", references = { { name = "reading it", command = command "read" } } }
  local mine = measure.compare { name = "(l) apply, at most 1.25", unit = "us", figure = measure.microseconds,
    ours = command "apply", references = { { name = "hub:associate", command = command "associate" } } }
  local bytes = mine.more[1] / LINKS
  measure.row { name = "(l) the job's file, at most 40", ours = bytes, theirs = 40, unit = "bytes", ratio = bytes / 40 }
  measure.row { name = "(l) apply: memory, at most 48", ours = mine.peak, theirs = 48, unit = "MB",
    ratio = mine.peak / 48 }
  os.remove(counter)
end
