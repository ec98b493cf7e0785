--- Reads back what was written; reads may be stale.
local check = require "tether.check"
local errors = require "tether.error"
local native = require "tether.native"
local reader = require "tether.batches.reader"
local task = require "tether.task"

local M = {}

local PATIENCE, FIRST_WAIT = 10, 0.2 -- seconds

--- The seconds that a `verify` option asks for: true, a number, or nothing.
function M.patience(verb, value)
  if not value then return nil end
  if value == true then return PATIENCE end
  if type(value) ~= "number" or value <= 0 then
    check.refuse(verb .. ".verify", "true or a number of seconds", value)
  end
  return value
end

local MOST_MERGED = 100 -- records that are looked at singly

local function survivor(hub, object_type, id)
  local ok, found = errors.try(hub.get, hub, object_type, id)
  return ok and found.id or id
end

--- Settles unconfirmed rows whose record was merged into another. An old id still gives the survivor (wire.md, 3.5), so
-- such rows are settled by the survivor's links, and listed in `result.merged`: old id -> new id.
-- @tparam table hub
-- @tparam outcome result
-- @tparam links written with types of the account
function M.find_merged(hub, result, written)
  local row, looked = 0, 0
  while looked < MOST_MERGED do
    row = result.native:next("unknown", row)
    if not row then return end
    if result.native:reason(row).code == "NOT_CONFIRMED" then
      looked = looked + 1
      local from, to = written.native:row(row)
      local new_from, new_to = survivor(hub, written.from, from), survivor(hub, written.to, to)
      if new_from ~= from or new_to ~= to then
        result.merged = result.merged or {}
        result.merged[from] = new_from ~= from and new_from or nil
        result.merged[to] = new_to ~= to and new_to or nil
        local read, held = errors.try(hub.associations, hub, written.from, new_from, written.to)
        if read and held:find(new_to) then
          errors.check(result.native:settle(native.rows(row, 1), "linked"))
        end
      end
    end
  end
end

--- Marks rows as unknown that cannot be read back, whatever the answer to the write was.
-- @tparam outcome result
-- @param problem the reason; errors of other code are raised
function M.unread(result, problem)
  if not errors.is(problem) then error(problem, 0) end
  local all = native.rows(1, #result)
  errors.check(result.native:settle(result.native:select(all, "linked"), "unknown", problem))
end

-- The links that a read shall show. On the to side a merged record stands under its new id; on the from side under the
-- id that was asked for.
-- old id of the from side comes back under that.
local function expected(result, written)
  if not result.merged then return written.native end
  local set = written.native:like()
  for row = 1, #written do
    local from, to, types = written.native:row(row)
    errors.check(set:add(from, result.merged[to] or to, types))
  end
  return set
end

--- Settles an outcome by the account's links, reading again until all are seen or the time is over.
-- @tparam table hub
-- @tparam outcome result its linked and unknown rows are looked at
-- @tparam links written with types of the account
-- @tparam string wish "there", "gone" (no link), or "without" (none of the types)
-- @tparam ?number seconds nil: do nothing
function M.run(hub, result, written, wish, seconds)
  if not seconds or result.linked + result.unknown == 0 then return end
  local over, wait = native.clock_ms() + seconds * 1000, FIRST_WAIT
  local wanted = expected(result, written)
  while true do
    local read, current = errors.try(reader.of_set, hub, written)
    if not read then return M.unread(result, current) end
    local open = errors.check(result.native:verify(wanted, current.native, wish))
    if open == 0 or native.clock_ms() + wait * 1000 > over then return end
    task.pause(hub.session, hub.settled, math.floor(wait * 1000))
    wait = wait * 2
  end
end

return M
