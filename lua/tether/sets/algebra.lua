--- Methods that make links sets from links sets: merge, sort, slice, filter, intersect, diff.
--
-- Only the core touches rows, unless a filter is a function. A new set shares its rows with the old one where it can: a
-- slice and a copy cost no memory until one of the two is changed.
local check = require "tether.check"
local errors = require "tether.error"
local keys = require "tether.links.key"
local meaning = require "tether.links.meaning"
local mirror = require "tether.links.mirror"
local native = require "tether.native"

local Set, M = {}, {}

local function copied(map)
  local copy = {}
  for key, value in pairs(map) do copy[key] = value end
  return copy
end

-- A set like another one, with other rows.
local function made(self, core, err)
  return setmetatable({ from = self.from, to = self.to, native = errors.check(core, err), names = copied(self.names),
    keyed = {}, given = copied(self.given), interned = copied(self.interned), account_types = self.account_types,
    inverse = self.inverse }, getmetatable(self))
end

local function check_links(verb, self, other)
  if getmetatable(other) ~= getmetatable(self) then check.refuse(verb, "a links set", other) end
  if not (mirror.is_one_type(other.from, self.from) and mirror.is_one_type(other.to, self.to)) then
    errors.raise("BAD_ARGUMENT", ("%s: the sets are %s to %s and %s to %s"):format(verb, self.from, self.to, other.from,
      other.to), { hint = "make both sets of the same object types" })
  end
  return other
end

-- Refuses rows that are named by keys: they have no id before an account has told it.
local function check_ids(verb, self)
  if next(self.keyed) then
    errors.raise("BAD_ARGUMENT", verb .. ": rows of this set name records by keys, whose ids only the account knows",
      { hint = "use ids, or pass the set to a verb of hub, which looks keys up" })
  end
end

