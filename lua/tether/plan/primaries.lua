--- Primaries of a batch: by the verbs that are right whatever an account does with a second primary (wire.md, open
-- question 5). The old primary of a record goes only where the new one has come.
local errors = require "tether.error"
local links = require "tether.links"
local native = require "tether.native"
local reader = require "tether.batches.reader"

local M = {}

local function part(self, batch, name, current)
  local core, rows = errors.check(batch:part(self.job, name, current.native, self.special.primaries))
  return links.wrap(self.pair.from, self.pair.to, { native = core }), rows
end

local function one(i)
  return native.rows(i, 1)
end

-- Calls a verb, and settles the rows by what it says. What refuses all is kept in `self.stopped`.
local function through(self, batch, set, rows, verb)
  if #set == 0 or self.stopped then return end
  local fine, result = pcall(verb, set)
  if not fine then
    if not (errors.is(result) and result.outcome) then error(result, 0) end
    self.stopped, result = result, result.outcome
  end
  local every = native.rows(1, #set)
  for row, problem in result:failed_rows() do
    self.reasons[rows:at(row)] = ("%s: %s"):format(problem.code, problem.message)
  end
  for state, as in pairs { linked = "done", unchanged = "done", rejected = "rejected", unknown = "unknown" } do
    batch:settle(rows, result.native:select(every, state), as)
  end
end

-- What became of the records that were to get another primary: record -> result.
local function results_of(batch, set, rows)
  local found, row = {}, 0
  for link in set:rows() do
    row = row + 1
    found[link.from] = select(5, batch:row(rows:at(row)))
  end
  return found
end

-- Records whose new primary has not come keep the old one; what the account has moved by itself is done.
local function settle_lost(self, batch, set, rows, gained)
  local current = reader.of_set(self.hub, set)
  errors.check(current.native:compact())
  local held = {}
  for link in current:rows() do held[("%d %d"):format(link.from, link.to)] = link.primary end
  local left, left_rows, row = links.new(set.from, set.to), {}, 0
  for link in set:rows() do
    row = row + 1
    local result = gained[link.from]
    if not held[("%d %d"):format(link.from, link.to)] then
      batch:settle(rows, one(row), "done")
    elseif result == nil or result == "done" then
      left:add(link.from, link.to)
      left_rows[#left_rows + 1] = row
    else
      self.reasons[rows:at(row)] = "the new primary of this record has not come"
      batch:settle(rows, one(row), result == "rejected" and "rejected" or "unknown")
    end
  end
  return left, left_rows
end

--- Sends the changes of a batch of primaries.
-- @tparam table self as in tether.plan.write
-- @param batch native
-- @tparam links current what was read
function M.send(self, batch, current)
  local gains, gained_rows = part(self, batch, "gained", current)
  local losses, lost_rows = part(self, batch, "lost", current)
  through(self, batch, gains, gained_rows, function(set) return self.hub.primary:set(set) end)
  if #losses == 0 or self.stopped then return end
  local left, places = settle_lost(self, batch, losses, lost_rows, results_of(batch, gains, gained_rows))
  if #left == 0 then return end
  local fine, result = pcall(self.hub.primary.clear, self.hub.primary, left)
  if not fine then
    if not (errors.is(result) and result.outcome) then error(result, 0) end
    self.stopped, result = result, result.outcome
  end
  for i, place in ipairs(places) do
    local state = result:state(i)
    local as = (state == "removed" or state == "linked" or state == "unchanged") and "done" or
      state ~= "pending" and state or nil
    if as then batch:settle(lost_rows, one(place), as) end
  end
end

return M
