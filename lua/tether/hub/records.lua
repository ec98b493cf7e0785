--- Verbs on records, as far as associations need them.
local check = require "tether.check"
local errors = require "tether.error"
local lookup = require "tether.hub.lookup"
local native = require "tether.native"
local send = require "tether.send"
local types = require "tether.types"

local M = {}

-- A record as scripts see it: ids are integers, whatever the wire says.
local function record(body)
  body.id = native.id(body.id) or body.id
  for _, found in pairs(body.associations or {}) do
    for _, one in ipairs(found.results or {}) do one.id = native.id(one.id) or one.id end
  end
  return body
end

local function check_properties(verb, properties)
  check.type(verb .. ": properties", properties, "table")
  for name, value in pairs(properties) do
    check.type(verb .. ": property name", name, "string")
    if type(value) == "table" then check.refuse(("%s: %s"):format(verb, name), "a string, number or boolean", value) end
  end
end

local function association(hub, from, i, given)
  local name = ("create: associations[%d]"):format(i)
  check.options(name, check.type(name, given, "table"), { to = "any", type = "string", types = "any" })
  if given.type == nil then check.refuse(name .. ".type", "the target's object type", nil) end
  local list = given.types
  if type(list) == "table" and #list == 0 and not list.id then
    errors.raise("TYPES_EMPTY", name .. ".types: the list of types is empty")
  end
  if list == nil then list = {} elseif type(list) ~= "table" or list.id then list = { list } end
  local specs = {}
  for k, found in ipairs(lookup.resolve(hub, from, given.type, list)) do
    specs[k] = { associationCategory = found.category, associationTypeId = found.id }
  end
  return { to = { id = check.id(name .. ".to", given.to) }, types = specs }
end

--- Creates a record, and with it its associations to records that exist.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table properties name -> value
-- @tparam[opt] {table,...} associations { to = id, type = object type, types = type id, label or list }
-- @treturn table { id = integer, properties =, createdAt =, … }
-- @raise BAD_ARGUMENT, BAD_ID, TYPE_WRONG_DIRECTION, LABEL_UNKNOWN before sending; INVALID, CONFLICT, NOT_FOUND after.
--   A create is never sent twice by itself: the second would make a second record
function M.create(hub, object_type, properties, associations)
  types.object(object_type)
  check_properties("create", properties)
  local body = { properties = properties }
  if check.type("create: associations", associations, "table", true) then
    local list = {}
    for i, given in ipairs(associations) do list[i] = association(hub, object_type, i, given) end
    if #list > 0 then body.associations = list end
  end
  return record(send.call(hub, "record_create", { f = lookup.segment(object_type) }, { body = body }))
end

local function joined(name, list)
  check.type(name, list, "table")
  return table.concat(list, ",")
end

local function read_query(verb, options)
  check.options(verb, options, { properties = "table", associations = "table", archived = "boolean" })
  local query = {}
  for _, name in ipairs { "properties", "associations" } do
    if options and options[name] then query[#query + 1] = { name, joined(name, options[name]) } end
  end
  if options and options.archived then query[#query + 1] = { "archived", "true" } end
  return query
end

--- Reads one record.
-- @tparam table hub
-- @tparam string object_type
-- @tparam integer|string id
-- @tparam[opt] table options properties = { names }, associations = { object types }, archived = true
-- @treturn table { id =, properties =, associations = { companies = { results = { { id =, type = } } } } }
-- @raise NOT_FOUND
function M.get(hub, object_type, id, options)
  local query = read_query("get", options)
  local values = { f = lookup.segment(object_type), a = ("%d"):format(check.id("get: id", id)) }
  return record(send.call(hub, "record_get", values, { query = query }))
end

--- Iterates over all records of a type, page after page.
-- @tparam table hub
-- @tparam string object_type
-- @tparam[opt] table options as for get
-- @treturn function
function M.records(hub, object_type, options)
  local query = read_query("records", options)
  local page, at, after, seen = {}, 0, nil, {}
  local values = { f = lookup.segment(object_type) }
  query[#query + 1] = { "limit", "100" }
  local last = #query + 1
  return function()
    while at >= #page do
      if page.ended then return nil end
      query[last] = after and { "after", after } or nil
      local body = send.call(hub, "record_list", values, { query = query })
      page, at = body.results, 0
      after = body.paging and body.paging.next and tostring(body.paging.next.after)
      page.ended = after == nil
      if after and seen[after] then
        errors.raise("ANSWER_MALFORMED", ("records: the server gives the same cursor %q twice"):format(after))
      end
      if after then seen[after] = true end
    end
    at = at + 1
    return record(page[at])
  end
end

--- Changes properties of a record; associations cannot be changed here.
-- @treturn table the record
-- @raise NOT_FOUND, INVALID
function M.update(hub, object_type, id, properties)
  check_properties("update", properties)
  local values = { f = lookup.segment(object_type), a = ("%d"):format(check.id("update: id", id)) }
  return record(send.call(hub, "record_update", values, { body = { properties = properties } }))
end

--- Archives a record: it goes to the recycle bin, its associations are no longer listed.
-- @treturn boolean true, also when it is gone already
function M.archive(hub, object_type, id)
  local values = { f = lookup.segment(object_type), a = ("%d"):format(check.id("archive: id", id)) }
  local ok, err = pcall(send.call, hub, "record_archive", values)
  if not ok and not (errors.is(err) and err.status == 404) then error(err, 0) end
  return true
end

return M
