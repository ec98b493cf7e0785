-- A nightly job under cqueues: the companies of some contacts are looked up side by side, each within five seconds.
-- lua5.4 cqueues_job.lua ID …   (Debian: lua-cqueues)
local cqueues = require "cqueues"
local tether = require "tether"

tether.loop(require "tether.loops.cqueues")

local controller = cqueues.new()
controller:wrap(function() -- a coroutine of cqueues is a task
  local hub <close> = tether.connect()
  local ids = table.move(arg, 1, #arg, 1, {})
  local companies = tether.map(ids, function(id)
    return tether.within(5, function()
      local found = {}
      for link in hub:associations("contacts", id, "companies"):rows() do found[#found + 1] = link.to end
      table.sort(found)
      return table.concat(found, " ")
    end)
  end, { concurrency = 4 })
  for i, id in ipairs(ids) do print(id, companies[i]) end
end)
assert(controller:loop())
