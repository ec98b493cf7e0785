--- Keys instead of ids: "email=jane@example.com", "domain=example.com", "erp_id=42".
--
-- A key is a property and a value. Each distinct key is resolved once: in batches by a unique property, by search when
-- the property is not unique. The report tells how each key was resolved. A key of a merged record gives the record
-- that survived.
local check = require "tether.check"
local errors = require "tether.error"
local spelling = require "tether.links.key"
local problem = require "tether.connection.problem"
local unique = require "tether.names.unique"
local written = require "tether.names.written"

local M = {}

local SEARCH_VALUES = 100 -- values of one IN filter: as many as one page of results can answer
local NOBODY <const> = { ["unique property"] = 0, search = -1 } -- takes the place of an id when no record has the key
local READ_VALUES = 1000 -- values of ten batches, whose records are held at once

M.split = spelling.split

local Resolver = { __name = "tether.keys" }
Resolver.__index = Resolver

local function one_of(name, value, choices, otherwise)
  if value == nil then return otherwise end
  for _, choice in ipairs(choices) do
    if value == choice then return value end
  end
  check.refuse(name, table.concat(choices, ", "):gsub(", (%w+)$", " or %1"), value)
end

--- A resolver for one hub.
-- @tparam table hub
-- @tparam table rules none = "error" | "skip" | "create", several = "error" | "skip" | "first"; both default to
--   "error". "create" makes a record with the property, which must be unique: a search shows a new record late, so a
--   property that is not unique would lead to a second record
-- @tparam[opt] function progress called between two requests
-- @treturn resolver its `report` is an array of { type =, key =, id = or nil, how =, count = }
function M.new(hub, rules, progress)
  rules = check.options("keys", rules, { none = "string", several = "string" })
  return setmetatable({ hub = hub, none = one_of("keys.none", rules.none, { "error", "skip", "create" }, "error"),
    several = one_of("keys.several", rules.several, { "error", "skip", "first" }, "error"),
    progress = progress or function() end, known = {}, count = 0, wanted = {}, report = {} }, Resolver)
end

local function name_of(object_type, property, value)
  return ("%s %s=%s"):format(object_type, property, value:lower())
end

