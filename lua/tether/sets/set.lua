--- A links set: associations from records of one object type to records of another, with their types.
--
-- A set is a value: a script builds it, or it is read from a file or from the account; every verb takes one. The core
-- holds its rows, 20 bytes each. Joining, cutting and comparing sets stands in tether.sets.algebra.
local native = require "tether.native"
local keys = require "tether.links.key"
local errors = require "tether.error"
local check = require "tether.check"
local lazy = require "tether.lazy"
local types = require "tether.types"
local account = lazy "tether.sets.account"
local algebra = lazy "tether.sets.algebra"
local meaning = lazy "tether.links.meaning"
local nearest = require "tether.nearest"
local writer = lazy "tether.sets.writer"

local Links = nearest.guard({ __name = "tether.links" }, "a links set")
for _, name in ipairs { "as_in", "compact", "copy", "count", "diff", "filter", "intersect", "merge", "slice", "sort",
  "subtract" } do
  Links[name] = function(...) return algebra.methods[name](...) end
end

local M = {}

-- Names of built-in object types that were looked up before, because reads make a set for each answer.
local known_types = {}

local function check_type(name)
  if known_types[name] then return end
  if not types.object(name).custom then known_types[name] = true end
end

--- Makes an empty set.
-- @tparam string from object type
-- @tparam string to object type
-- @treturn links
-- @raise OBJECT_TYPE_UNKNOWN
function M.new(from, to)
  check_type(from)
  check_type(to)
  return setmetatable({
    from = from,
    to = to,
    native = errors.check(native.links()),
    names = {},    -- "USER_DEFINED:42" -> label text, of what was read from an account
    keyed = {},    -- row -> { from = key or nil, to = key or nil }, for an account to resolve
    given = {},    -- index in the core -> list of types as the script wrote it, for an account to resolve
    interned = {}, -- key of a list of types -> index in the core
    -- account_types, inverse: functions that ask the account whose types the set has, where it has an account's
  }, Links)
end

--- Makes a set of native parts.
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table parts native =, and lines =, keyed =, given = where there are any
-- @treturn links
-- @raise OBJECT_TYPE_UNKNOWN
function M.wrap(from, to, parts)
  check_type(from)
  check_type(to)
  local self = setmetatable({ from = from, to = to, native = parts.native, names = parts.names or {},
    lines = parts.lines,
    keyed = parts.keyed or {}, given = parts.given or {}, interned = {} }, Links)
  for index, list in pairs(self.given) do self.interned[meaning.key_of(list)] = index end
  return self
end

--- Whether a value is a links set.
function M.is(value)
  return getmetatable(value) == Links
end

function Links:__len()
  return #self.native
end

--- An empty set of the same pair of object types.
-- @treturn links
function Links:empty()
  local other = M.new(self.from, self.to)
  for type, label in pairs(self.names) do other.names[type] = label end
  other.account_types, other.inverse = self.account_types, self.inverse
  return other
end

-- The types that a script may write for a link: nil, 279, "Decision maker", { category =, id = } or a list of these.
local function listed(given)
  if given == nil then return {} end
  if type(given) ~= "table" or given.id then return { given } end
  if #given == 0 then errors.raise("TYPES_EMPTY", "the list of types is empty") end
  return given
end

-- Checks that each item of a list can be a type.
local function checked(list)
  for i, item in ipairs(list) do
    local kind = math.type(item) or type(item)
    if kind ~= "integer" and kind ~= "string" and not (kind == "table" and item.category and item.id) then
      check.refuse(("types[%d]"):format(i), "a type id, a label or { category =, id = }", item)
    end
  end
  return list
end

