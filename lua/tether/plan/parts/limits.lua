--- Limits of the to side: how many records of the from side a record may have, in all or with a label. They are checked
-- when all changes are known, because changes come in the order of their from records. Nothing is read when no such
-- limit is set.
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local native = require "tether.native"
local reader = require "tether.batches.reader"
local types = require "tether.types"

local M = {}

local ASKED = 8000 -- records whose links are read at once
local PRIMARY_STAGE = 5 -- the stage in which primaries move and no link or label is added

-- Whether a type set has the limited type, found once for each set. `types_of(set)` answers its types; nil means any
-- link.
local function counted(limited, types_of)
  local key, known = limited and types.key(limited), { [0] = false }
  return function(set)
    if known[set] == nil then
      known[set] = key == nil
      for _, type in ipairs(key and types_of(set) or {}) do known[set] = known[set] or types.key(type) == key end
    end
    return known[set]
  end
end

-- The links that the batches of a pair add to each record of the to side, and remove from it.
local function changes_of(job, pair, has)
  local gains, losses = {}, {}
  for facts in jobs.batches(job) do
    if facts.pair == pair then
      local batch <close> = errors.check(job:load(facts))
      for row = 1, #batch do
        local _, to, before, after, result = batch:row(row)
        local had, gets, pending = has(before), has(after), result == "pending"
        if pending and gets and not had then gains[to] = (gains[to] or 0) + 1 end
        if pending and had and not gets then losses[to] = (losses[to] or 0) + 1 end
      end
    end
  end
  return gains, losses
end

-- Counts the links of each record that the limit counts.
local function count(hub, limited, ids, held)
  local asked = errors.check(native.links())
  for _, id in ipairs(ids) do errors.check(asked:add(id, 1, 0)) end
  local current, calls = reader.of_set(hub, { native = asked, from = limited.to, to = limited.from })
  local rows = current.native
  local has = counted(limited.limit.type and limited.limit.inverse, function(set) return rows:set(set) end)
  for row = 1, #rows do
    local id, _, set = rows:row(row)
    if not limited.limit.type or has(set) then held[id] = (held[id] or 0) + 1 end
  end
  rows:close()
  return calls
end

local function counts(hub, limited, gains)
  local held, ids, calls = {}, {}, 0
  for id in pairs(gains) do
    ids[#ids + 1] = id
    if #ids == ASKED then
      calls, ids = calls + count(hub, limited, ids, held), {}
    end
  end
  if #ids > 0 then calls = calls + count(hub, limited, ids, held) end
  return held, calls
end

-- The number of links beyond the limit that each record would have.
local function surplus_of(gains, losses, held, most)
  local surplus, any = {}, false
  for id, gained in pairs(gains) do
    local over = math.min(gained, (held[id] or 0) - (losses[id] or 0) + gained - most)
    if over > 0 then surplus[id], any = over, true end
  end
  return surplus, any
end

-- Blocks links in a batch. `barred` gets the links that are not made: barred[from][to].
local function block_in(job, facts, has, surplus, blocked, barred)
  local batch <close> = errors.check(job:load(facts))
  local any = false
  for row = #batch, 1, -1 do
    local from, to, before, after, result = batch:row(row)
    if not has(before) and has(after) and (surplus[to] or 0) > 0 and result == "pending" then
      local action = before == 0 and "link" or "relabel"
      surplus[to], blocked[action], any = surplus[to] - 1, (blocked[action] or 0) + 1, true
      if before == 0 then
        barred[from] = barred[from] or {}
        barred[from][to] = true
      end
      batch:block(row)
      errors.check(job:note(0, "blocked", from, to, "it would break a limit of the record that it goes to"))
    end
  end
  if any then errors.check(job:block(facts.id, batch)) end
end

-- A record whose new primary would be a blocked link keeps its old primary. Answers the number of such records.
local function keep_primaries(job, facts, barred)
  local batch <close> = errors.check(job:load(facts))
  local kept, moves = {}, 0
  for row = 1, #batch do
    local from, to, _, _, result = batch:row(row)
    if result == "pending" and barred[from] and barred[from][to] then kept[from], moves = true, moves + 1 end
  end
  for row = 1, moves > 0 and #batch or 0 do
    local from, _, _, _, result = batch:row(row)
    if result == "pending" and kept[from] then batch:block(row) end
  end
  if moves > 0 then errors.check(job:block(facts.id, batch)) end
  return moves
end

--- Blocks the changes of a pair that are beyond a limit of their to records.
-- @tparam table hub
-- @param job native, still planned
-- @tparam table limited id = the pair's number in the job, from =, to =, limit = { type = the limited type in this
--   direction, or nil for any link, inverse = the same type seen from the to side, max = records that a to record may
--   have }
-- @treturn table link, relabel: how many of each were blocked
-- @treturn integer calls made
-- @treturn integer primaries that do not move since a link is blocked
function M.block(hub, job, limited)
  local has, blocked = counted(limited.limit.type, function(set) return job:types(set) end), {}
  local gains, losses = changes_of(job, limited.id, has)
  if next(gains) == nil then return blocked, 0, 0 end
  local held, calls = counts(hub, limited, gains)
  local surplus, any = surplus_of(gains, losses, held, limited.limit.max)
  local barred, kept = {}, 0
  for facts in jobs.batches(job, true) do
    if any and facts.pair == limited.id and facts.stage ~= PRIMARY_STAGE then
      block_in(job, facts, has, surplus, blocked, barred)
    end
  end
  for facts in jobs.batches(job) do
    if next(barred) and facts.pair == limited.id and facts.stage == PRIMARY_STAGE then
      kept = kept + keep_primaries(job, facts, barred)
    end
  end
  return blocked, calls, kept
end

return M