--- Notes a key that is needed.
-- @tparam string object_type
-- @tparam string property
-- @tparam string value any case: HubSpot compares text without it
function Resolver:want(object_type, property, value)
  local name = name_of(object_type, property, value)
  if self.known[name] ~= nil then return end
  local key = object_type .. " " .. property
  self.wanted[key] = self.wanted[key] or { type = object_type, property = property, values = {} }
  self.known[name], self.count = false, self.count + 1 -- wanted, and not resolved yet
  local values = self.wanted[key].values
  values[#values + 1] = value
end

local function note(self, group, value, ids, how)
  local entry = { type = group.type, key = ("%s=%s"):format(group.property, value), how = how, count = #ids }
  if #ids == 1 or (#ids > 1 and self.several == "first") then
    table.sort(ids)
    entry.id = ids[1]
  end
  if self.report then self.report[#self.report + 1] = entry end
  local packed = not self.report and (entry.id or #ids == 0 and NOBODY[how]) -- a file may have millions of keys
  self.known[name_of(group.type, group.property, value)] = packed or entry
end

-- The entry of a key, unpacked.
local function entry_of(self, object_type, property, value)
  local entry = self.known[name_of(object_type, property, value)]
  if math.type(entry) ~= "integer" then return entry end
  if entry > 0 then return { id = entry, count = 1 } end
  return { key = ("%s=%s"):format(property, value), count = 0, how = entry == NOBODY.search and "search" or
    "unique property" }
end

local function unpack_entry(self, group, value)
  local entry = entry_of(self, group.type, group.property, value)
  self.known[name_of(group.type, group.property, value)] = entry
  return entry
end

local function slices(values, size)
  local first = 1 - size
  return function()
    first = first + size
    if first <= #values then return table.move(values, first, math.min(first + size - 1, #values), 1, {}) end
  end
end

-- Reads records by the unique property, 100 values a call. A failure that names a value belongs to that key.
local function read(self, group, values)
  local found, failures = self.hub:get(group.type, values, { id_property = group.property,
    properties = { group.property } })
  local failed = {}
  for _, failure in ipairs(failures) do
    if failure.not_sent or problem.is_beyond_rows(failure.error) then error(failure.error, 0) end
    failed[failure.row] = failure.error.code ~= "NOT_FOUND" and failure.error or nil
  end
  for i, value in ipairs(values) do
    note(self, group, value, { found[i] and found[i].id }, "unique property")
    if failed[i] then unpack_entry(self, group, value).problem = failed[i] end
  end
  collectgarbage "step"
  self.progress()
end

local function by_property(self, group)
  for values in slices(group.values, READ_VALUES) do read(self, group, values) end
end

-- Finds the records that have the values, also those that this hub has just written: value -> ids.
local function search(self, group, values)
  local ids, wanted = {}, {}
  for i, value in ipairs(values) do
    wanted[i] = value:lower() -- IN wants lower case (wire.md, 3.6)
    ids[wanted[i]] = {}
  end
  local late = written.values(self.hub, group.type, group.property)
  for record in self.hub:search(group.type, { filters = { { group.property, "IN", wanted } },
    properties = { group.property } }) do
    local mine = ids[tostring(record.properties[group.property] or ""):lower()]
    if mine and late[record.id] == nil then mine[#mine + 1] = record.id end
  end
  for id, value in pairs(late) do
    local mine = value and ids[value:lower()]
    if mine then mine[#mine + 1] = id end
  end
  self.progress()
  return ids
end

local function by_search(self, group)
  for values in slices(group.values, SEARCH_VALUES) do
    local ids = search(self, group, values)
    for _, value in ipairs(values) do note(self, group, value, ids[value:lower()], "search") end
  end
end

-- Whether the property is unique. Where the account does not tell, one key is read by the property: the account refuses
-- a property that is not unique, and a property that finds a record is unique. When nothing is found that stays
-- unknown, and the keys are searched for.
local function is_unique(self, group)
  local told = unique.is(self.hub, group.type, group.property)
  if told ~= nil then return told end
  local found, failures = self.hub:get(group.type, { group.values[1] }, { id_property = group.property })
  local refused = failures[1] and failures[1].error
  if refused and problem.is_beyond_rows(refused) then error(refused, 0) end
  if found[1] or refused.code == "INVALID" then unique.learn(self.hub, group.type, group.property, found[1] ~= nil) end
  return found[1] ~= nil
end

local function refuse_create(group)
  errors.raise("BAD_ARGUMENT", ("keys.none: create needs a property that no two records share, and the account does " ..
    "not call %s of %s one: a search tells late what has been made, and would make it twice"):format(group.property,
    group.type), {
    hint = "create the records first, by hub:upsert with a unique property, and name them by that" })
end

-- Makes records for keys without one. A record that another program has made meanwhile is read.
local function create_missing(self, group)
  local inputs, values = {}, {}
  for _, value in ipairs(group.values) do
    local entry = entry_of(self, group.type, group.property, value)
    if entry.count == 0 and not entry.problem then
      inputs[#inputs + 1] = { properties = { [group.property] = value } }
      values[#inputs] = value
    end
  end
  if #inputs == 0 then return end
  local made, failures = self.hub:create(group.type, inputs, { unique = group.property })
  for i, value in ipairs(values) do
    local entry = unpack_entry(self, group, value)
    if made[i] then entry.id, entry.count, entry.how = made[i].id, 1, "created" end
  end
  local there = {}
  for _, failure in ipairs(failures) do
    if failure.not_sent then error(failure.error, 0) end
    unpack_entry(self, group, values[failure.row]).problem = failure.error
    if failure.error.code == "CONFLICT" then there[#there + 1] = values[failure.row] end
  end
  if #there > 0 then read(self, group, there) end
  self.progress()
end

--- Resolves the wanted keys.
-- @raise what the account refuses; BAD_ARGUMENT: none = "create" for a property that is not unique
function Resolver:run()
  local waiting = self.wanted
  self.wanted = {}
  for _, group in pairs(waiting) do
    local may_read = is_unique(self, group)
    if not may_read and self.none == "create" then refuse_create(group) end
    if may_read then by_property(self, group) else by_search(self, group) end
    if self.none == "create" then create_missing(self, group) end
  end
end

--- The id of a key that was resolved.
-- @treturn ?integer nil: the rules skip the key
-- @raise NOT_FOUND, CONFLICT as the rules say; the account's error for this key
function Resolver:id(object_type, property, value)
  local entry = entry_of(self, object_type, property, value)
  assert(entry, "a key was not wanted before")
  if entry.id then return entry.id end
  if entry.problem then error(entry.problem, 0) end
  if entry.count == 0 and self.none == "error" then
    errors.raise("NOT_FOUND", ("no record of %s has %s"):format(object_type, entry.key), { hint = entry.how == "search"
      and "correct the value, wait some seconds if it has just been made (a search lags), or pass keys = " ..
      "{ none = \"skip\" }" or "correct the value, or pass keys = { none = \"skip\" } or \"create\"" })
  end
  if entry.count > 1 and self.several == "error" then
    errors.raise("CONFLICT", ("%d records of %s have %s"):format(entry.count, object_type, entry.key),
      { hint = "use a unique property, or pass keys = { several = \"first\" } or \"skip\"" })
  end
end

return M
