--- Waiting: the only file that waits for an answer. Outside a task it drives the session until the answer is there.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

-- Takes what has come; false stands for a request that nobody waits for any more.
local function take_all(session, settled)
  for ticket, answer, err in M.take, session do
    if settled[ticket] == false then
      settled[ticket] = nil
    else
      settled[ticket] = { answer, err }
    end
  end
end

--- Waits for a request that was submitted on a session.
-- @param session a native session
-- @tparam table settled answers that came for others: ticket -> { answer, err }; false: to be thrown away
-- @tparam integer ticket
-- @return the native answer; or nil and the error table
function M.wait(session, settled, ticket)
  while not settled[ticket] do
    errors.check(session:step(-1))
    take_all(session, settled)
  end
  local mine = settled[ticket]
  settled[ticket] = nil
  return mine[1], mine[2]
end

--- Waits until any of the requests in `open` is settled.
-- @param session a native session
-- @tparam table settled as for wait
-- @tparam table open ticket -> anything
-- @treturn integer the ticket, for which wait returns at once
function M.wait_any(session, settled, open)
  while true do
    for ticket in pairs(open) do
      if settled[ticket] then return ticket end
    end
    errors.check(session:step(-1))
    take_all(session, settled)
  end
end

--- Lets time pass; requests that are under way go on meanwhile.
-- @param session a native session
-- @tparam table settled as for wait
-- @tparam integer milliseconds
function M.pause(session, settled, milliseconds)
  local over = native.clock_ms() + milliseconds
  while native.clock_ms() < over do
    errors.check(session:step(over - native.clock_ms()))
    take_all(session, settled)
  end
end

--- Gives up requests that nobody will wait for; their answers would be kept else until the session is closed.
-- @param session a native session
-- @tparam table settled as for wait
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

--- The next settled answer of a session, as an iterator function.
function M.take(session)
  return session:take()
end

return M
