-- Runs a workflow twice in a process of its own, dry and applied:
--     lua5.4 spec/support/workflow_child.lua URL SCRIPT
-- SCRIPT is Lua that answers a plan of `w` (tether.workflows) and `hub`, or a table with `size`: how much there was to
-- do, where the workflow did it by itself. Prints the plans, the calls that each part
-- made, by their names, and the peak of memory.
local json = require "cjson"
local tether = require "tether"

local url, script = arg[1], arg[2]
local hub = tether.connect { url = url } -- $HUBSPOT_TOKEN

local made = {}
hub:on("request", function(event) made[event.operation] = (made[event.operation] or 0) + 1 end)

local function counted()
  local now = made
  made = {}
  return now
end

local function plan()
  return assert(load(script, "script", "t", setmetatable({ w = tether.workflows, hub = hub }, { __index = _G })))()
end

local function told(result)
  return { link = result.link, relabel = result.relabel, unlink = result.unlink, primary = result.primary,
    left = result.left, right = result.right, reads = result.reads, orphans = result.orphans, records = result.records,
    size = result.size or #result, calls = counted() }
end

local first = plan()
local result = { plan = told(first) }
if first.apply then
  local report <close> = first:apply()
  result.applied = { done = report.done, fine = report:fine(), calls = counted(), text = tostring(report) }
  first:close()
end
local second = plan()
result.again = told(second)
for line in io.lines "/proc/self/status" do result.peak = result.peak or tonumber(line:match "VmHWM:%s*(%d+)") end
print(json.encode(result))
