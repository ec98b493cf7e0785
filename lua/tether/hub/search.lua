--- Search: finds records by their properties, page after page.
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local send = require "tether.connection.send"

local M = {}

local PAGE, MOST = 200, 10000 -- records of a page, and results that can be paged: wire.md, 3.6

-- A value as the wire takes it: text.
local function text_of(name, value)
  if value == nil or type(value) == "string" then return value end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if type(value) == "boolean" then return tostring(value) end
  if type(value) == "number" and math.tointeger(value) then return ("%d"):format(math.tointeger(value)) end
  if type(value) == "number" and value == value and math.abs(value) < math.huge then return ("%.17g"):format(value) end
  return check.refuse(name, "a string, number or boolean", value)
end

local function texts_of(name, values)
  local list = {}
  for i, value in ipairs(values) do list[i] = text_of(("%s[%d]"):format(name, i), value) end
  if #list == 0 then check.refuse(name, "a list with at least one value", "an empty one") end
  return list
end

local function filter_of(i, filter)
  local name = ("search: filters[%d]"):format(i)
  check.type(name, filter, "table")
  local filter_object = { propertyName = check.type(name .. " property", filter[1], "string"),
    operator = check.type(name .. " operator", filter[2], "string"):upper() }
  if type(filter[3]) == "table" then
    filter_object.values = texts_of(name .. " values", filter[3])
  else
    filter_object.value = text_of(name .. " value", filter[3])
  end
  filter_object.highValue = text_of(name .. " high value", filter[4])
  return filter_object
end

local function group_of(filters)
  local group = { filters = {} }
  check.type("search: a group of filters", filters, "table")
  for i, filter in ipairs(filters) do group.filters[i] = filter_of(i, filter) end
  return group
end

local function is_about_links(group)
  for _, filter in ipairs(group.filters) do
    if filter.propertyName:find("associations.", 1, true) == 1 then return true end
  end
  return false
end

-- Filters by links are documented only at the top level of the body (wire.md, 3.6), and not for alternatives.
local function body_of(query)
  local body = { query = query.query, sorts = query.sorts, properties = query.properties, limit = PAGE }
  local groups = {}
  for g, filters in ipairs(query.groups or (query.filters and { query.filters }) or {}) do
    groups[g] = group_of(filters)
  end
  if #groups == 1 and is_about_links(groups[1]) then
    body.filters = groups[1].filters
  elseif #groups > 0 then
    body.filterGroups = groups
  end
  return body
end

local function too_many(total)
  errors.raise("TOO_LARGE", ("search: %s found, and only %d can be paged"):format(total or "more are", MOST),
    { hint = "narrow the filters, for example by hs_object_id ranges" })
end

-- Reads the next page; false: there is none.
local function next_page(self)
  if self.ended then return false end
  if self.seen >= MOST then too_many(self.total) end
  local answer = send.call(self.hub, "record_search", self.values, { body = json.encode(self.body) })
  self.page, self.at, self.total = answer.results, 0, answer.total
  self.seen = self.seen + #self.page
  local after = answer.paging and answer.paging.next and answer.paging.next.after
  self.ended = after == nil
  if self.ended then return true end
  after = tostring(math.tointeger(after) or after)
  if self.cursors[after] then
    errors.raise("ANSWER_MALFORMED", ("search: the server gives the same cursor %q twice"):format(after))
  end
  self.cursors[after], self.body.after = true, after
  return true
end

--- Iterates over the records that a search finds, page after page, up to the 10,000 that can be paged. A search lags
-- behind what has been written by some seconds.
--
--     for deal in hub:search("deals", { filters = { { "amount", "GT", 1000 }, { "closed", "EQ", false } } }) do … end
-- @tparam table hub
-- @tparam string object_type
-- @tparam table query { filters = { { property, operator, value or values, high value }, … } (all of them hold),
--   groups = { filters, … } (those of any group hold), query = words, sorts = { property },
--   properties = { names } }. Operators: EQ, NEQ, LT, LTE, GT, GTE, BETWEEN (with the high value), IN, NOT_IN (a list),
--   HAS_PROPERTY, NOT_HAS_PROPERTY, CONTAINS_TOKEN, NOT_CONTAINS_TOKEN, in any case. Values are strings, numbers or
--   booleans, dates milliseconds since
--   1970; those of IN are compared in lower case. NEQ and NOT_IN find records without a value too
-- @treturn function
-- @raise by the iterator: TOO_LARGE behind the last record that can be paged, when there are more
function M.search(hub, object_type, query)
  check.options("search", check.type("search", query, "table"), { filters = "table", groups = "table",
    query = "string", sorts = "table", properties = "table" })
  local self = { hub = hub, values = { f = lookup.segment(hub, object_type) }, body = body_of(query), page = {}, at = 0,
    seen = 0, cursors = {} }
  return function()
    while self.at >= #self.page do
      if not next_page(self) then return nil end
    end
    self.at = self.at + 1
    local record = self.page[self.at]
    record.id = native.id(record.id) or record.id
    return record
  end
end

return M
