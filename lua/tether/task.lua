--- Waiting: the only file that waits for an answer. A task is suspended; outside tasks the session is driven until the
-- answer has come.
local errors = require "tether.error"
local jobs = require "tether.tasks.job"
local native = require "tether.native"
local pump = require "tether.tasks.pump"
local scheduler = require "tether.tasks.scheduler"

local M = {}

-- Suspends the task until one of the tickets is settled or the time is over. A cancelled task gives up its requests:
-- the session settles them as CANCELLED, and tells whether the account may have applied them.
local function suspend_for(suspend, session, settled, tickets, ms)
  local me, stop = scheduler.running(), nil
  local mine = pump.of(session, settled)
  if me then me.note = me.note or session.host.note end
  local ok, problem = pcall(pump.await, mine, tickets, suspend, function(wake)
    if me then me.interrupt = wake end
    stop = ms and scheduler.after(ms, wake)
  end)
  if stop then stop() end
  if me then me.interrupt = nil end
  if not ok then error(problem, 0) end
  if not me or not me.cancelled then return end
  for ticket in pairs(tickets) do
    if not settled[ticket] then session:cancel(ticket) end
  end
  pump.take_all(session, settled)
end

local function settled_one(settled, tickets)
  for ticket in pairs(tickets) do
    if settled[ticket] then return ticket end
  end
end

--- Checks whether the running code may wait, before anything is sent.
-- @raise WOULD_BLOCK, CANCELLED
function M.check()
  scheduler.suspender()
  jobs.check()
end

--- Waits until any of the requests in `open` is settled.
-- @param session
-- @tparam table settled answers that other code waits for: ticket -> { answer, err }; false: the answer is discarded
-- @tparam table open ticket -> anything
-- @treturn integer the ticket, for which wait returns at once
function M.wait_any(session, settled, open)
  local ticket = settled_one(settled, open)
  local suspend = not ticket and scheduler.suspender()
  while not ticket do
    if suspend then
      suspend_for(suspend, session, settled, open)
    else
      errors.check(scheduler.block(session.step, session, -1))
      pump.take_all(session, settled)
    end
    ticket = settled_one(settled, open)
  end
  return ticket
end

--- Gives up requests that no code will wait for; their answers would else be kept until the session is closed.
-- @param session
-- @tparam table settled as for wait_any
-- @tparam table open ticket -> anything; left empty
function M.abandon(session, settled, open)
  for ticket in pairs(open) do
    open[ticket] = nil
    if settled[ticket] then
      settled[ticket] = nil
    elseif not session.closed then
      settled[ticket] = false
      session:cancel(ticket)
    end
  end
end

--- Waits for a request that was submitted on a session.
-- @param session
-- @tparam table settled as for wait_any
-- @tparam integer ticket
-- @return the native answer; or nil and the error table
function M.wait(session, settled, ticket)
  local open = { [ticket] = true }
  local ok, problem = pcall(M.wait_any, session, settled, open)
  if not ok then
    M.abandon(session, settled, open)
    error(problem, 0)
  end
  local mine = settled[ticket]
  settled[ticket] = nil
  return mine[1], mine[2]
end

--- Waits for a time; requests under way go on meanwhile.
-- @param session
-- @tparam table settled as for wait_any
-- @tparam integer milliseconds
function M.pause(session, settled, milliseconds)
  local over = native.clock_ms() + milliseconds
  local suspend = scheduler.suspender()
  while native.clock_ms() < over do
    if suspend then
      suspend_for(suspend, session, settled, {}, over - native.clock_ms())
      jobs.check()
    else
      errors.check(scheduler.block(session.step, session, over - native.clock_ms()))
      pump.take_all(session, settled)
    end
  end
end

local LARGE = 100000 -- rows whose handling in C takes some milliseconds

--- Lets other tasks run between two steps of work on a large set, because each step is one call of C that cannot be
-- interrupted. Outside tasks it does nothing.
-- @tparam integer rows of the set
-- @raise CANCELLED
function M.breathe(rows)
  if rows < LARGE or not scheduler.running() then return end
  jobs.suspended(scheduler.suspender(), scheduler.soon)
  jobs.check()
end

return M
