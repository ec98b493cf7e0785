--- What a shadow's script has done to records: made, changed, archived.
local records = require "tether.shadow.records"
local seed = require "tether.shadow.seed"
local types = require "tether.types"

local M = {}

local function sorted(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- The ids of records of a type that the script has made, and that are still there.
local function made_of(self, type)
  local ids = {}
  for record in self.inner:search(type, { filters = { { "hs_object_id", "GTE", seed.FIRST_NEW } } }) do
    ids[#ids + 1] = record.id
  end
  table.sort(ids)
  return ids
end

-- A property that no two records share, by which a record whose making was cut off is found again.
local function unique_of(self, type, properties)
  for _, name in ipairs(sorted(properties)) do
    if types.unique(type) == name or records.is_unique(self, type, name) then return name end
  end
end

local function of_made(self, book, found)
  local ids = made_of(self, book.type)
  local names = sorted(book.names)
  local list = #ids > 0 and self.inner:get(book.type, ids, { properties = names }) or {}
  found.made[book.type] = ids
  for i, id in ipairs(ids) do
    local properties = {}
    for _, name in ipairs(names) do properties[name] = list[i].properties[name] end
    found.is_made[book.type .. " " .. id] = true
    table.insert(found.steps, { phase = 1, facts = { action = "create", type = book.type, id = ("%d"):format(id),
      properties = properties, unique = unique_of(self, book.type, properties) } })
  end
end

local function of_written(book, id, record, found)
  local before, after, any = {}, {}, false
  for name in pairs(book.written[id]) do
    local now, was = record.properties[name] or "", (book.values[id] or {})[name] or ""
    if now ~= was then before[name], after[name], any = was, now, true end
  end
  if not any then return end
  table.insert(found.steps, { phase = 1, facts = { action = "update", type = book.type, id = ("%d"):format(id),
    before = before, after = after } })
end

local function of_known(self, book, found)
  local ids = sorted(book.written)
  if #ids == 0 then return end
  local list = self.inner:get(book.type, ids, { properties = sorted(book.names) })
  for i, id in ipairs(ids) do
    if list[i] then
      of_written(book, id, list[i], found)
    elseif book.of[id] then
      found.archived[book.type] = found.archived[book.type] or {}
      found.archived[book.type][id] = true
      table.insert(found.steps, { phase = 2, facts = { action = "archive", type = book.type, id = ("%d"):format(id) } })
    end
  end
end

--- Finds it.
-- @tparam table self the shadow
-- @treturn table steps = { { phase =, facts = }, … }, made = type -> ids, is_made = "type id" -> true, archived = type
--   -> id -> true
function M.find(self)
  local found = { steps = {}, made = {}, is_made = {}, archived = {} }
  for _, type in ipairs(sorted(self.books)) do
    local book = self.books[type]
    if book.names then of_known(self, book, found) end
  end
  for _, type in ipairs(sorted(self.books)) do
    if self.books[type].births then of_made(self, self.books[type], found) end
  end
  return found
end

return M
