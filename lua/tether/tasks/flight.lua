--- Shares one question among tasks: the first task that asks sends it to the account, and the others wait for its
-- result.
local jobs = require "tether.tasks.job"
local scheduler = require "tether.tasks.scheduler"

local M = {}

local flights = setmetatable({}, { __mode = "k" }) -- owner -> key -> { waiters }

local function land(flight, results)
  flight.results = results
  for _, wake in ipairs(flight.waiters) do wake() end
end

-- Waits for the result of another task; nil when that task was cancelled before it had one.
local function await(flight, suspend)
  while not flight.results do
    jobs.suspended(suspend, function(wake) table.insert(flight.waiters, wake) end)
    jobs.check()
  end
  local results = flight.results
  if results[1] then return results end
  local problem = results[2]
  if type(problem) == "table" and problem.code == "CANCELLED" then return nil end
  error(problem, 0)
end

--- Runs a function, unless another task runs it already for the same owner and key: then this task gets that result.
-- @tparam table owner a hub; its entries vanish with it
-- @tparam string key names the question
-- @tparam function run -> result
-- @return its result
-- @raise what it raises
function M.share(owner, key, run)
  flights[owner] = flights[owner] or {}
  local mine = flights[owner]
  local suspend = mine[key] and scheduler.suspender()
  if suspend then
    local results = await(mine[key], suspend)
    if results then return results[2] end
    return M.share(owner, key, run)
  end
  local flight = { waiters = {} }
  mine[key] = flight
  local results = table.pack(pcall(run))
  if mine[key] == flight then mine[key] = nil end
  land(flight, results)
  if not results[1] then error(results[2], 0) end
  return results[2]
end

return M
