--- How many records of the from side a record of the to side may have: looked at when all changes are known, for they
-- come in the order of their from records. Nothing is read where nobody has set such a limit.
local errors = require "tether.error"
local jobs = require "tether.plan.job"
local native = require "tether.native"
local reader = require "tether.batches.reader"

local M = {}

local ASKED = 8000 -- records whose links are read at once

-- What the batches of a pair add to each record of the to side, and take from it.
local function changes_of(job, pair)
  local gains, losses = {}, {}
  for facts in jobs.batches(job) do
    if facts.pair == pair then
      local batch <close> = errors.check(job:load(facts))
      for row = 1, #batch do
        local _, to, before, after = batch:row(row)
        if before == 0 and after ~= 0 then gains[to] = (gains[to] or 0) + 1 end
        if before ~= 0 and after == 0 then losses[to] = (losses[to] or 0) + 1 end
      end
    end
  end
  return gains, losses
end

-- How many links each record has.
local function count(hub, from, to, ids, held)
  local asked = errors.check(native.links())
  for _, id in ipairs(ids) do errors.check(asked:add(id, 1, 0)) end
  local current, calls = reader.of_set(hub, { native = asked, from = to, to = from })
  for row = 1, #current.native do
    local id = current.native:row(row)
    held[id] = (held[id] or 0) + 1
  end
  current.native:close()
  return calls
end

local function counts(hub, one, gains)
  local held, ids, calls = {}, {}, 0
  for id in pairs(gains) do
    ids[#ids + 1] = id
    if #ids == ASKED then
      calls, ids = calls + count(hub, one.from, one.to, ids, held), {}
    end
  end
  if #ids > 0 then calls = calls + count(hub, one.from, one.to, ids, held) end
  return held, calls
end

-- How many links too many each record would have.
local function surplus_of(gains, losses, held, most)
  local surplus, any = {}, false
  for id, gained in pairs(gains) do
    local over = math.min(gained, (held[id] or 0) - (losses[id] or 0) + gained - most)
    if over > 0 then surplus[id], any = over, true end
  end
  return surplus, any
end

local function block_in(job, facts, surplus)
  local batch <close> = errors.check(job:load(facts))
  local blocked = 0
  for row = #batch, 1, -1 do
    local from, to, before = batch:row(row)
    if before == 0 and (surplus[to] or 0) > 0 then
      surplus[to], blocked = surplus[to] - 1, blocked + 1
      batch:block(row)
      errors.check(job:note(0, "blocked", from, to, "it would break a limit of the record that it goes to"))
    end
  end
  if blocked > 0 then errors.check(job:block(facts.id, batch)) end
  return blocked
end

--- Blocks the new links of a pair that are beyond the limit of their to records.
-- @tparam table hub
-- @param job native, still planned
-- @tparam table one id = of the pair, from =, to =, most = how many records one may have
-- @treturn integer how many were blocked
-- @treturn integer calls made
function M.block(hub, job, one)
  local gains, losses = changes_of(job, one.id)
  if next(gains) == nil then return 0, 0 end
  local held, calls = counts(hub, one, gains)
  local surplus, any = surplus_of(gains, losses, held, one.most)
  local blocked = 0
  for facts in jobs.batches(job, true) do
    if any and facts.pair == one.id and facts.stage ~= 5 then blocked = blocked + block_in(job, facts, surplus) end
  end
  return blocked, calls
end

return M
