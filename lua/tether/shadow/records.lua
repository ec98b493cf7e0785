--- Records of the account, read when they are first used, with the properties that are asked for.
local cjson = require "cjson.safe"
local errors = require "tether.error"
local moment = require "tether.names.moment"
local native = require "tether.native"
local seed = require "tether.shadow.seed"
local types = require "tether.types"

local M = {}

-- Properties that the portal makes itself from a record's id and times.
local MADE = { hs_object_id = true, createdate = true, hs_createdate = true, lastmodifieddate = true,
  hs_lastmodifieddate = true }

--- The known records of a type: `of` id -> set of names that were read; `absent`; `merged` id -> survivor; `values` id
-- -> name -> value; `written` id -> names that the script has written; `order` id -> time of the script's last write;
-- `unique` property -> value -> id of the record with it, or false.
function M.book(self, type)
  local book = self.books[type]
  if not book then
    book = { type = type, of = {}, absent = {}, merged = {}, values = {}, written = {}, order = {},
      unique = {}, sets = {} }
    self.books[type] = book
  end
  return book
end

-- One table for each set of names, because thousands of records share it.
local function names_of(book, names)
  local list = {}
  for name in pairs(names) do list[#list + 1] = name end
  table.sort(list)
  local key = table.concat(list, ",")
  book.sets[key] = book.sets[key] or names
  return book.sets[key]
end

local function joined(book, known, names)
  local all = {}
  for name in pairs(known or {}) do all[name] = true end
  for _, name in ipairs(names) do all[name] = true end
  return names_of(book, all)
end

local function has_all(book, id, names)
  local known = book.of[id]
  if not known then return book.absent[id] or false end
  for _, name in ipairs(names) do
    if not known[name] then return false end
  end
  return true
end

local function time_of(text)
  local read, ms = errors.try(moment.of, "time", text)
  return read and ms or nil
end

local function line_of(book, record)
  local properties
  for name, value in pairs(record.properties) do
    if not MADE[name] and value ~= "" then
      properties = properties or {}
      properties[name] = value
    end
  end
  return { kind = "known", type = book.type, id = ("%d"):format(record.id), properties = properties,
    created = time_of(record.createdAt), updated = not book.written[record.id] and time_of(record.updatedAt) or nil }
end

local function keep_values(book, record, names)
  local values = book.values[record.id] or {}
  for _, name in ipairs(names) do
    if values[name] == nil then values[name] = record.properties[name] or "" end
  end
  book.values[record.id] = values
end

--- Takes records that the account has shown; records that are known already stay unchanged.
-- @tparam table self the shadow
-- @tparam table book
-- @tparam {table,...} list of records
-- @tparam {string,...} names of their properties that were asked for
function M.take(self, book, list, names)
  local lines = {}
  for _, record in ipairs(list) do
    if not has_all(book, record.id, names) then
      lines[#lines + 1] = line_of(book, record)
      keep_values(book, record, names)
      book.of[record.id] = joined(book, book.of[record.id], names)
    end
  end
  seed.add(self, lines)
end

--- Notes that records exist, without any properties.
function M.stub(self, book, ids)
  local lines = {}
  for _, id in ipairs(ids) do
    if not book.of[id] and not seed.is_new(id) then
      book.of[id], book.absent[id] = names_of(book, {}), nil
      lines[#lines + 1] = ('{"kind":"known","type":"%s","id":"%d"}'):format(book.type, id)
    end
  end
  seed.add(self, lines)
end

local function take_merged(self, book, old, record, names)
  M.take(self, book, { record }, names)
  if book.merged[old] then return end
  book.merged[old], book.of[old] = record.id, names_of(book, {})
  seed.add(self, { { kind = "merge", type = book.type, id = ("%d"):format(old), into = ("%d"):format(record.id) } })
end

local function fetch(self, book, ids, names)
  local found, failures = self.account:get(book.type, ids, { properties = #names > 0 and names or nil })
  local list = {}
  for i, id in ipairs(ids) do
    local record = found[i]
    if record and record.id == id then list[#list + 1] = record end
    if record and record.id ~= id then take_merged(self, book, id, record, names) end
  end
  M.take(self, book, list, names)
  for _, failure in ipairs(failures) do
    if failure.error.code ~= "NOT_FOUND" then error(failure.error, 0) end
    book.absent[ids[failure.row]] = true
  end
end

--- The properties that the account shows when a request names none.
-- @treturn {string,...}
function M.defaults(self, type)
  local book = M.book(self, type)
  if book.defaults then return book.defaults end
  local _, path = errors.check(native.path("record_list", { version = self.account.version, f = type },
    { { "limit", "1" } }))
  local text = self.account:request("GET", path, nil, { text = true })
  local body = cjson.decode(text) -- tether.json would drop nulls
  local first, names = body and body.results and body.results[1], {}
  for name in pairs(first and first.properties or {}) do names[#names + 1] = name end
  book.defaults = first and names or nil
  return names
end

--- Learns records, with some of their properties.
-- @tparam table self the shadow
-- @tparam string type
-- @tparam {integer,...} ids
-- @tparam {string,...} names
function M.ensure(self, type, ids, names)
  local book, missing, seen = M.book(self, type), {}, {}
  for _, id in ipairs(ids) do
    id = book.merged[id] or id
    if not seed.is_new(id) and not seen[id] and not has_all(book, id, names) then
      missing[#missing + 1], seen[id] = id, true
    end
  end
  if #missing > 0 then fetch(self, book, missing, names) end
end

--- Whether a property is unique among the records of a type, as far as the account tells.
function M.is_unique(self, type, property)
  return types.unique(type) == property or require("tether.names.unique").is(self.account, type, property) or false
end

-- The values of a unique property that were not looked for yet. `known` has the id by value, false for a value of no
-- record.
local function new_values(known, values)
  local list, seen = {}, {}
  for _, value in ipairs(values) do
    local key = value:lower()
    if value ~= "" and known[key] == nil and not seen[key] then list[#list + 1], seen[key] = value, true end
  end
  return list
end

local function look_up(self, book, property, list, names)
  local asked, records, known = { property }, {}, book.unique[property]
  table.move(names, 1, #names, 2, asked)
  local found, failures = self.account:get(book.type, list, { id_property = property, properties = asked })
  for _, failure in ipairs(failures) do
    if failure.error.code ~= "NOT_FOUND" then error(failure.error, 0) end
  end
  seed.add(self, { { kind = "property", type = book.type, name = property, unique = true } })
  for i, value in ipairs(list) do
    known[value:lower()] = found[i] and found[i].id or false
    records[#records + 1] = found[i]
  end
  M.take(self, book, records, asked)
end

-- The records that have the values now, since the script may have given a value to another record.
local function holders(self, type, property, values)
  local asked, ids = {}, {}
  for _, value in ipairs(values) do asked[#asked + 1] = value ~= "" and value or nil end
  local found = #asked > 0 and self.inner:get(type, asked, { id_property = property, properties = { property } }) or {}
  for i, value in ipairs(asked) do ids[value:lower()] = found[i] and found[i].id end
  return ids
end

--- Sees to it that whoever has some values of a unique property is known, on the account and in the shadow.
-- @tparam table self the shadow
-- @tparam string type
-- @tparam string property
-- @tparam {string,...} values
-- @tparam {string,...} names of further properties
-- @treturn table value in lower case -> the id of whoever has it now, records that the script has made included
function M.by_unique(self, type, property, values, names)
  local book, ids = M.book(self, type), {}
  book.unique[property] = book.unique[property] or {}
  local known = book.unique[property]
  local list = new_values(known, values)
  if #list > 0 then look_up(self, book, property, list, names) end
  for _, value in ipairs(values) do ids[#ids + 1] = known[value:lower()] or nil end
  local now = holders(self, type, property, values)
  for _, id in pairs(now) do ids[#ids + 1] = id end
  M.ensure(self, type, ids, names)
  return now
end

return M
