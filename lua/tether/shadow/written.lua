--- Notes which records the script has written, and whose links, so that they are compared at the end.
local definitions = require "tether.shadow.definitions"
local errors = require "tether.error"
local native = require "tether.native"
local records = require "tether.shadow.records"
local seed = require "tether.shadow.seed"
local types = require "tether.types"

local M = {}

local function has_primary(from, to)
  local read, known = errors.try(function()
    return native.types_of_pair(types.object(from).singular, types.object(to).singular)
  end)
  for _, type in ipairs(read and known or {}) do
    if type.kind == "primary" then return true end
  end
  return false
end

--- The direction in which links of two object types are compared: from the side whose records have one primary, else
-- the direction that was seen first.
-- @treturn string
-- @treturn string
function M.direction(self, from, to)
  local pair = definitions.ensure(self, from, to)
  if pair.from == "companies" and has_primary(from, to) then return pair.to, pair.from end
  return pair.from, pair.to
end

-- The ids of a direction whose links have been written.
local function ids_of(self, from, to)
  local key = from .. " " .. to
  if not self.tied[key] then
    self.tied[key] = { from = from, to = to, ids = {} }
  end
  return self.tied[key]
end

--- Notes that links were written: all links of these records are compared at the end.
-- @tparam table self the shadow
-- @tparam string from
-- @tparam {integer,...} froms
-- @tparam string to
-- @tparam {integer,...} tos
function M.links(self, from, froms, to, tos)
  local first, second = M.direction(self, from, to)
  local pair = ids_of(self, first, second)
  local lists = from == to and { froms, tos } or { first == from and froms or tos }
  for _, list in ipairs(lists) do
    for _, id in ipairs(list) do pair.ids[id] = true end
  end
end

--- Notes that records of a type are made with links to another type.
function M.born_with(self, from, to)
  local pair = ids_of(self, M.direction(self, from, to))
  pair.born = pair.born or {}
  pair.born[from] = true
end

--- Notes that properties of records were written; the book has their names.
-- @tparam table self the shadow
-- @tparam string type
-- @tparam ?integer id nil: a record that is made
-- @tparam table properties
function M.properties(self, type, id, properties)
  local book = records.book(self, type)
  book.names = book.names or {}
  local written = id and not seed.is_new(id) and (book.written[id] or {}) or nil
  for name in pairs(properties) do
    book.names[name] = true
    if written then written[name] = true end
  end
  if written then
    self.sequence = self.sequence + 1
    book.written[id], book.order[id] = written, self.sequence
  end
  book.births = book.births or id == nil
end

return M
