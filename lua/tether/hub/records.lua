--- Verbs on records, as far as associations need them.
local batches = require "tether.batches.record_batches"
local check = require "tether.check"
local errors = require "tether.error"
local keys = require "tether.names.keys"
local links = require "tether.sets.set"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local send = require "tether.connection.send"
local find_created = require "tether.batches.find_created"
local subject = require "tether.batches.subject"
local types = require "tether.types"
local warnings = require "tether.hub.warnings"
local written = require "tether.names.written"

local M = {}

-- A record for scripts: ids are integers, whatever the wire has, and `properties` is a table.
local function record(body)
  body.id, body.properties = native.id(body.id) or body.id, body.properties or {}
  for _, found in pairs(body.associations or {}) do
    for _, result in ipairs(found.results or {}) do result.id = native.id(result.id) or result.id end
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
  return { to = { id = subject.id(hub, given.type, name .. ".to", given.to) }, types = specs }
end

local function create_input(hub, object_type, properties, associations)
  check_properties("create", properties)
  local input = { properties = properties }
  if check.type("create: associations", associations, "table", true) then
    local list = {}
    for i, given in ipairs(associations) do list[i] = association(hub, object_type, i, given) end
    if #list > 0 then input.associations = list end
  end
  return input
end

local function is_array(value)
  return type(value) == "table" and value[1] ~= nil
end

-- Keeps the links that records were made with, for a journal, by the other object type, which the script's lists name.
local function keep_links(hub, segment, made, inputs, lists)
  local sets = {}
  for i, input in pairs(inputs) do
    for k, asked in ipairs(made[i] and input.associations or {}) do
      local other = hub:object_type(lists[i][k].type)
      sets[other] = sets[other] or links.new(segment, other)
      sets[other]:add(made[i].id, asked.to.id)
    end
  end
  for _, set in pairs(sets) do hub.recorder:born(set) end
end

-- Remembers what a batch has written, for keys that are found by search.
local function note_all(hub, segment, inputs, results, failures)
  for i, input in ipairs(inputs) do
    if results[i] then
      written.note(hub, segment, results[i].id, input.properties)
      warnings.note(hub, results[i])
    end
  end
  return results, failures
end

--- Creates a record, and with it its associations to records that exist; or many.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table properties name -> value; or an array of { properties =, associations = }
-- @tparam[opt] {table,...} associations { to = id, type = object type, types = type id, label or list }
-- @tparam[opt] table options unique = a property that no two records share (contacts have email): a create whose
--   answer was lost is settled by it. For an array the options stand in place of the associations
-- @treturn table { id = integer, properties =, createdAt =, … }; for an array results[i] or nil
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
-- @raise BAD_ARGUMENT, BAD_ID, TYPE_WRONG_DIRECTION, LABEL_UNKNOWN before sending; for one record INVALID, CONFLICT,
--   NOT_FOUND after. A create is never sent twice blindly: the second would make a second record. Without a unique
--   property an error whose `in_doubt` is true says that nobody knows
function M.create(hub, object_type, properties, associations, options)
  local segment = lookup.segment(hub, object_type)
  if not is_array(properties) then
    local unique = check.options("create", options, { unique = "string" }).unique
    local body = create_input(hub, object_type, properties, associations)
    local made = record(find_created.create(hub, segment, body, unique))
    warnings.note(hub, made)
    written.note(hub, segment, made.id, properties)
    if hub.recorder then keep_links(hub, segment, { made }, { body }, { associations }) end
    return made
  end
  local unique, since = check.options("create", associations, { unique = "string" }).unique, native.wall_ms()
  local inputs, lists = {}, {}
  for i, given in ipairs(properties) do
    check.options(("create: [%d]"):format(i), given, { properties = "table", associations = "table" })
    lists[i] = given.associations
    inputs[i] = create_input(hub, object_type, given.properties, given.associations)
    inputs[i].objectWriteTraceId = ("%d"):format(i) -- without it one bad input refuses the batch (wire.md, 3.7)
  end
  local results, failures = note_all(hub, segment, inputs, batches.run(hub, "records_create", segment, inputs,
    { convert = record, settle = function(input)
      return find_created.find_input(hub, segment, input, unique, since)
    end }))
  if hub.recorder then keep_links(hub, segment, results, inputs, lists) end
  return results, failures
end

local function joined(name, list)
  check.type(name, list, "table")
  return table.concat(list, ",")
end

