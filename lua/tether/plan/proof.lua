--- Proof of moves: an old link is removed only after the new link that replaces it was seen. So links are written,
-- proved, and then removed.
--
-- A job keeps which record replaces which, and for each pair of object types how: with "from" the link (old, x) needs
-- (new, x), with "to" (x, old) needs (x, new), with "each" (x, old) needs the link of x to its own new record.
local definitions = require "tether.names.definitions"
local errors = require "tether.error"
local mirror = require "tether.links.mirror"
local native = require "tether.native"
local outcome = require "tether.outcome"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local reader = require "tether.batches.reader"

local M = {}

local LINES = 10000 -- lines in a part of the map, because a fact of a job has a ceiling

--- Keeps the map of replaced records in a job.
-- @param job native, still planned
-- @param map native: from the old record, or with "each" from the record itself, to the new one
function M.keep_map(job, map)
  local part, lines = 0, {}
  for row = 1, #map do
    lines[#lines + 1] = ("%d %d"):format(map:row(row))
    if #lines == LINES or row == #map then
      part = part + 1
      errors.check(job:set(("proof %d"):format(part), table.concat(lines, "\n")))
      lines = {}
    end
  end
end

--- Keeps in a job that removals of a pair of object types are proved.
-- @tparam string by "from", "to" or "each"
function M.keep(job, from, to, by)
  errors.check(job:set(("proof of %d"):format(errors.check(job:pair(from, to))), by))
end

--- How the removals of a pair are proved; nil: they need no proof.
-- @treturn ?string
function M.of(job, pair)
  local by = errors.check(job:get(("proof of %d"):format(pair)))
  return by ~= "" and by or nil
end

-- The map of a job: old -> new. It is read once a run.
local function map_of(run)
  if run.proof_map then return run.proof_map end
  local map, part = {}, 1
  repeat
    local text = errors.check(run.job:get(("proof %d"):format(part)))
    for old, new in text:gmatch "(%d+) (%d+)" do map[math.tointeger(old)] = math.tointeger(new) end
    part = part + 1
  until text == ""
  run.proof_map = map
  return map
end

-- The link that must exist before another one is removed.
local function counterpart(by, map, from, to)
  if by == "to" then return from, map[to] end
  if by == "each" then return from, map[from] end
  return map[from], to
end

-- The same inside one object type, where the old record may be either end.
local function counterpart_inside(map, from, to)
  return map[from] or from, map[to] or to
end

-- The types that the counterpart must have: all but the primary, which is moved separately.
local function kept_types(job, set)
  local list = {}
  for _, type in ipairs(job:types(set)) do
    if not lookup.is_primary(type) then list[#list + 1] = type end
  end
  return list
end

local function required_of(self, by, map, batch, gone, rows)
  local set, indices = links.new(self.pair.from, self.pair.to), {}
  local one_type = mirror.is_one_type(self.pair.from, self.pair.to)
  for row = 1, #gone do
    local from, to, before = batch:row(rows:at(row))
    if not indices[before] then
      indices[before] = errors.check(set.native:reserve())
      errors.check(set.native:define(indices[before], kept_types(self.job, before)))
    end
    local new_from, new_to = counterpart(by, map, from, to)
    if one_type then new_from, new_to = counterpart_inside(map, from, to) end
    errors.check(set.native:add(new_from or from, new_to or to, indices[before]))
  end
  if one_type then
    mirror.fold(set.native, function(type) return definitions.inverse(self.hub, self.pair.from, type) end)
  end
  return set
end

-- Whether a link is between a moved record and its replacement; such a link has no counterpart.
local function is_self(set, row)
  local from, to = set.native:row(row)
  return from == to and mirror.is_one_type(set.from, set.to)
end

--- Keeps links whose counterpart does not exist, with the reason.
-- @tparam table run of the job; keeps its map
-- @tparam table self as in tether.plan.write
-- @param batch native, of the stage of removals
-- @tparam string by
-- @tparam links current what was read
function M.check(run, self, batch, by, current)
  local gone, rows = errors.check(batch:part(self.job, "gone", current.native, self.special.primaries))
  if #gone == 0 then return end
  local set = required_of(self, by, map_of(run), batch, gone, rows)
  local there = reader.of_set(self.hub, set)
  errors.check(there.native:compact())
  local result = outcome.new(set)
  errors.check(result.native:subtract_existing(set.native, there.native))
  for row = 1, result.pending > 0 and #set or 0 do
    if result:state(row) == "pending" and not is_self(set, row) then
      self.reasons[rows:at(row)] = ("it stays, for the link %d to %d that takes its place is not there"):format(
        set.native:row(row))
      batch:settle(rows, native.rows(row, 1), "rejected")
    end
  end
end

return M
