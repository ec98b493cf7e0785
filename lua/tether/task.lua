--- Waiting: the only file that waits for an answer. Outside a task it drives the session until the answer is there.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

--- Waits for a request that was submitted on a session.
-- @param session a native session
-- @tparam table settled answers that came for others: ticket -> { answer, err }
-- @tparam integer ticket
-- @return the native answer; or nil and the error table
function M.wait(session, settled, ticket)
  while not settled[ticket] do
    errors.check(session:step(-1))
    for other, answer, err in M.take, session do settled[other] = { answer, err } end
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
    for other, answer, err in M.take, session do settled[other] = { answer, err } end
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
    for ticket, answer, err in M.take, session do settled[ticket] = { answer, err } end
  end
end

--- The next settled answer of a session, as an iterator function.
function M.take(session)
  return session:take()
end

return M
