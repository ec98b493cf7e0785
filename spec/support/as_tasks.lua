-- A helper of busted: each test runs as a task, so that every verb in it is suspended instead of blocking. A wait where
-- a yield is impossible fails its test; at the end the suspensions are told.
local busted = require "busted"
local scheduler = require "tether.tasks.scheduler"
local tether = require "tether"

local suspensions, blocked, tests = 0, 0, 0

local suspender = scheduler.suspender
function scheduler.suspender()
  local suspend = suspender()
  if not suspend then
    if scheduler.is_driving() then blocked = blocked + 1 end -- in a coroutine of the test's own, inside its task
    return nil
  end
  return function()
    suspensions = suspensions + 1
    return suspend()
  end
end

-- These make tasks of their own, or look at what happens outside of one.
local apart = {}
for _, name in ipairs { "tasks", "tasks_among", "fork", "hosts/hosts" } do
  apart[("spec/%s_spec.lua"):format(name)] = true
end

busted.subscribe({ "test", "start" }, function(element)
  local run = element.run
  if apart[element.trace.short_src] then return nil, true end
  element.run = function(...)
    tests = tests + 1
    tether.run(run, ...)
  end
  return nil, true
end)

busted.subscribe({ "suite", "end" }, function()
  print(("as tasks: %d tests, %d suspensions, %d waits in coroutines of their own"):format(tests, suspensions, blocked))
  return nil, true
end)
