--- What a relabelled link has too much: when it may go, and that it is gone.
local bulk = require "tether.batches.bulk"
local errors = require "tether.error"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local outcome = require "tether.outcome"
local reader = require "tether.batches.reader"
local task = require "tether.task"

local M = {}

--- What is too much goes only where what was missing has come: else a link would be left with neither.
-- @tparam outcome result of what was missing
-- @param surplus_rows the rows of it that have too much
-- @tparam outcome removal of the surplus, one for each of these rows; those that stay are settled
-- @return native rows of the surplus
function M.removable(result, surplus_rows, removal)
  local all = native.rows(1, #removal)
  if result.rejected + result.unknown == 0 then return all end
  for i = 1, #surplus_rows do
    local state = result.native:state(surplus_rows:at(i))
    if state == "rejected" or state == "unknown" then
      errors.check(removal.native:settle(native.rows(i, 1), state, { code = "NOT_CONFIRMED" }))
    end
  end
  return removal.native:select(all, "pending")
end

--- Reads can be stale: what is too much is looked for until exactly what was asked for is seen. A read that shows a
-- write shows all that came before it.
-- @tparam table hub
-- @tparam links wanted with types of the account
-- @param followers native rows: those that do not stand for their pairs
-- @tparam number seconds
function M.remove(hub, wanted, followers, seconds)
  local over, wait = native.clock_ms() + seconds * 1000, 100
  while true do
    local seen, surplus = outcome.new(wanted), links.new(wanted.from, wanted.to)
    local read, current = errors.try(reader.of_set, hub, wanted)
    if not read then return end -- the reading back that follows tells it
    errors.check(seen.native:settle(followers, "unchanged"))
    local missing = errors.check(seen.native:relabel(wanted.native, current.native,
      lookup.kept(hub, wanted.from, wanted.to), surplus.native))
    bulk.run(hub, "batch_labels_archive", outcome.new(surplus), native.rows(1, #surplus))
    if #missing + #surplus == 0 or native.clock_ms() + wait > over then return end
    task.pause(hub.session, hub.settled, wait)
    wait = wait * 2
  end
end

return M
