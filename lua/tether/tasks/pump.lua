--- The pump of a session: advances it when its descriptor is readable, and wakes tasks whose requests are settled.
--
-- It watches the descriptor only while a task waits, so that a loop without work can end.
local errors = require "tether.error"
local scheduler = require "tether.tasks.scheduler"

local M = {}

local STEPS = 4 -- of one session in a turn of the loop, so that others get their turn

local pumps = setmetatable({}, { __mode = "k" }) -- session -> pump

--- Takes the answers that have come; `settled[ticket] == false` marks a request that nobody waits for any more.
-- @param session
-- @tparam table settled ticket -> { answer, err }
function M.take_all(session, settled)
  local pump = pumps[session]
  for ticket, answer, err in function() return session:take() end do
    if settled[ticket] == false then
      settled[ticket] = nil
    else
      settled[ticket] = { answer, err }
      local wake = pump and pump.waiting[ticket]
      if wake then wake() end
    end
  end
end

local function wake_all(pump, problem)
  pump.problem = problem
  for _, wake in pairs(pump.waiting) do wake() end
  for wake in pairs(pump.sleepers) do wake() end
end

local function advance(pump, wait_ms)
  local ok, problem = pcall(function()
    errors.check(pump.session:step(wait_ms))
    M.take_all(pump.session, pump.settled)
  end)
  if not ok then wake_all(pump, problem) end
  return ok
end

local function on_readable(pump)
  for _ = 1, STEPS do
    if not advance(pump, 0) or pump.session.closed or pump.session:timeout() ~= 0 then return end
  end
end

local function rest(pump)
  if pump.stop then pump.stop() end
  pump.stop = nil
end

-- Stops watching at the next turn, if no task waits by then. Most tasks that get an answer send their next request at
-- once.
local function rest_soon(pump)
  if not scheduler.loop() then return rest(pump) end
  if pump.resting then return end
  pump.resting = true
  scheduler.soon(function()
    pump.resting = nil
    if pump.count == 0 then rest(pump) end
  end)
end

local function watch(pump)
  if pump.stop then return end
  pump.problem = nil
  local loop = scheduler.loop()
  if loop then
    pump.stop = loop.watch(pump.session:fd(), function()
      if pump.stop then on_readable(pump) end
    end)
  else
    local source = { fd = function() return pump.session:fd() end,
      advance = function(wait_ms) advance(pump, wait_ms) end }
    scheduler.source(source, true)
    pump.stop = function() scheduler.source(source, false) end
  end
end

--- The pump of a session, made at its first use.
-- @param session
-- @tparam table settled holds the answers that other tasks wait for
function M.of(session, settled)
  local pump = pumps[session]
  if not pump then
    pump = { session = session, settled = settled, waiting = {}, sleepers = {}, count = 0 }
    pumps[session] = pump
    session:takes_all()
  end
  return pump
end

--- Waits until one of some tickets is settled, or another event wakes the task.
-- @tparam table pump
-- @tparam table tickets ticket -> anything
-- @tparam function suspend
-- @tparam[opt] function arm called with `wake`, so that other code can wake the task as well
-- @raise the error that made the session unusable
function M.await(pump, tickets, suspend, arm)
  local wait, wake = suspend()
  for ticket in pairs(tickets) do pump.waiting[ticket] = wake end
  pump.sleepers[wake] = true
  pump.count = pump.count + 1
  local ok, problem = pcall(function()
    watch(pump)
    if arm then arm(wake) end
    wait()
  end)
  for ticket in pairs(tickets) do
    if pump.waiting[ticket] == wake then pump.waiting[ticket] = nil end
  end
  pump.sleepers[wake] = nil
  pump.count = pump.count - 1
  if pump.count == 0 then rest_soon(pump) end
  if not ok then error(problem, 0) end
  if pump.problem then error(pump.problem, 0) end
end

--- Tells all waiting tasks that the session is closed, and ends the watch before the descriptor is closed.
function M.close(session)
  local pump = pumps[session]
  if not pump then return end
  rest(pump)
  pumps[session] = nil
  wake_all(pump, errors.new("CLOSED", "this hub was closed while its answer was waited for"))
end

return M
