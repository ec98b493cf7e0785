--- Writes the primaries of a batch by verbs that are right however an account treats a second primary (wire.md, open
-- question 5). The old primary of a record is removed only when the new one is there.
local errors = require "tether.error"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local reader = require "tether.batches.reader"

local M = {}

local function part(self, batch, name, current)
  local core, rows = errors.check(batch:part(self.job, name, current.native, self.special.primaries))
  return links.wrap(self.pair.from, self.pair.to, { native = core }), rows
end

local function every(set)
  local places = {}
  for i = 1, #set do places[i] = i end
  return places
end

local function one_row(i)
  return native.rows(i, 1)
end

-- Whether the change at a row makes a primary.
local function gains_of(self, batch)
  local known = {}
  return function(row)
    local from, to, _, after, result = batch:row(row)
    if known[after] == nil then
      known[after] = false
      for _, type in ipairs(self.job:types(after)) do known[after] = known[after] or lookup.is_primary(type) end
    end
    return known[after], from, to, result
  end
end

local has_come = { done = true, already = true }

-- The changes of each record in a batch: record -> { losers = { [to] = true } or nil, gainers = { [to] = true }, gains
-- = the number of gainers, result = of its new primary or nil }. Of several new primaries one that has come is enough.
local function records_of(self, batch)
  local gains, found = gains_of(self, batch), {}
  for row = 1, #batch do
    local is_gain, from, to, result = gains(row)
    found[from] = found[from] or { gainers = {}, gains = 0 }
    local changes = found[from]
    if is_gain then
      changes.result = has_come[changes.result] and changes.result or result
      changes.gainers[to], changes.gains = true, changes.gains + 1
    else
      changes.losers = changes.losers or {}
      changes.losers[to] = true
    end
  end
  return found
end

-- Settles losses of records whose primary was moved since the plan to a link that the plan does not name; that primary
-- stays.
local function settle_moved(self, batch, set, rows, current)
  local records, moved = records_of(self, batch), {}
  for link in current:rows() do
    local changes = link.primary and records[link.from]
    local is_planned = changes and (not changes.losers or changes.losers[link.to] or changes.gainers[link.to])
    if changes and not is_planned then moved[link.from] = link.to end
  end
  local row = 0
  for link in set:rows() do
    row = row + 1
    local holder = moved[link.from]
    if holder and holder ~= link.to then
      self.reasons[rows:at(row)] = ("%d has become the primary since the plan"):format(holder)
      batch:settle(rows, one_row(row), "drifted")
    end
  end
end

local as_result = { removed = "done", linked = "done", unchanged = "done", rejected = "rejected", unknown = "unknown" }

-- Settles rows of a part by the outcome or the error of a verb.
local function settle_by(self, batch, rows, places, fine, result)
  if not fine then
    if not (errors.is(result) and result.outcome) then error(result, 0) end
    self.stopped, result = result, result.outcome
  end
  for i, place in ipairs(places) do
    local as = as_result[result:state(i)]
    local reason = as ~= "done" and result.native:reason(i)
    if reason then self.reasons[rows:at(place)] = ("%s: %s"):format(reason.code, reason.message) end
    if as then batch:settle(rows, one_row(place), as) end
  end
end

-- Records whose new primary was not set keep the old one; losses that the account has made by itself are done.
local function settle_lost(self, batch, set, rows)
  local records = records_of(self, batch)
  local current = reader.of_set(self.hub, set)
  errors.check(current.native:compact())
  local held = {}
  for link in current:rows() do held[("%d %d"):format(link.from, link.to)] = link.primary end
  local left, left_rows, row = links.new(set.from, set.to), {}, 0
  for link in set:rows() do
    row = row + 1
    local result = records[link.from].result
    if not held[("%d %d"):format(link.from, link.to)] then
      batch:settle(rows, one_row(row), "done")
    elseif result == nil or has_come[result] then
      left:add(link.from, link.to)
      left_rows[#left_rows + 1] = row
    else
      self.reasons[rows:at(row)] = "the new primary of this record has not come"
      batch:settle(rows, one_row(row), result == "pending" and "unknown" or result)
    end
  end
  return left, left_rows
end

-- Some accounts let a record have several primaries (wire.md, open question 5); these are set again one beside the
-- other.
local function add_several(self, batch, set, rows)
  local records, several, kept = records_of(self, batch), links.new(set.from, set.to), {}
  local row = 0
  for link in set:rows() do
    row = row + 1
    if records[link.from].gains > 1 then
      several:add(link.from, link.to, self.special.primaries[1])
      kept[#kept + 1] = row
    end
  end
  if #several == 0 then return end
  settle_by(self, batch, rows, kept, pcall(self.hub.associate, self.hub, several))
end

--- Sends the changes of a batch of primaries.
-- @tparam table self as in tether.plan.write
-- @param batch native
-- @tparam links current what was read
function M.send(self, batch, current)
  local gains, gained_rows = part(self, batch, "gained", current)
  local losses, lost_rows = part(self, batch, "lost", current)
  settle_moved(self, batch, gains, gained_rows, current)
  gains, gained_rows = part(self, batch, "gained", current)
  add_several(self, batch, gains, gained_rows)
  if self.stopped then return end
  gains, gained_rows = part(self, batch, "gained", current)
  if #gains > 0 then
    settle_by(self, batch, gained_rows, every(gains), pcall(self.hub.primary.set, self.hub.primary, gains))
  end
  if #losses == 0 or self.stopped then return end
  local left, places = settle_lost(self, batch, losses, lost_rows)
  if #left == 0 then return end
  settle_by(self, batch, lost_rows, places, pcall(self.hub.primary.clear, self.hub.primary, left))
end

return M
