--- The surplus types of a relabelled link: decides when they may be removed, and makes sure that they are gone.
local bulk = require "tether.batches.bulk"
local errors = require "tether.error"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local outcome = require "tether.outcome"
local reader = require "tether.batches.reader"
local task = require "tether.task"

local M = {}

--- Surplus types are removed only where the missing types were written, because else a link could be left with neither.
-- @tparam outcome result of the missing types
-- @param surplus_rows the rows of it that have surplus types
-- @tparam outcome removal of the surplus types, a row for each of these rows; rows that stay are settled
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

--- Removes surplus types that stale reads have hidden: reads again until exactly the wanted types are seen. A read that
-- shows a write shows all writes before it.
-- @tparam table hub
-- @tparam links wanted with types of the account
-- @param followers native rows that do not stand for their pairs
-- @tparam number seconds
function M.remove(hub, wanted, followers, seconds)
  local over, wait = native.clock_ms() + seconds * 1000, 100
  while true do
    local seen, surplus = outcome.new(wanted), links.new(wanted.from, wanted.to)
    local read, current = errors.try(reader.of_set, hub, wanted)
    if not read then return end -- reading back, which follows, reports the problem
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