--- Adds one link.
-- @tparam integer|string from record id, or a key such as "email=jane@example.com"
-- @tparam integer|string to record id, or a key such as "domain=example.com"
-- @param[opt] given type id, label name, { category =, id = }, or a list of these; none: the default association
-- @treturn links itself
-- @raise BAD_ID, TYPES_EMPTY, BAD_ARGUMENT
function Links:add(from, to, given)
  local list = listed(given)
  local from_key, to_key = keys.split(from), keys.split(to)
  local from_id = from_key and 1 or check.id("from", from) -- first, so that a refused row leaves no label behind
  local to_id = to_key and 1 or check.id("to", to)
  local index = #list > 0 and (self.interned[meaning.key_of(list)] or meaning.index_of(self, checked(list))) or 0
  errors.check(self.native:add(from_id, to_id, index))
  if from_key or to_key then self.keyed[#self] = { from = from_key and from, to = to_key and to } end
  return self
end

--- A set with the same rows and with the types that the account has for them. Labels are resolved when a set is sent,
-- not before. A type that was read from an account goes by its label, because another account has another id for it.
-- @tparam function resolve called once for each list of types in use, and with {} for the default association;
--   answers { { category =, id =, label = or nil }, … }
-- @tparam[opt] table hub that the set may ask later
-- @tparam[opt] function is_left_out called with each type that an account has told, and the number of its rows; true
--   leaves it out
-- @treturn links a new set; this one stays as it is
function Links:resolved(resolve, hub, is_left_out)
  local other = M.new(self.from, self.to)
  other.native = errors.check(self.native:copy())
  if hub then account.know(other, hub) end
  for index, count in pairs(native.tally(self.native)) do
    local specs, is_told = resolve(meaning.to_resolve(self, index)), is_left_out and index > 0 and not self.given[index]
    for i = #specs, 1, -1 do
      meaning.name(other, specs[i])
      if is_told and is_left_out(specs[i], count) then table.remove(specs, i) end
    end
    errors.check(other.native:define(index, specs))
  end
  return other
end

--- Reads an answer's links into the set.
-- @param answer native answer
-- @tparam[opt] integer from the record whose list it is; none: a batch read
-- @treturn {table,...} cursors { id =, after = }
-- @treturn boolean whether the answer tells more than links: errors, or that it is not complete
-- @treturn integer how many bytes were held for it
function Links:read(answer, from)
  local cursors, labels, says_more, bytes = errors.check(self.native:read(answer, from))
  for _, found in ipairs(labels) do meaning.name(self, found) end
  return cursors, says_more, bytes
end

--- The labels of its links, sorted. Labels that differ in case only are listed once.
-- @treturn {string,...}
function Links:labels()
  local names, seen = {}, {}
  for index in pairs(native.tally(self.native)) do
    for _, label in ipairs(meaning.describe(self, index).labels) do
      if not seen[label:lower()] then
        seen[label:lower()] = true
        names[#names + 1] = label
      end
    end
  end
  table.sort(names)
  return names
end

local function copy(list)
  return table.move(list, 1, #list, 1, {})
end

-- A row for scripts, with lists that the script may change. The meaning of a type set is found once a walk.
local function view(self, row, described)
  local from, to, index = self.native:row(row)
  local key, link = self.keyed[row], described[index]
  if not link then
    link = meaning.describe(self, index)
    described[index] = link
  end
  return { from = key and key.from or from, to = key and key.to or to, types = copy(link.types),
    labels = copy(link.labels), primary = link.primary, items = copy(link.items) }
end

--- The types of an index in the core, as `rows` shows them.
-- @treturn table { types =, labels =, primary =, items = what a label cell tells }
function Links:described(index)
  return meaning.describe(self, index)
end

--- Writes the links to a file, CSV or JSON lines, which tether.links.read takes again: from, to, labels, primary.
-- @tparam string|file path "-" is standard output
-- @tparam[opt] string format "csv" or "jsonl"; else by the name
-- @treturn integer how many were written
-- @raise FILE_FAILED
function Links:write(path, format)
  local file = writer.links(path, format)
  file:links(self)
  return file:close()
end

--- Iterates over the links: { from =, to =, types =, labels =, primary = }.
-- @treturn function
function Links:rows()
  local row, last, described = 0, #self.native, {} -- the rows that it has now, since the loop may add others
  return function()
    row = row + 1
    if row <= last then return view(self, row, described) end
  end
end

--- The row of the first link to a record; nil: there is none. It walks the set.
function Links:find(to)
  for row = 1, #self.native do
    if select(2, self.native:row(row)) == to then return row end
  end
end

--- One link by its row, counted from 1; nil behind the last.
function Links:row(row)
  return row >= 1 and row <= #self.native and view(self, row, {}) or nil
end

--- Iterates over the pairs alone, without a table for each: `for from, to, row in links:pairs() do`.
-- @treturn function
function Links:pairs()
  local row, core = 0, self.native
  local last = #core
  return function()
    row = row + 1
    if row > last then return nil end
    local from, to = core:row(row)
    return from, to, row
  end
end

--- Frees the memory now, instead of when the set is no longer used. May be called twice.
-- @raise LENT while a slice or a copy of it is in use
function Links:close()
  local closed = self.native:close()
  if not closed then
    collectgarbage() -- collects slices that are not used any more
    errors.check(self.native:close())
  end
end

return M
