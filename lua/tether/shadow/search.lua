--- Searching: reads the account's results as far as the shadow's page goes; then the portal searches all known records.
--
-- So a search also finds the script's own writes, which an account would find only seconds later; a notice tells that.
local json = require "tether.json"
local definitions = require "tether.shadow.definitions"
local links = require "tether.shadow.links"
local native = require "tether.native"
local records = require "tether.shadow.records"
local send = require "tether.connection.send"

local M = {}

local PAGE, MOST = 200, 10000 -- wire.md, 3.6

-- A value as a text that does not depend on the order of its fields.
local function text_of(value)
  if type(value) ~= "table" then return type(value) .. tostring(value) end
  local parts = {}
  for name, field in pairs(value) do parts[#parts + 1] = tostring(name) .. "=" .. text_of(field) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local function filters_of(body)
  local list = {}
  for _, group in ipairs(type(body.filterGroups) == "table" and body.filterGroups or { body }) do
    for _, filter in ipairs(type(group) == "table" and type(group.filters) == "table" and group.filters or {}) do
      if type(filter) == "table" and type(filter.propertyName) == "string" then list[#list + 1] = filter end
    end
  end
  return list
end

-- The properties that decide whether a record is found, and where: those of the filters and of the order.
local function names_of(body, filters)
  local names, seen = {}, {}
  local function add(name)
    if type(name) ~= "string" or seen[name] or name:find("^associations%.") then return end
    names[#names + 1], seen[name] = name, true
  end
  for _, name in ipairs(type(body.properties) == "table" and body.properties or {}) do add(name) end
  for _, filter in ipairs(filters) do add(filter.propertyName) end
  for _, sort in ipairs(type(body.sorts) == "table" and body.sorts or {}) do
    add(type(sort) == "table" and sort.propertyName or type(sort) == "string" and sort:gsub("^%-", "") or nil)
  end
  return names
end

-- Learns the links that filters by links need.
local function know_links(self, type, filters, ids)
  for _, filter in ipairs(filters) do
    local other = filter.propertyName:match "^associations%.(.+)$"
    other = other and definitions.type(self, other)
    local targets = {}
    for _, value in ipairs(filter.values or { filter.value }) do targets[#targets + 1] = native.id(value) end
    if other then
      links.ensure(self, other, targets, type)
      if #targets == 0 then links.ensure(self, type, ids, other) end
    end
  end
end

local function next_page(self, asked, given, walk)
  local body = {}
  for name, value in pairs(given) do body[name] = value end
  body.properties, body.limit, body.after = walk.names, PAGE, walk.after
  local answer = send.call(self.account, "record_search", { f = asked.f }, { body = json.encode(body) })
  for _, record in ipairs(answer.results) do
    record.id = native.id(record.id)
    walk.ids[#walk.ids + 1] = record.id
  end
  records.take(self, records.book(self, asked.f), answer.results, walk.names)
  local following = answer.paging and answer.paging.next and tostring(answer.paging.next.after)
  walk.ended = not following or following == walk.after or #walk.ids >= MOST
  walk.after = following
end

local function known_ids(book)
  local ids, written = {}, 0
  for id in pairs(book.of) do ids[#ids + 1] = id end
  for _ in pairs(book.written) do written = written + 1 end
  return ids, written
end

--- Reads the account's results as far as a page of the shadow's needs them.
-- @tparam table self the shadow
-- @tparam table asked
function M.before(self, asked)
  local body = type(asked.body) == "table" and asked.body or {}
  local filters = filters_of(body)
  local names, book = names_of(body, filters), records.book(self, asked.f)
  self.tell("a search shows the script's own writes at once, and an account some seconds later; words and tokens " ..
    "may be found otherwise")
  local key = ("%s %s"):format(asked.f, text_of { body.filterGroups or body.filters or {}, body.query or "",
    body.sorts or {}, names })
  local walk = self.searches[key] or { ids = {}, names = names }
  self.searches[key] = walk
  local ids, written = known_ids(book)
  local needed = (math.tointeger(tonumber(body.after)) or 0) + (math.tointeger(body.limit) or 10) + written
  while not walk.ended and #walk.ids <= needed do next_page(self, asked, body, walk) end
  records.ensure(self, asked.f, ids, names)
  know_links(self, asked.f, filters, walk.ids)
end

return M
