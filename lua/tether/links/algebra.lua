--- What makes links sets of links sets: merge, sort, slice, filter, intersect, diff. All are methods of a links set.
--
-- Rows are touched by the core alone, unless a filter is a function. A set that is made of another one shares its rows
-- where it can: a slice and a copy cost no memory until one of the two is changed.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"

local Set, M = {}, {}

-- A list of types as a script wrote it, whatever its order, as one string.
local function key_of(list)
  local parts = {}
  for i, one in ipairs(list) do
    parts[i] = type(one) == "table" and ("%s:%s"):format(one.category, one.id) or ("%s %s"):format(type(one), one)
  end
  table.sort(parts)
  return table.concat(parts, "\0")
end

local function copied(map)
  local copy = {}
  for key, value in pairs(map) do copy[key] = value end
  return copy
end

-- A set like another one, with other rows.
local function made(self, core, err)
  if not core then error(errors.adopt(err), 0) end
  return setmetatable({ from = self.from, to = self.to, native = core, names = copied(self.names), keyed = {},
    given = copied(self.given), interned = copied(self.interned), resolved_types = self.resolved_types },
    getmetatable(self))
end

local function check_links(verb, self, other)
  if getmetatable(other) ~= getmetatable(self) then check.refuse(verb, "a links set", other) end
  if other.from ~= self.from or other.to ~= self.to then
    errors.raise("BAD_ARGUMENT", ("%s: the sets are %s to %s and %s to %s"):format(verb, self.from, self.to, other.from,
      other.to), { hint = "make both sets of the same object types, written alike" })
  end
  return other
end

-- Rows that are named by keys have no id before an account has told it.
local function check_ids(verb, self)
  if next(self.keyed) then
    errors.raise("BAD_ARGUMENT", verb .. ": rows of this set name records by keys, whose ids only the account knows",
      { hint = "use ids, or pass the set to a verb of hub, which looks keys up" })
  end
end

