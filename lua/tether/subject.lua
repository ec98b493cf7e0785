--- The one door of every verb: one pair, or a links set, becomes a links set.
local check = require "tether.check"
local errors = require "tether.error"
local links = require "tether.links"

local M = {}

--- Reads a verb's arguments: (links [, options]) or (from, from_id, to, to_id [, types [, options]]).
-- @tparam string verb for messages
-- @treturn links
-- @treturn ?table options
-- @treturn boolean whether it is one pair, whose failure is raised
-- @raise BAD_ARGUMENT, BAD_ID, OBJECT_TYPE_UNKNOWN, TYPES_EMPTY
function M.of(verb, ...)
  local first = ...
  if links.is(first) then
    local _, options = ...
    return first, options, false
  end
  local from, from_id, to, to_id, types, options = ...
  if type(from) ~= "string" then check.refuse(verb, "a links set, or object type, id, object type, id", from) end
  if type(to) ~= "string" then check.refuse(verb .. ": third argument", "an object type", to) end
  local set = links.new(from, to)
  set:add(check.id(verb .. ": from id", from_id), check.id(verb .. ": to id", to_id), types)
  return set, options, true
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
