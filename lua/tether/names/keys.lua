--- Keys instead of ids: "email=jane@example.com", "domain=example.com", "erp_id=42".
--
-- A key is a property and a value. Each distinct key is resolved once: in batches by a unique property, by search where
-- the property is not unique. What was resolved how is reported; a merged record is followed to the one that survived.
local check = require "tether.check"
local errors = require "tether.error"
local types = require "tether.types"

local M = {}

local SEARCH_VALUES = 100 -- values of one IN filter: what a search of one page can answer

--- Whether a value is a key.
-- @treturn ?string property
-- @treturn ?string value
function M.split(value)
  if type(value) ~= "string" then return nil end
  local property, wanted = value:match "^%s*([%a][%w_]*)%s*=%s*(.-)%s*$"
  if property and wanted ~= "" then return property:lower(), wanted end
end

local Resolver = { __name = "tether.keys" }
Resolver.__index = Resolver

--- A resolver for one hub.
-- @tparam table hub
-- @tparam[opt] table rules none = "error" | "skip" | "create", several = "error" | "skip" | "first"; both "error"
--   unless told. "create" makes a record with the property
-- @treturn resolver its `report` is an array of { type =, key =, id = or nil, how =, count = }
function M.new(hub, rules)
  rules = check.options("keys", rules, { none = "string", several = "string" })
  local none, several = rules.none or "error", rules.several or "error"
  if none ~= "error" and none ~= "skip" and none ~= "create" then
    check.refuse("keys.none", "error, skip or create", none)
  end
  if several ~= "error" and several ~= "skip" and several ~= "first" then
    check.refuse("keys.several", "error, skip or first", several)
  end
  return setmetatable({ hub = hub, none = none, several = several, known = {}, wanted = {}, report = {} }, Resolver)
end

local function slot(self, object_type, property)
  local key = object_type .. " " .. property
  self.wanted[key] = self.wanted[key] or { type = object_type, property = property, values = {}, seen = {} }
  return self.wanted[key]
end

local function name_of(object_type, property, value)
  return ("%s %s=%s"):format(object_type, property, value:lower())
end

--- Notes a key that will be asked for.
-- @tparam string object_type
-- @tparam string property
-- @tparam string value any case: HubSpot compares text without it
function Resolver:want(object_type, property, value)
  local one, lower = slot(self, object_type, property), value:lower()
  if one.seen[lower] or self.known[name_of(object_type, property, value)] then return end
  one.seen[lower] = true
  one.values[#one.values + 1] = value
end

local function note(self, one, value, ids, how)
  local entry = { type = one.type, key = ("%s=%s"):format(one.property, value), how = how, count = #ids }
  if #ids == 1 or (#ids > 1 and self.several == "first") then
    table.sort(ids)
    entry.id = ids[1]
  end
  self.report[#self.report + 1] = entry
  self.known[name_of(one.type, one.property, value)] = entry
end

-- By the unique property: 100 a call, an answer for every value.
local function by_property(self, one)
  local found, failures = self.hub:get(one.type, one.values, { id_property = one.property,
    properties = { one.property } })
  for _, failure in ipairs(failures) do
    if failure.error.code ~= "NOT_FOUND" then return false, failure.error end
  end
  for i, value in ipairs(one.values) do note(self, one, value, { found[i] and found[i].id }, "unique property") end
  return true
end

local function by_search(self, one)
  for first = 1, #one.values, SEARCH_VALUES do
    local values, ids = {}, {}
    for i = first, math.min(first + SEARCH_VALUES - 1, #one.values) do
      values[#values + 1] = one.values[i]:lower() -- IN wants lower case (wire 3.6)
      ids[values[#values]] = {}
    end
    for record in self.hub:search(one.type, { filters = { { one.property, "IN", values } },
      properties = { one.property } }) do
      local mine = ids[tostring(record.properties[one.property] or ""):lower()]
      if mine then mine[#mine + 1] = record.id end
    end
    for i = first, math.min(first + SEARCH_VALUES - 1, #one.values) do
      note(self, one, one.values[i], ids[one.values[i]:lower()], "search")
    end
  end
end

local function create_missing(self, one)
  local inputs, entries = {}, {}
  for _, value in ipairs(one.values) do
    local entry = self.known[name_of(one.type, one.property, value)]
    if entry.count == 0 then
      inputs[#inputs + 1] = { properties = { [one.property] = value } }
      entries[#inputs] = entry
    end
  end
  if #inputs == 0 then return end
  local made, failures = self.hub:create(one.type, inputs)
  for i, entry in ipairs(entries) do
    if made[i] then entry.id, entry.count, entry.how = made[i].id, 1, "created" end
  end
  for _, failure in ipairs(failures) do entries[failure.row].problem = failure.error end
end

--- Resolves what was wanted.
-- @raise what the account refuses
function Resolver:run()
  local waiting = self.wanted
  self.wanted = {}
  for _, one in pairs(waiting) do
    if #one.values > 0 then
      -- A property that is not unique is refused in a batch read: then it is searched for.
      local fine, problem = true, nil
      local unique = types.unique(one.type) == one.property
      if unique then fine, problem = by_property(self, one) else by_search(self, one) end
      if not fine then
        if problem.code ~= "INVALID" then error(problem, 0) end
        by_search(self, one)
      end
      if self.none == "create" then create_missing(self, one) end
    end
  end
end

--- The id of a key that was resolved.
-- @treturn ?integer nil: it is to be skipped
-- @raise NOT_FOUND, CONFLICT as the rules say
function Resolver:id(object_type, property, value)
  local entry = self.known[name_of(object_type, property, value)]
  if not entry then error("a key was not wanted before: " .. property) end
  if entry.id then return entry.id end
  if entry.problem then error(entry.problem, 0) end
  if entry.count == 0 and self.none == "error" then
    errors.raise("NOT_FOUND", ("no record of %s has %s"):format(object_type, entry.key),
      { hint = "correct the value, or pass keys = { none = \"skip\" } or \"create\"" })
  end
  if entry.count > 1 and self.several == "error" then
    errors.raise("CONFLICT", ("%d records of %s have %s"):format(entry.count, object_type, entry.key),
      { hint = "use a unique property, or pass keys = { several = \"first\" } or \"skip\"" })
  end
end

return M