-- What a type set is to scripts: the types, the labels' texts, and whether the primary is among them.
local function describe(self, index)
  local list = self.given[index]
  local link = { types = list or self.native:set(index), labels = {}, primary = false }
  for _, one in ipairs(link.types) do
    if list then
      if type(one) == "string" then link.labels[#link.labels + 1] = one end
    else
      local known = one.category == "HUBSPOT_DEFINED" and native.type_by_id(one.id)
      local label = self.names[("%s:%d"):format(one.category, one.id)]
      if known and known.kind == "primary" then
        link.primary = true
      elseif label then
        link.labels[#link.labels + 1] = label
      end
    end
  end
  return link
end

-- Lists of types that were given, and are joined now: the core has them as sets of RESERVED types.
local function learn_joined(self, known)
  for index = known, self.native:sets() - 1 do
    local list, seen = {}, {}
    for _, one in ipairs(self.native:set(index)) do
      local parts = one.category == "RESERVED" and self.given[one.id] or { one }
      for _, part in ipairs(parts) do
        local key = key_of { part }
        if not seen[key] then list[#list + 1], seen[key] = part, true end
      end
    end
    self.given[index], self.interned[key_of(list)] = list, index
  end
end

--- A set with the same rows, which can be changed without changing this one.
-- @treturn links
function Set:copy()
  local other = made(self, self.native:copy())
  other.keyed, other.lines = copied(self.keyed), self.lines and copied(self.lines)
  return other
end

--- Some of the rows, from `first` to `last`; it takes no memory until one of the two sets is changed.
-- @tparam integer first counted from 1; negative: from the end
-- @tparam[opt=-1] integer last
-- @treturn links
function Set:slice(first, last)
  check.type("slice: first", first, "integer")
  check.type("slice: last", last, "integer", true)
  last = last or -1
  first = math.max(1, first < 0 and #self + 1 + first or first)
  last = math.min(#self, last < 0 and #self + 1 + last or last)
  first = math.min(first, #self + 1)
  local part = made(self, self.native:slice(first, math.max(0, last - first + 1)))
  for row, key in pairs(self.keyed) do
    if row >= first and row <= last then part.keyed[row - first + 1] = key end
  end
  if self.lines then part.lines = table.move(self.lines, first, last, 1, {}) end
  return part
end

--- Adds all links of another set; what both hold is joined by :compact, and by every verb.
-- @tparam links other of the same object types; its types are ids of an account if this one's are
-- @treturn links itself
-- @raise BAD_ARGUMENT, TOO_LARGE
function Set:merge(other)
  check_links("merge", self, other)
  if #other == 0 then return self end
  if self.resolved_types ~= other.resolved_types and #self > 0 then
    errors.raise("BAD_ARGUMENT", "merge: one set was read from an account, the other one written by a script",
      { hint = "pass the script's set through links:as_in(hub) first" })
  end
  local map, rows = {}, #self
  for index, list in pairs(other.given) do
    local key = key_of(list)
    if not self.interned[key] then
      self.interned[key] = errors.check(self.native:reserve())
      self.given[self.interned[key]] = list
    end
    map[index] = self.interned[key]
  end
  errors.check(self.native:merge(other.native, map))
  for row, key in pairs(copied(other.keyed)) do self.keyed[rows + row] = key end
  for type, label in pairs(other.names) do self.names[type] = label end
  self.resolved_types = other.resolved_types
  return self
end

--- Sorts by from and to; rows of the same pair keep their order. Lines of a file are forgotten.
-- @treturn links itself
-- @raise BAD_ARGUMENT for a set whose rows are named by keys
function Set:sort()
  check_ids("sort", self)
  errors.check(self.native:sort())
  self.lines = nil
  return self
end

--- Sorts, and makes one row of all rows of the same pair, with the types of all of them. Lines of a file are forgotten.
-- @treturn links itself
-- @raise BAD_ARGUMENT for a set whose rows are named by keys
function Set:compact()
  check_ids("compact", self)
  local known = self.native:sets()
  local done, err = self.native:compact()
  learn_joined(self, known)
  if not done then error(errors.adopt(err), 0) end
  self.lines = nil
  return self
end

-- The set, or a compact copy of it when it is not compact.
local function compacted(verb, self)
  check_ids(verb, self)
  return self.native:is_compact() and self or self:copy():compact()
end

--- The links whose pair is in another set as well, with the types that they have here.
-- @tparam links other
-- @treturn links sorted, each pair once. A set that is not compact is copied and sorted for it
-- @raise BAD_ARGUMENT
function Set:intersect(other)
  local left, right = compacted("intersect", self), compacted("intersect", check_links("intersect", self, other))
  return made(left, left.native:common(right.native))
end

--- The links whose pair is not in another set.
-- @tparam links other
-- @treturn links as for intersect
-- @raise BAD_ARGUMENT
function Set:subtract(other)
  local left, right = compacted("subtract", self), compacted("subtract", check_links("subtract", self, other))
  return made(left, left.native:without(right.native))
end

-- Lists that a script gave are compared as they are written.
local function written_alike(left, right)
  local map = {}
  for index, list in pairs(right.given) do map[index] = left.interned[key_of(list)] or -1 end
  return map
end

--- What would have to change for another set to become this one, in one pass over both.
-- @tparam links other mostly what the account has
-- @treturn table { added = links that only this set has, removed = links that only the other has, changed = links of
--   both with other types, as they are here, before = the same links as they are there, same = how many are equal }
-- @raise BAD_ARGUMENT also when one set was read from an account and the other one written by a script
function Set:diff(other)
  check_links("diff", self, other)
  if self.resolved_types ~= other.resolved_types and #self > 0 and #other > 0 then
    errors.raise("BAD_ARGUMENT", "diff: one set was read from an account, the other one written by a script",
      { hint = "pass the script's set through links:as_in(hub) first" })
  end
  local left, right = compacted("diff", self), compacted("diff", other)
  local added, removed, changed, before, same = left.native:diff(right.native, written_alike(left, right))
  if not added then error(errors.adopt(removed), 0) end
  return { added = made(left, added), removed = made(right, removed), changed = made(left, changed),
    before = made(right, before), same = same }
end

local function id_list(verb, name, value)
  if value == nil then return nil end
  local list = {}
  for i, id in ipairs(type(value) == "table" and value or { value }) do
    list[i] = check.id(("%s: %s"):format(verb, name), id)
  end
  return list
end

local function holds(link, wanted)
  if type(wanted) == "string" then
    if wanted:lower() == "primary" then return link.primary end
    for _, label in ipairs(link.labels) do
      if label:lower() == wanted:lower() then return true end
    end
    return false
  end
  for _, one in ipairs(link.types) do
    local id = type(one) == "table" and one.id or one
    local category = type(one) == "table" and type(wanted) == "table" and one.category
    if id == (type(wanted) == "table" and wanted.id or wanted) and (not category or category == wanted.category) then
      return true
    end
  end
  return false
end

-- Which type sets pass: there are few of them, whatever the number of rows.
local function passing_sets(self, what)
  if what.types == nil and what.labeled == nil then return nil end
  local wanted = type(what.types) == "table" and not what.types.id and what.types or { what.types }
  local passing = {}
  for index = 0, self.native:sets() - 1 do
    local link = describe(self, index)
    passing[index] = what.labeled == nil or what.labeled == (#link.labels > 0)
    for _, one in ipairs(wanted) do passing[index] = passing[index] and holds(link, one) end
  end
  return passing
end

local conditions = { from = "any", to = "any", types = "any", labeled = "boolean" }

local function run_filter(verb, self, what, wish)
  check.options(verb, what, conditions)
  if what.from or what.to then check_ids(verb, self) end
  local result, err = self.native:filter(id_list(verb, "from", what.from), id_list(verb, "to", what.to),
    passing_sets(self, what), wish)
  if not result then error(errors.adopt(err), 0) end
  return result
end

local function filter_by(self, predicate)
  local passed = made(self, self.native:like())
  local row = 0
  for link in self:rows() do
    row = row + 1
    if predicate(link, row) then
      errors.check(passed.native:append(self.native, row))
      passed.keyed[#passed] = self.keyed[row]
    end
  end
  return passed
end

--- The links that pass.
-- @param what a table of conditions that all hold: from, to = an id or an array of ids; types = a type id, a label,
--   "primary" or a list of these, of which a link holds every one; labeled = whether it has a label. Or a function,
--   called with each link { from =, to =, types =, labels =, primary = } and its row, which answers whether it passes:
--   a hundred times slower than a table
-- @treturn links in the same order
-- @raise OPTION_UNKNOWN, BAD_ID, BAD_ARGUMENT
function Set:filter(what)
  if type(what) == "function" then return filter_by(self, what) end
  if type(what) ~= "table" then check.refuse("filter", "a table of conditions or a function", what) end
  if next(self.keyed) then -- keys stay with their rows
    local sets = passing_sets(self, check.options("filter", what, conditions))
    if what.from or what.to then check_ids("filter", self) end
    return filter_by(self, function(_, row) return not sets or sets[select(3, self.native:row(row))] end)
  end
  return made(self, run_filter("filter", self, what, "links"))
end

--- How many links pass; without conditions, all.
-- @tparam[opt] table what as for filter
-- @treturn integer
function Set:count(what)
  if what == nil then return #self end
  return run_filter("count", self, what, "count")
end

--- The same links with the types that they have, or would have, in an account: labels become ids, and every link holds
-- its plain type beside its labels. So it can be compared with what hub:associations reads.
-- @tparam hub hub
-- @treturn links
-- @raise LABEL_UNKNOWN, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION
function Set:as_in(hub)
  check_ids("as_in", self)
  if self.resolved_types then return self:copy() end
  local lookup = require "tether.names.lookup"
  return self:resolved(function(list)
    local found = lookup.resolve(hub, self.from, self.to, list)
    if #list > 0 then found[#found + 1] = lookup.plain(hub, self.from, self.to) end
    return found
  end)
end

M.methods = Set
M.key_of, M.describe = key_of, describe

return M
