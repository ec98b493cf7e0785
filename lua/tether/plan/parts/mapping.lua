--- Replaces the temporary ids of records and labels that a job makes by the ids that they get, before its batches are
-- written.
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"

local M = {}

--- The first id of a record that is still to be made: beyond those of accounts, which may have more than 53 bits.
M.FIRST_RECORD = 9223372036000000000

--- The text for a record: "new-1" while it is still to be made, else its id.
function M.shown(id)
  return id >= M.FIRST_RECORD and ("new-%d"):format(id - M.FIRST_RECORD + 1) or id
end

-- The ids that steps have produced: old id -> new id.
local function read(next_step)
  local map = { records = {}, labels = {}, any = false }
  for step in next_step do
    local id, inverse = step.result:match "^(%d+)%s*(%d*)$"
    if step.action == "create" and id then
      map.records[step.type .. " " .. step.id], map.any = math.tointeger(tonumber(id)), true
    elseif step.action == "label" and id then
      map.labels[step.id], map.any = math.tointeger(tonumber(id)), true
      if step.inverse_id and inverse ~= "" then map.labels[step.inverse_id] = math.tointeger(tonumber(inverse)) end
    end
  end
  return map
end

local function mapped_set(job, map, memo, index)
  if index == 0 then return 0 end
  if memo[index] then return memo[index] end
  local list = {}
  for i, type in ipairs(job:types(index)) do
    list[i] = { category = type.category, id = type.category == "USER_DEFINED" and map.labels[type.id] or type.id }
  end
  memo[index] = errors.check(job:intern(list))
  return memo[index]
end

local function rewrite(job, map, memo, pair, facts)
  local batch <close> = errors.check(job:load(facts))
  local list, changed = {}, false
  for row = 1, #batch do
    local from, to, before, after = batch:row(row)
    local mapped = { map.records[pair.from .. " " .. from] or from, map.records[pair.to .. " " .. to] or to,
      mapped_set(job, map, memo, before), mapped_set(job, map, memo, after) }
    changed = changed or mapped[1] ~= from or mapped[2] ~= to or mapped[3] ~= before or mapped[4] ~= after
    table.move(mapped, 1, 4, #list + 1, list)
  end
  if changed then errors.check(job:rewrite(facts.id, nil, list)) end
end

--- Writes the new ids into all batches of a job, in one transaction.
-- @param job native
-- @tparam function next_step iterates over the steps of phase 1
function M.write(job, next_step)
  if errors.check(job:get "mapped") ~= "" then return end
  local map, memo, pairs_of = read(next_step), {}, jobs.pairs(job)
  if not map.any then return end
  errors.check(job:begin())
  for facts in jobs.batches(job) do
    if facts.state == "planned" then rewrite(job, map, memo, pairs_of[facts.pair], facts) end
  end
  errors.check(job:set("mapped", "1"))
  errors.check(job:commit())
end

return M
