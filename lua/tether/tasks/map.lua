--- Calls a function for many items, several calls at a time.
local check = require "tether.check"
local jobs = require "tether.tasks.job"

local WIDTH = 8 -- calls at a time, as many as a hub has requests in flight

-- Starts a job for each item, `width` jobs at a time. One task asks for the items.
local function spread(list, fn, width, results)
  local active, wake = 0, nil
  for item in check.each(list) do
    results.n = results.n + 1
    local place = results.n
    active = active + 1
    jobs.start(function()
      local ok, result = pcall(fn, item, place)
      active = active - 1
      if wake then wake() end
      if not ok then error(result, 0) end
      results[place] = result
    end)
    while active >= width do
      jobs.suspended(jobs.suspender(), function(ring) wake = ring end)
      wake = nil
      jobs.check()
    end
  end
end

--- Calls a function for each item, several at a time.
-- @tparam table|function list an array, or an iterator function
-- @tparam function fn fn(item, place) -> result
-- @tparam[opt] table options concurrency (8)
-- @treturn table results in the order of the items; n = the number of items
-- @raise the error that a call raised first, after the other calls are cancelled; BAD_ARGUMENT, OPTION_UNKNOWN,
--   WOULD_BLOCK
return function(list, fn, options)
  if type(list) ~= "function" then check.type("map: the list", list, "table") end
  check.type("map: the function", fn, "function")
  local width = check.options("map", options, { concurrency = "integer" }).concurrency or WIDTH
  check.count("map.concurrency", width, 1)
  jobs.suspender()
  local results = { n = 0 }
  jobs.start_heard(spread, list, fn, width, results):wait()
  return results
end
