--- Reads the arguments of every verb: one pair, or a links set, becomes a links set.
local check = require "tether.check"
local errors = require "tether.error"
local lazy = require "tether.lazy"
local keys = lazy "tether.names.keys"
local links = require "tether.sets.set"
local meaning = lazy "tether.links.meaning"
local native = require "tether.native"
local outcome = lazy "tether.outcome"
local problem = lazy "tether.connection.problem"
local split = require("tether.links.key").split

local M = {}

-- The types of a pair. An empty list is mostly a mistake; only where exactly these types shall remain it means none.
local function types_of(given, exactly)
  if exactly and type(given) == "table" and next(given) == nil then return nil end
  return given
end

local function of_array(verb, exactly, from, to, rows)
  local set = links.new(from, to)
  for i, row in ipairs(rows) do
    local name = ("%s: row %d"):format(verb, i)
    check.type(name, row, "table")
    for k, side in ipairs { "from", "to" } do
      if not split(row[k]) then check.id(("%s: %s id"):format(name, side), row[k]) end
    end
    set:add(row[1], row[2], types_of(row[3], exactly))
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
  if not split(second) then check.id(verb .. ": from id", second) end -- before the account is asked for a name
  if not split(fourth) then check.id(verb .. ": to id", fourth) end
  return of_pair(exactly, hub:object_type(first), second, hub:object_type(third), fourth, fifth), sixth, true
end

local function same(result)
  return result
end

-- Raises a refusal of everything: it says nothing about a row, and no row of the set was sent.
local function refuse(set, err)
  if problem.is_beyond_rows(err) then err.outcome = outcome.new(set) end
  error(err, 0)
end

local function resolver_of(hub, set, rules)
  local resolver = keys.new(hub, rules)
  for _, key in pairs(set.keyed) do
    if key.from then resolver:want(set.from, split(key.from)) end
    if key.to then resolver:want(set.to, split(key.to)) end
  end
  local ok, err = pcall(resolver.run, resolver)
  if not ok then refuse(set, err) end
  return resolver
end

local function id_of(resolver, object_type, key, id)
  if not key then return id end
  return resolver:id(object_type, split(key))
end

-- Resolves the keys of a set to ids, and answers how an outcome of the result becomes an outcome of the given set:
-- there rows whose key has no record are rejected, and rows that the rules skip are unchanged.
local function with_ids(hub, set, rules, is_pair)
  if not next(set.keyed) then return set, same end
  local resolver = resolver_of(hub, set, rules)
  local plain, rows, lost = links.new(set.from, set.to), {}, {}
  plain.names = set.names
  for row = 1, #set do
    local from, to, index = set.native:row(row)
    local key = set.keyed[row] or {}
    local ok, from_id, to_id = errors.try(function()
      return id_of(resolver, set.from, key.from, from), id_of(resolver, set.to, key.to, to)
    end)
    if not ok and problem.is_beyond_rows(from_id) then refuse(set, from_id) end
    if not ok and is_pair then error(from_id, 0) end
    if ok and from_id and to_id then
      local list = meaning.list(set, index)
      plain:add(from_id, to_id, #list > 0 and list or nil)
      rows[#rows + 1] = row
    else
      lost[row] = not ok and from_id or false
    end
  end
  return plain, function(result)
    local whole = outcome.new(set)
    for i, row in ipairs(rows) do
      errors.check(whole.native:settle(native.rows(row, 1), result.native:state(i), result.native:reason(i)))
    end
    for row, err in pairs(lost) do
      if err then
        errors.check(whole.native:settle(native.rows(row, 1), "rejected", err))
      else
        outcome.skip(whole, row)
      end
    end
    whole.keys, whole.merged = resolver.report, result.merged
    return whole
  end
end

local function read_resolved(hub, verb, exactly, ...)
  local set, options, is_pair = read(hub, verb, exactly, ...)
  local plain, restore = with_ids(hub, set, type(options) == "table" and options.keys or nil, is_pair)
  return plain, options, is_pair, restore
end

--- Reads a verb's arguments, in one of three forms: (links [, options]), (from type, to type, { { from id, to id, types
-- }, … } [, options]), or (from type, from id, to type, to id [, types [, options]]). Keys become ids.
-- @tparam table hub resolves names and keys
-- @tparam string verb for messages
-- @treturn links
-- @treturn ?table options; `keys` has the rules for keys, see tether.keys
-- @treturn boolean whether it is one pair, whose failure is raised
-- @treturn function an outcome of these links -> the outcome of what was given
-- @raise BAD_ARGUMENT, BAD_ID, OBJECT_TYPE_UNKNOWN, TYPES_EMPTY
function M.of(hub, verb, ...)
  return read_resolved(hub, verb, false, ...)
end

--- The same, where an empty list of types means none.
function M.of_exactly(hub, verb, ...)
  return read_resolved(hub, verb, true, ...)
end

--- One record id, which may be given as a key.
-- @raise BAD_ID, NOT_FOUND, CONFLICT
function M.id(hub, object_type, name, value)
  local property, wanted = split(value)
  if not property then return check.id(name, value) end
  local resolver = keys.new(hub)
  resolver:want(object_type, property, wanted)
  resolver:run()
  return resolver:id(object_type, property, wanted)
end

--- The ids of an array of ids and keys.
-- @tparam table hub
-- @tparam string object_type
-- @tparam string name of one of them, for messages, with %d for its number
-- @tparam table given
-- @tparam[opt=0] integer before how many were given before these: for the numbers in messages
-- @treturn table ids[i]; nil: it is lost
-- @treturn table lost[i] = the error of a key that stands for no record, or for several
-- @raise BAD_ID; what the account refuses
function M.found(hub, object_type, name, given, before)
  if #given == 0 and next(given) ~= nil then
    errors.raise("BAD_ARGUMENT", (name:gsub("%W?%%d.*", "")) .. ": an array of ids is needed")
  end
  local resolver, ids, lost = nil, {}, {}
  for i, id in ipairs(given) do
    local property, wanted = split(id)
    if property then
      resolver = resolver or keys.new(hub)
      resolver:want(object_type, property, wanted)
    else
      ids[i] = check.id(name:format(i + (before or 0)), id)
    end
  end
  if not resolver then return ids, lost end
  resolver:run()
  for i, id in ipairs(given) do
    local property, wanted = split(id)
    if property then
      local ok, found = errors.try(resolver.id, resolver, object_type, property, wanted)
      if not ok and problem.is_beyond_rows(found) then error(found, 0) end
      if ok then ids[i] = found else lost[i] = found end
    end
  end
  return ids, lost
end

--- An array of record ids, or one; keys become ids.
-- @treturn {integer,...}
-- @raise BAD_ID, NOT_FOUND, CONFLICT
function M.ids(hub, object_type, name, given)
  if type(given) ~= "table" then return { M.id(hub, object_type, name, given) } end
  local ids, lost = M.found(hub, object_type, name .. "[%d]", given)
  for i = 1, #given do
    if lost[i] then error(lost[i], 0) end
  end
  return ids
end

return M
