--- The cost of applying a job: calls, seconds at the account's rate, and its share of the day.
local bulk = require "tether.batches.bulk"
local native = require "tether.native"
local jobs = require "tether.plan.parts.job"
local proof = require "tether.plan.proof"

local M = {}

local UNLINK, PRIMARY = 3, 5 -- stages
local RATE = 10 -- calls a second while the account's limit is unknown: 100 in ten seconds is the lowest limit
-- A primary is read, written, read back, and looked for in the records that had it.
local PRIMARY_READS = 4
local PROVED_READS = 2 -- the link that is removed is read, and the link in its place

local function ceiling(hub, operation)
  return hub.ceilings[operation] or native.operation(operation, hub.version).ceiling
end

local function parts(rows, size)
  return (rows + size - 1) // size
end

local function removals(hub, facts)
  if facts.removes == 0 then return 0 end
  if facts.stage == UNLINK then return bulk.removals(hub, facts.records, facts.removes) end
  return parts(facts.removes, ceiling(hub, "batch_labels_archive"))
end

--- The calls for the batches of a job that are not settled.
-- @treturn integer writes
-- @treturn integer reads
function M.calls(hub, job)
  local writes, reads = 0, 1 -- reads: the account is asked for its id
  for facts in jobs.batches(job) do
    if facts.state ~= "settled" then
      writes = writes + parts(facts.adds, ceiling(hub, "batch_create")) + removals(hub, facts)
      local times = facts.stage == PRIMARY and PRIMARY_READS or
        facts.stage == UNLINK and proof.of(job, facts.pair) and PROVED_READS or 1
      reads = reads + parts(facts.records, ceiling(hub, "batch_read")) * times
    end
  end
  return writes, reads
end

--- How long so many calls take, and which part of the account's day they are.
-- @treturn number seconds
-- @treturn ?number share, from 0 to 1 and more; nil: the account has told no daily limit
function M.time(hub, calls)
  local quota = hub:stats().quota or {}
  local most, window = quota.window_most, quota.window_ms
  local rate = most and window and most > 0 and window > 0 and most * 1000 / window or RATE
  local daily = quota.daily
  return calls / rate, daily and daily > 0 and calls / daily or nil
end

return M
