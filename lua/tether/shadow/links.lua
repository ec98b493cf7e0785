--- Links of the account. The links of a record to an object type are read whole, when they are first used.
local definitions = require "tether.shadow.definitions"
local errors = require "tether.error"
local json = require "tether.json"
local native = require "tether.native"
local reader = require "tether.batches.reader"
local records = require "tether.shadow.records"
local seed = require "tether.shadow.seed"

local M = {}

local PACKED = "<i8I4" -- of each link of a record: the other id, and the number of its list of types

--- The known links of a direction: from id -> its links in the account, packed.
function M.known(self, from, to)
  local key = from .. " " .. to
  self.links[key] = self.links[key] or {}
  return self.links[key]
end

-- The number of a list of types; a new list gets a new number.
local function number_of(self, list)
  local words = {}
  for i, type in ipairs(list) do words[i] = ("%s:%d"):format(type.category, type.id) end
  table.sort(words)
  local key = table.concat(words, " ")
  if not self.set_numbers[key] then
    self.sets[#self.sets + 1] = list
    self.set_numbers[key] = #self.sets
  end
  return self.set_numbers[key]
end

-- A list of types as a seed has it.
local function types_of(self, list)
  local kept = {}
  for _, type in ipairs(list) do
    if definitions.is_known(self, type) then kept[#kept + 1] = { category = type.category, typeId = type.id } end
  end
  if #kept < #list and not self.told_unknown then
    self.told_unknown = true
    self.tell "links have types of HubSpot's own that this version does not know: they are left out"
  end
  return json.encode(kept)
end

-- Rows by their from record: id -> { to, types index, … }.
local function by_record(core)
  local found = {}
  for row = 1, #core do
    local from, to, index = core:row(row)
    local list = found[from] or {}
    found[from], list[#list + 1], list[#list + 2] = list, to, index
  end
  return found
end

local function memo(make)
  return setmetatable({}, { __index = function(known, key)
    known[key] = make(key)
    return known[key]
  end })
end

local LINE = '{"kind":"known","from":"%s","fromId":"%d","to":"%s","toId":"%d","types":%s}'

-- The seed lines of a record's links. A link that is known from its other end is left out: the portal has it, with the
-- script's changes.
local function lines_of(self, work, id, list, lines)
  local parts, other = {}, M.known(self, work.to, work.from)
  for i = 1, #list, 2 do
    local to, index = list[i], list[i + 1]
    parts[#parts + 1] = PACKED:pack(to, work.numbers[index])
    if not other[to] then
      lines[#lines + 1] = LINE:format(work.from, id, work.to, to, work.texts[index])
    end
  end
  M.known(self, work.from, work.to)[id] = table.concat(parts)
end

local function ends_of(found, ids)
  local froms, tos = {}, {}
  for _, id in ipairs(ids) do
    local list = found[id]
    if list then
      froms[#froms + 1] = id
      for i = 1, #list, 2 do tos[#tos + 1] = list[i] end
    end
  end
  return froms, tos
end

local function take(self, from, to, ids, core)
  local work = { from = from, to = to,
    numbers = memo(function(index) return number_of(self, core:set(index)) end),
    texts = memo(function(index) return types_of(self, core:set(index)) end) }
  local found, lines, known = by_record(core), {}, M.known(self, from, to)
  local froms, tos = ends_of(found, ids)
  records.stub(self, records.book(self, from), froms)
  records.stub(self, records.book(self, to), tos)
  for _, id in ipairs(ids) do
    if not known[id] then lines_of(self, work, id, found[id] or {}, lines) end
  end
  seed.add(self, lines)
end

--- Learns all links of some records to an object type.
-- @tparam table self the shadow
-- @tparam string from
-- @tparam {integer,...} ids
-- @tparam string to
function M.ensure(self, from, ids, to)
  definitions.ensure(self, from, to)
  local known, missing, seen, asked = M.known(self, from, to), {}, {}, errors.check(native.links())
  for _, id in ipairs(ids) do
    if not known[id] and not seen[id] and not seed.is_new(id) then
      missing[#missing + 1], seen[id] = id, true
      errors.check(asked:add(id, 1, 0))
    end
  end
  if #missing > 0 then
    local set = reader.of_set(self.account, { native = asked, from = from, to = to })
    take(self, from, to, missing, set.native)
    set.native:close()
  end
  asked:close()
end

--- The links that a record had in the account when it was first looked at.
-- @treturn function iterator of the other id and its types
function M.before(self, from, id, to)
  local text, at = M.known(self, from, to)[id] or "", 1
  return function()
    if at > #text then return nil end
    local other, number
    other, number, at = PACKED:unpack(text, at)
    return other, self.sets[number]
  end
end

return M
