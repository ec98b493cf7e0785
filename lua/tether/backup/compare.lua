--- Compares two streams of links, both ascending, piece by piece: memory is that of a piece of each.
local errors = require "tether.error"
local links = require "tether.sets.set"
local meaning = require "tether.links.meaning"

local M = {}

local Cursor = {}
Cursor.__index = Cursor

-- The place in a stream: the rows of `set` from `at` on are still to come.
local function cursor(next_set)
  local self = setmetatable({ next_set = next_set, set = next_set(), at = 1 }, Cursor)
  return self
end

local function is_after(from, to, last_from, last_to)
  return from > last_from or (from == last_from and to > last_to)
end

-- The number of coming rows that stand no further than a pair.
function Cursor:rows_until(last_from, last_to)
  local low, high = self.at - 1, #self.set
  while low < high do
    local middle = (low + high + 1) // 2
    local from, to = self.set.native:row(middle)
    if is_after(from, to, last_from, last_to) then high = middle - 1 else low = middle end
  end
  return low - self.at + 1
end

-- The next rows as a set of their own; false: none.
function Cursor:take(rows)
  if rows == 0 then return false end
  self.part = self.set:slice(self.at, self.at + rows - 1)
  self.at = self.at + rows
  return self.part
end

-- The number of rows of the present set that are still to come.
function Cursor:rest()
  return self.set and #self.set - self.at + 1 or 0
end

-- Frees the rows that were taken, and goes to the next set after the last row.
function Cursor:go_on()
  if self.part then self.part:close() end
  self.part = nil
  if not self.set or self.at <= #self.set then return end
  self.set:close()
  self.set, self.at = self.next_set(), 1
end

-- The numbers of rows of both streams that belong to the same stretch.
local function stretch(left, right)
  if not left.set or not right.set then return left:rest(), right:rest() end
  local from, to = left.set.native:row(#left.set)
  local other_from, other_to = right.set.native:row(#right.set)
  if is_after(from, to, other_from, other_to) then from, to = other_from, other_to end
  return left:rows_until(from, to), right:rows_until(from, to)
end

--- Iterates over what two streams have in the same stretch of pairs.
-- @tparam function old -> compact links set or nil
-- @tparam function new the same
-- @treturn function iterator of two sets, false where a stream has nothing there; they live until the next call
function M.stretches(old, new)
  local left, right = cursor(old), cursor(new)
  return function()
    left:go_on()
    right:go_on()
    if not left.set and not right.set then return nil end
    local rows, other_rows = stretch(left, right)
    return left:take(rows), right:take(other_rows)
  end
end

--- The differences between two compact sets.
-- @treturn links only in the new one
-- @treturn links only in the old one
-- @treturn links in both with other types, as they are in the new one
-- @treturn links the same as they are in the old one
-- @treturn integer how many are equal
function M.sets(old, new)
  local added, removed, changed, before, same = errors.check(new.native:diff(old.native, meaning.numbers(new, old)))
  local function like(side, core) return links.wrap(side.from, side.to, { native = core, names = side.names }) end
  return like(new, added), like(old, removed), like(new, changed), like(old, before), same
end

-- The labels and the primary of a type set, so that a difference can be named.
local function facts_of(set, index, memo)
  local found = memo[index]
  if not found then
    local link = meaning.describe(set, index)
    local words = {}
    for _, item in ipairs(link.items) do
      words[#words + 1] = type(item) == "table" and ("%s:%d"):format(item.category, item.id) or tostring(item)
    end
    table.sort(words)
    found = { words = words, labels = table.concat(words, "\0"):lower(), primary = link.primary }
    memo[index] = found
  end
  return found
end

--- Tells each pair whose types differ: function(from, to, before, after), where these are { words = labels, labels =
-- the same as one text, primary = boolean }.
function M.each_changed(changed, before, told)
  local now_memo, then_memo = {}, {}
  for row = 1, #changed do
    local from, to, index = changed.native:row(row)
    local _, _, index_before = before.native:row(row)
    told(from, to, facts_of(before, index_before, then_memo), facts_of(changed, index, now_memo))
  end
end

--- Tells the first links of a set: function(from, to, { words =, labels =, primary = }).
function M.each_link(set, count, told)
  local memo = {}
  for row = 1, count do
    local from, to, index = set.native:row(row)
    told(from, to, facts_of(set, index, memo))
  end
end

return M