local function read_query(verb, options)
  check.options(verb, options, { properties = "table", associations = "table", archived = "boolean",
    id_property = "string" })
  local query = {}
  for _, name in ipairs { "properties", "associations" } do
    if options and options[name] then query[#query + 1] = { name, joined(name, options[name]) } end
  end
  if options and options.archived then query[#query + 1] = { "archived", "true" } end
  if options and options.id_property then query[#query + 1] = { "idProperty", options.id_property } end
  return query
end

-- The inputs of a batch that needs only ids.
local function inputs_of(hub, segment, list, id_property, verb)
  local inputs, ids, lost = {}, list, nil
  if not id_property then ids, lost = subject.found(hub, segment, (verb or "get") .. ": id[%d]", list) end
  for i = 1, #list do
    local id = ids[i]
    inputs[i] = { id = id_property and check.type("get: id", id, "string") or id and ("%d"):format(id) }
  end
  return inputs, lost
end

local function get_many(hub, segment, ids, options)
  options = options or {}
  if options.associations then
    errors.raise("BAD_ARGUMENT", "get: a batch read has no associations; use hub:associations(type, ids, to)")
  end
  local inputs, lost = inputs_of(hub, segment, ids, options.id_property)
  -- The property with the other names of a record, by which an answer is matched to its input: further addresses, or
  -- ids of records that were merged into it.
  local others = not options.id_property and "hs_merged_object_ids" or
    options.id_property == types.unique(segment) and "hs_additional_emails" or nil
  local properties = { options.id_property }
  properties[#properties + 1] = others
  for _, name in ipairs(options.properties or { "hs_object_id" }) do properties[#properties + 1] = name end
  return batches.run(hub, "records_read", segment, inputs, { convert = record, property = options.id_property,
    others = others, lost = lost,
    extra = { properties = properties, idProperty = options.id_property },
    query = options.archived and { { "archived", "true" } } or nil })
end

--- Reads one record, or many.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id or key, an array of them, or with id_property values of that property
-- @tparam[opt] table options properties = { names }, associations = { object types } (one record only),
--   archived = true, id_property = a unique property
-- @treturn table { id =, properties =, associations = { companies = { results = { { id =, type = } } } } }; for an
--   array results[i] or nil
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
-- @raise NOT_FOUND for one record
function M.get(hub, object_type, id, options)
  local query = read_query("get", options)
  local segment = lookup.segment(hub, object_type)
  if type(id) == "table" then return get_many(hub, segment, id, options) end
  local key = options and options.id_property and check.type("get: id", id, "string") or
    ("%d"):format(subject.id(hub, segment, "get: id", id))
  return record(send.call(hub, "record_get", { f = segment, a = key }, { query = query }))
end

--- Iterates over all records of a type, page after page.
-- @tparam table hub
-- @tparam string object_type
-- @tparam[opt] table options as for get
-- @treturn function
function M.records(hub, object_type, options)
  local query = read_query("records", options)
  local page, at, after, seen = {}, 0, nil, {}
  local values = { f = lookup.segment(hub, object_type) }
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

-- Inputs of update and upsert: { id =, properties = }.
local function changes(verb, list, id_of)
  local inputs = {}
  for i, given in ipairs(list) do
    local name = ("%s: [%d]"):format(verb, i)
    check.options(name, check.type(name, given, "table"), { id = "any", properties = "table" })
    check_properties(name, given.properties)
    inputs[i] = { id = id_of(name .. ".id", given.id), properties = given.properties,
      objectWriteTraceId = ("%d"):format(i) }
  end
  return inputs
end

-- Whether a record was merged into another one, whose id the answer then has (wire.md, 3.5).
local function is_merged(hub, segment, old, new)
  local ok, found = errors.try(M.get, hub, segment, old)
  return ok and found.id == new
end

--- Changes properties of a record, or of many; associations cannot be changed here.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id or key, or an array of { id =, properties = }: one that stands there twice is written in
--   order
-- @tparam[opt] table properties name -> value, "" clears
-- @treturn table the record; for an array results[i] or nil
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
-- @raise for one record NOT_FOUND, INVALID
function M.update(hub, object_type, id, properties)
  local segment = lookup.segment(hub, object_type)
  if type(id) == "table" then
    local inputs = changes("update", id, function(name, value)
      return keys.split(value) and value or check.id(name, value)
    end)
    local given = {}
    for i, input in ipairs(inputs) do given[i] = input.id end
    local ids, lost = subject.found(hub, segment, "update: [%d].id", given)
    for i, input in ipairs(inputs) do input.id = ids[i] and ("%d"):format(ids[i]) end
    return note_all(hub, segment, inputs, batches.run(hub, "records_update", segment, inputs,
      { convert = record, lost = lost }))
  end
  check_properties("update", properties)
  local wanted = subject.id(hub, segment, "update: id", id)
  local changed = record(send.call(hub, "record_update", { f = segment, a = ("%d"):format(wanted) },
    { body = { properties = properties } }))
  if changed.id ~= wanted and not is_merged(hub, segment, wanted, changed.id) then
    errors.raise("NOT_CONFIRMED", ("update: the answer is about %s, not %d"):format(changed.id, wanted),
      { operation = "record_update", in_doubt = true, hint = "read the record, or send the change again" })
  end
  written.note(hub, segment, changed.id, properties)
  return changed
end

--- Creates or changes records by a unique property: safe to repeat.
-- @tparam table hub
-- @tparam string object_type
-- @tparam string property a unique one, such as email of contacts
-- @tparam {table,...} list { id = value of the property, properties = }
-- @treturn table results[i], with `new` true or false, or nil
-- @treturn {table,...} failures { row = i, error = }
function M.upsert(hub, object_type, property, list)
  check.type("upsert: property", property, "string")
  local inputs = changes("upsert", check.type("upsert", list, "table"), function(name, value)
    return check.type(name, value, "string")
  end)
  for _, input in ipairs(inputs) do input.idProperty = property end
  local segment = lookup.segment(hub, object_type)
  return note_all(hub, segment, inputs, batches.run(hub, "records_upsert", segment, inputs,
    { convert = record, property = property }))
end

--- Archives a record, or many: they go to the recycle bin, their associations are no longer listed.
-- @treturn boolean true, also when it is gone already; for an array results[i]
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
function M.archive(hub, object_type, id)
  local segment = lookup.segment(hub, object_type)
  if type(id) == "table" then
    local inputs, lost = inputs_of(hub, segment, id, nil, "archive")
    local results, failures = batches.run(hub, "records_archive", segment, inputs, { convert = record, lost = lost })
    for i, input in ipairs(inputs) do
      if results[i] then written.note(hub, segment, math.tointeger(tonumber(input.id)), nil) end
    end
    return results, failures
  end
  local values = { f = segment, a = ("%d"):format(subject.id(hub, segment, "archive: id", id)) }
  local ok, err = pcall(send.call, hub, "record_archive", values)
  if not ok and not (errors.is(err) and err.code == "NOT_FOUND") then error(err, 0) end
  written.note(hub, segment, math.tointeger(tonumber(values.a)), nil)
  return true
end

return M
