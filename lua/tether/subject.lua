--- The one door of every verb: one pair, or a links set, becomes a links set.
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.links"

local M = {}

-- An empty list of types is mostly a mistake; where exactly these types shall be left, it means none.
local function types_of(given, exactly)
  if exactly and type(given) == "table" and next(given) == nil then return nil end
  return given
end

local function of_array(verb, exactly, from, to, rows)
  local set = links.new(from, to)
  for i, row in ipairs(rows) do
    local name = ("%s: row %d"):format(verb, i)
    check.type(name, row, "table")
    set:add(check.id(name .. ": from id", row[1]), check.id(name .. ": to id", row[2]), types_of(row[3], exactly))
  end
  if #rows == 0 and next(rows) ~= nil then check.refuse(verb, "an array of { from id, to id, types }", rows) end
  return set
end

local function of_pair(exactly, from, from_id, to, to_id, given)
  return links.new(from, to):add(from_id, to_id, types_of(given, exactly))
end

local function read(hub, verb, exactly, first, second, third, fourth, fifth, sixth)
  if links.is(first) then return first, second, false end
  if type(first) ~= "string" then check.refuse(verb, "a links set, or object type, id, object type, id", first) end
  if type(third) == "table" and type(second) == "string" then
    return of_array(verb, exactly, hub:object_type(first), hub:object_type(second), third), fourth, false
  end
  if type(third) ~= "string" then check.refuse(verb .. ": third argument", "an object type", third) end
  check.id(verb .. ": from id", second) -- before the account is asked for a name
  check.id(verb .. ": to id", fourth)
  return of_pair(exactly, hub:object_type(first), second, hub:object_type(third), fourth, fifth), sixth, true
end

--- Reads a verb's arguments, in one of three forms: (links [, options]), (from type, to type, { { from id, to id, types
-- }, … } [, options]), or (from type, from id, to type, to id [, types [, options]]).
-- @tparam table hub resolves the names of object types
-- @tparam string verb for messages
-- @treturn links
-- @treturn ?table options
-- @treturn boolean whether it is one pair, whose failure is raised
-- @raise BAD_ARGUMENT, BAD_ID, OBJECT_TYPE_UNKNOWN, TYPES_EMPTY
function M.of(hub, verb, ...)
  return read(hub, verb, false, ...)
end

--- The same where an empty list of types means none.
function M.of_exactly(hub, verb, ...)
  return read(hub, verb, true, ...)
end

--- An array of record ids, or one.
-- @treturn {integer,...}
function M.ids(name, given)
  if type(given) ~= "table" then return { check.id(name, given) } end
  if #given == 0 and next(given) ~= nil then errors.raise("BAD_ARGUMENT", name .. ": an array of ids is needed") end
  local ids = {}
  for i, id in ipairs(given) do ids[i] = check.id(("%s[%d]"):format(name, i), id) end
  return ids
end

return M
