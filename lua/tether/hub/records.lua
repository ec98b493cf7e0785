--- Verbs on records, as far as associations need them.
local batches = require "tether.batches.record_batches"
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local send = require "tether.connection.send"
local settle = require "tether.batches.find_created"
local subject = require "tether.batches.subject"

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

--- Creates a record, and with it its associations to records that exist; or many.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table properties name -> value; or an array of { properties =, associations = }
-- @tparam[opt] {table,...} associations { to = id, type = object type, types = type id, label or list }
-- @tparam[opt] table options unique = a property that no two records share (contacts have email): a create whose answer
--   was lost is settled by it. For an array the options stand in place of the associations
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
    return record(settle.create(hub, segment, body, unique))
  end
  local unique, since = check.options("create", associations, { unique = "string" }).unique, native.wall_ms()
  local inputs = {}
  for i, given in ipairs(properties) do
    check.options(("create: [%d]"):format(i), given, { properties = "table", associations = "table" })
    inputs[i] = create_input(hub, object_type, given.properties, given.associations)
    inputs[i].objectWriteTraceId = ("%d"):format(i) -- without it one bad input refuses the batch (wire.md, 3.7)
  end
  return batches.run(hub, "records_create", segment, inputs, { convert = record,
    settle = function(input) return settle.find_input(hub, segment, input, unique, since) end })
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

local function get_many(hub, segment, ids, options)
  options = options or {}
  if options.associations then
    errors.raise("BAD_ARGUMENT", "get: a batch read has no associations; use hub:associations(type, ids, to)")
  end
  local inputs = {}
  for i, id in ipairs(ids) do
    inputs[i] = { id = options.id_property and check.type("get: id", id, "string") or
      ("%d"):format(check.id(("get: id[%d]"):format(i), id)) }
  end
  local properties = { options.id_property } -- by which an answer tells what it answers
  for _, name in ipairs(options.properties or { "hs_object_id" }) do properties[#properties + 1] = name end
  return batches.run(hub, "records_read", segment, inputs, { convert = record, property = options.id_property,
    extra = { properties = properties, idProperty = options.id_property },
    query = options.archived and { { "archived", "true" } } or nil })
end

--- Reads one record, or many.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id, an array of ids, or with id_property values of that property
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

--- Changes properties of a record, or of many; associations cannot be changed here.
-- @tparam table hub
-- @tparam string object_type
-- @param id a record id, or an array of { id =, properties = }
-- @tparam[opt] table properties name -> value, "" clears
-- @treturn table the record; for an array results[i] or nil
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
-- @raise for one record NOT_FOUND, INVALID
function M.update(hub, object_type, id, properties)
  local segment = lookup.segment(hub, object_type)
  if type(id) == "table" then
    local inputs = changes("update", id, function(name, value) return ("%d"):format(check.id(name, value)) end)
    return batches.run(hub, "records_update", segment, inputs, { convert = record })
  end
  check_properties("update", properties)
  local values = { f = segment, a = ("%d"):format(subject.id(hub, segment, "update: id", id)) }
  return record(send.call(hub, "record_update", values, { body = { properties = properties } }))
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
  return batches.run(hub, "records_upsert", lookup.segment(hub, object_type), inputs,
    { convert = record, property = property })
end

--- Archives a record, or many: they go to the recycle bin, their associations are no longer listed.
-- @treturn boolean true, also when it is gone already; for an array results[i]
-- @treturn[opt] {table,...} for an array: failures { row = i, error = }
function M.archive(hub, object_type, id)
  local segment = lookup.segment(hub, object_type)
  if type(id) == "table" then
    local inputs = {}
    for i, one in ipairs(id) do inputs[i] = { id = ("%d"):format(check.id(("archive: id[%d]"):format(i), one)) } end
    return batches.run(hub, "records_archive", segment, inputs, { convert = record })
  end
  local values = { f = segment, a = ("%d"):format(subject.id(hub, segment, "archive: id", id)) }
  local ok, err = pcall(send.call, hub, "record_archive", values)
  if not ok and not (errors.is(err) and err.code == "NOT_FOUND") then error(err, 0) end
  return true
end

local SEARCH_PAGE, SEARCH_MOST = 200, 10000 -- wire 3.6

--- Iterates over the records that a search finds, page after page, up to the 10,000 that can be paged.
-- @tparam table hub
-- @tparam string object_type
-- @tparam table query { filters = { { property, operator, value or values }, … } (all of them), groups = { filters, … }
--   (any of them), query = words, sorts = { property }, properties = { names } }
-- @treturn function
-- @raise TOO_LARGE when more are found than can be paged
function M.search(hub, object_type, query)
  check.options("search", check.type("search", query, "table"), { filters = "table", groups = "table",
    query = "string", sorts = "table", properties = "table" })
  local body = { filterGroups = {}, query = query.query, sorts = query.sorts, properties = query.properties,
    limit = SEARCH_PAGE }
  for g, filters in ipairs(query.groups or (query.filters and { query.filters }) or {}) do
    local group = { filters = {} }
    for i, filter in ipairs(filters) do
      local name = ("search: filters[%d]"):format(i)
      local one = { propertyName = check.type(name, filter[1], "string"),
        operator = check.type(name, filter[2], "string"):upper() }
      if type(filter[3]) == "table" then one.values = filter[3] else one.value = filter[3] and tostring(filter[3]) end
      one.highValue = filter[4] and tostring(filter[4])
      group.filters[i] = one
    end
    body.filterGroups[g] = group
  end
  if #body.filterGroups == 0 then body.filterGroups = nil end
  local page, at, values, seen = {}, 0, { f = lookup.segment(hub, object_type) }, 0
  return function()
    while at >= #page do
      if page.ended then return nil end
      local answer = send.call(hub, "record_search", values, { body = json.encode(body) })
      page, at = answer.results, 0
      seen = seen + #page
      body.after = answer.paging and answer.paging.next and tostring(answer.paging.next.after)
      page.ended = body.after == nil
      if body.after and seen >= SEARCH_MOST then
        errors.raise("TOO_LARGE", ("search: %d found, and only %d can be paged"):format(answer.total, SEARCH_MOST),
          { hint = "narrow the filters, for example by hs_object_id ranges" })
      end
    end
    at = at + 1
    return record(page[at])
  end
end

return M