-- The types of a set in the core that joins given lists: the types of all lists, each once. Nil: it joins none.
local function joined(self, index)
  local list, seen, any = {}, {}, false
  for _, type in ipairs(self.native:set(index)) do
    local parts = type.category == "RESERVED" and self.given[type.id] or { type }
    any = any or type.category == "RESERVED"
    for _, part in ipairs(parts) do
      local key = meaning.key_of { part }
      if not seen[key] then list[#list + 1], seen[key] = part, true end
    end
  end
  return any and list or nil
end

-- Learns the lists of types that the core has joined. The core holds the lists of a script as sets of RESERVED types.
local function learn_joined(self, known)
  for index = known, self.native:sets() - 1 do
    local list = joined(self, index)
    if list then self.given[index], self.interned[meaning.key_of(list)] = list, index end
  end
end

--- A set with the same rows, which can be changed without changing this one.
-- @treturn links
function Set:copy()
  local other = made(self, self.native:copy())
  other.keyed, other.lines = copied(self.keyed), self.lines and errors.check(native.lines_slice(self.lines, 1, #self))
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
  if self.lines then part.lines = errors.check(native.lines_slice(self.lines, first, #part)) end
  return part
end

-- Adds the lines of rows that were appended; rows that came from no file have none.
local function add_lines(self, rows, theirs)
  if not self.lines and not theirs then return end
  local none = native.lines()
  local both = errors.check(native.lines_slice(self.lines or none, 1, rows))
  errors.check(native.lines_gather(both, theirs or none, native.rows(1, #self - rows)))
  self.lines = both
end

--- Adds all links of another set; :compact and every verb join links that both hold. Where two accounts have given one
-- id to different labels, the label of the other set goes by its text.
-- @tparam links other of the same object types
-- @treturn links itself
-- @raise BAD_ARGUMENT, TOO_LARGE
function Set:merge(other)
  check_links("merge", self, other)
  if #other == 0 then return self end
  local map, rows = {}, #self
  for index in pairs(native.tally(other.native)) do
    local list, is_given = meaning.portable(other, index, self)
    if is_given then map[index] = meaning.index_of(self, list) end
  end
  errors.check(self.native:merge(other.native, map))
  for row, key in pairs(copied(other.keyed)) do self.keyed[rows + row] = key end
  for type, label in pairs(other.names) do self.names[type] = self.names[type] or label end
  self.account_types, self.inverse = self.account_types or other.account_types, self.inverse or other.inverse
  add_lines(self, rows, other.lines)
  return self
end

--- Some rows of a set, with their types, keys and lines.
-- @tparam links set
-- @tparam function next_row iterator of row numbers, called with the last one, 0 at first
-- @treturn links
function M.pick(set, next_row)
  local picked, lines, row = made(set, set.native:like()), set.lines and native.lines(), next_row(0)
  while row do
    errors.check(picked.native:append(set.native, row))
    picked.keyed[#picked] = set.keyed[row]
    if lines then errors.check(native.lines_add(lines, set.lines[row] or 0)) end
    row = next_row(row)
  end
  picked.lines = lines
  return picked
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

--- Sorts, and makes one row of all rows of the same pair, with the types of all of them. Inside one object type a
-- pair may stand both ways round: it becomes the row from its smaller id to its larger one. Lines of a file are
-- forgotten.
-- @treturn links itself
-- @raise BAD_ARGUMENT for a set whose rows are named by keys, and where a pair stands both ways round with labels
--   whose inverses nobody tells
function Set:compact()
  check_ids("compact", self)
  local is_one_type = mirror.is_one_type(self.from, self.to)
  if is_one_type and errors.check(self.native:has_mirrors()) then mirror.fold_set(self, self) end
  local known = self.native:sets()
  errors.check(self.native:compact())
  learn_joined(self, known)
  self.lines = nil
  return self
end

-- A set that can be compared: the set itself, or a copy in which each pair is one row and, inside one object type, goes
-- from its smaller id to its larger one.
local function compacted(verb, self, other)
  check_ids(verb, self)
  local folded = mirror.is_one_type(self.from, self.to) and mirror.folded(self, other) or self
  return folded.native:is_compact() and folded or (folded == self and self:copy() or folded):compact()
end

--- The links whose pair is in another set as well, with the types that they have here.
-- @tparam links other
-- @treturn links sorted, each pair once; a set that is not compact is copied and sorted first
-- @raise BAD_ARGUMENT
function Set:intersect(other)
  check_links("intersect", self, other)
  local left, right = compacted("intersect", self, other), compacted("intersect", other, self)
  return made(left, left.native:common(right.native))
end

--- The links whose pair is not in another set.
-- @tparam links other
-- @treturn links as for intersect
-- @raise BAD_ARGUMENT
function Set:subtract(other)
  check_links("subtract", self, other)
  local left, right = compacted("subtract", self, other), compacted("subtract", other, self)
  return made(left, left.native:without(right.native))
end

--- What would have to change for another set to become this one, in one pass over both. Types are compared by what
-- they mean: labels by their text in any letter case, whoever has written them; every link holds the plain type.
-- @tparam links other mostly what the account has
-- @treturn table { added = links that only this set has, removed = links that only the other has, changed = links of
--   both with other types, as they are here, before = the same links as they are there, same = how many are equal }
-- @raise BAD_ARGUMENT
function Set:diff(other)
  check_links("diff", self, other)
  local left, right = compacted("diff", self, other), compacted("diff", other, self)
  local added, removed, changed, before, same = errors.check(
    left.native:diff(right.native, meaning.numbers(left, right)))
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

-- The type sets that pass. Their number is small, whatever the number of rows.
local function passing_sets(self, what)
  if what.types == nil and what.labeled == nil then return nil end
  local wanted = type(what.types) == "table" and not what.types.id and what.types or { what.types }
  local holds, passing = meaning.holder(self, wanted), {}
  for index = 0, self.native:sets() - 1 do
    local fits = what.labeled == nil or what.labeled == (#meaning.describe(self, index).labels > 0)
    passing[index] = fits and holds(index)
  end
  return passing
end

local conditions = { from = "any", to = "any", types = "any", labeled = "boolean" }

local function run_filter(verb, self, what, wish)
  check.options(verb, what, conditions)
  if what.from or what.to then check_ids(verb, self) end
  local result = errors.check(self.native:filter(id_list(verb, "from", what.from), id_list(verb, "to", what.to),
    passing_sets(self, what), wish))
  return result
end

-- The ids and keys that a side may have, each in one spelling. Nil: anything passes.
local function side_of(name, value)
  if value == nil then return nil end
  local wanted = {}
  for _, end_key in ipairs(type(value) == "table" and value or { value }) do
    local property, text = keys.split(end_key)
    wanted[property and ("%s=%s"):format(property, text:lower()) or check.id("filter: " .. name, end_key)] = true
  end
  return wanted
end

local function is_on_side(wanted, id, key)
  if not wanted then return true end
  if not key then return wanted[id] ~= nil end
  local property, text = keys.split(key)
  return wanted[("%s=%s"):format(property, text:lower())] ~= nil
end

local function filter_by(self, predicate)
  local last = #self -- the last of the rows that it has now, since the function may add others
  return M.pick(self, function(row)
    repeat row = row + 1 until row > last or predicate(self:row(row), row)
    return row <= last and row or nil
  end)
end

-- Rows that are named by keys are found by these and keep them, because only the account knows their records.
local function filter_keyed(self, what)
  local sets, from, to = passing_sets(self, what), side_of("from", what.from), side_of("to", what.to)
  return filter_by(self, function(_, row)
    local from_id, to_id, index = self.native:row(row)
    local key = self.keyed[row] or {}
    return (not sets or sets[index]) and is_on_side(from, from_id, key.from) and is_on_side(to, to_id, key.to)
  end)
end

--- The links that pass.
-- @param what a table of conditions that all hold: from, to = an id or an array of ids, or of keys in a set whose
--   rows have keys; types = a type id, a label,
--   "primary", a systematic name, { category =, id = } or a list of these, as verbs take them, of which a link holds
--   every one; labeled = whether it has a label. Or a function,
--   called with each link { from =, to =, types =, labels =, primary = } and its row, which answers whether it
--   passes: a hundred times slower than a table
-- @treturn links in the same order
-- @raise OPTION_UNKNOWN, BAD_ID, BAD_ARGUMENT; LABEL_UNKNOWN, TYPE_UNKNOWN for what neither the set has nor the
--   account that it was read from, TYPE_WRONG_DIRECTION
function Set:filter(what)
  if type(what) == "function" then return filter_by(self, what) end
  if type(what) ~= "table" then check.refuse("filter", "a table of conditions or a function", what) end
  if next(self.keyed) then return filter_keyed(self, check.options("filter", what, conditions)) end
  return made(self, run_filter("filter", self, what, "links"))
end

--- Counts the links that pass; without conditions, all links.
-- @tparam[opt] table what as for filter
-- @treturn integer
function Set:count(what)
  if what == nil then return #self end
  return run_filter("count", self, what, "count")
end

--- The same links with the types that they have, or would have, in an account: labels become ids, and every link
-- holds its plain type beside its labels. So it can be compared with what hub:associations reads.
-- @tparam hub hub
-- @treturn links
-- @raise LABEL_UNKNOWN, TYPE_UNKNOWN, TYPE_WRONG_DIRECTION
function Set:as_in(hub)
  check_ids("as_in", self)
  local lookup = require "tether.names.lookup"
  return self:resolved(function(list)
    local found = lookup.resolve(hub, self.from, self.to, list)
    if #list > 0 then found[#found + 1] = lookup.plain(hub, self.from, self.to) end
    return found
  end, hub)
end

M.methods = Set

return M
