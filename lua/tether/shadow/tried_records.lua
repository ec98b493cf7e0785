--- The changes that a shadow's script has made to records: made, changed, archived.
local records = require "tether.shadow.records"
local seed = require "tether.shadow.seed"
local types = require "tether.types"
local sorted = require "tether.shadow.sorted"

local M = {}

-- The ids of records of a type that the script has made, and that are still there.
local function made_of(self, type)
  local ids = {}
  for record in self.inner:search(type, { filters = { { "hs_object_id", "GTE", seed.FIRST_NEW } } }) do
    ids[#ids + 1] = record.id
  end
  table.sort(ids)
  return ids
end

-- A unique property, by which a record is found again when its making was cut off.
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

-- Values of unique properties that the script gives to records.
local function claimed_by(found)
  local claimed = {}
  for _, step in ipairs(found.steps) do
    for name, value in pairs(step.facts.properties or step.facts.after or {}) do
      claimed[("%s %s=%s"):format(step.facts.type, name, tostring(value):lower())] = true
    end
  end
  return claimed
end

-- Whether a record has a unique value that another record shall get; then it is archived before.
local function makes_room(book, id, claimed)
  for property, holders in pairs(book.unique) do
    for value, holder in pairs(holders) do
      if holder == id and claimed[("%s %s=%s"):format(book.type, property, value)] then return true end
    end
  end
  return false
end

-- Adds the archives as the last steps, so that no link is lost before its replacement exists. Only a record whose
-- unique value another record needs is archived first.
local function add_archives(self, found)
  local claimed, front = claimed_by(found), {}
  for type, ids in pairs(found.archived) do
    for _, id in ipairs(sorted(ids)) do
      local is_first = makes_room(self.books[type], id, claimed)
      local step = { phase = is_first and 1 or 2, facts = { action = "archive", type = type, id = ("%d"):format(id) } }
      table.insert(is_first and front or found.steps, step)
    end
  end
  table.move(found.steps, 1, #found.steps, #front + 1)
  table.move(front, 1, #front, 1, found.steps)
end

-- Adds changes in the order in which the script made them, because a record may take the unique value of another.
local function of_known(self, book, found)
  local ids = sorted(book.written)
  table.sort(ids, function(a, b) return book.order[a] < book.order[b] end)
  if #ids == 0 then return end
  local list = self.inner:get(book.type, ids, { properties = sorted(book.names) })
  for i, id in ipairs(ids) do
    if list[i] then
      of_written(book, id, list[i], found)
    elseif book.of[id] then
      found.archived[book.type] = found.archived[book.type] or {}
      found.archived[book.type][id] = true
    end
  end
end

--- Finds the changes.
-- @tparam table self the shadow
-- @treturn table steps = { { phase =, facts = }, … }, made = type -> ids, is_made = "type id" -> true, archived =
--   type -> id -> true
function M.find(self)
  local found = { steps = {}, made = {}, is_made = {}, archived = {} }
  for _, type in ipairs(sorted(self.books)) do
    local book = self.books[type]
    if book.names then of_known(self, book, found) end
  end
  for _, type in ipairs(sorted(self.books)) do
    if self.books[type].births then of_made(self, self.books[type], found) end
  end
  add_archives(self, found)
  return found
end

return M
