--- The shape that the answer to each operation must have, as one table, so that readers find every field they need. An
-- answer of another shape counts as unreadable. Fields that Tether does not read may be anything, because HubSpot adds
-- fields without notice.
local json = require "tether.json"
local native = require "tether.native"

local NULL = json.null

-- For each kind, a check whether a value is of it. JSON's null is a value of its own here.
local kinds = {
  text = function(value) return type(value) == "string" end,
  flag = function(value) return type(value) == "boolean" end,
  count = function(value) return type(value) == "number" and math.tointeger(value) ~= nil end,
  id = function(value) return native.id(math.type(value) == "float" and math.tointeger(value) or value) ~= nil end,
  cursor = function(value) return type(value) == "string" or type(value) == "number" end,
  map = function(value)
    if type(value) ~= "table" then return false end
    for key in pairs(value) do
      if type(key) ~= "string" then return false end
    end
    return true
  end,
}

local check

local function check_list(value, shape, where)
  if type(value) ~= "table" then return where .. " is no list" end
  for key in pairs(value) do
    if type(key) ~= "number" then return where .. " is no list" end
  end
  for i, item in ipairs(value) do
    local problem = check(item, shape, ("%s[%d]"):format(where, i))
    if problem then return problem end
  end
end

local function check_fields(value, shape, where)
  if not kinds.map(value) then return where .. " is no object" end
  for name, wanted in pairs(shape) do
    local problem = check(value[name], wanted, ("%s.%s"):format(where, name))
    if problem then return problem end
  end
end

local function check_each(value, shape, where)
  if not kinds.map(value) then return where .. " is no object" end
  for name, item in pairs(value) do
    local problem = check(item, shape, ("%s.%s"):format(where, name))
    if problem then return problem end
  end
end

-- "text?" -> { is = "text", optional = true }
local named = setmetatable({}, { __index = function(known, name)
  known[name] = { is = name:match "^%l+", optional = name:sub(-1) == "?" }
  return known[name]
end })

-- A shape is the name of a kind, with "?" where the value may be missing; a table of fields; or { check = function, of
-- = shape, optional = true }.
function check(value, shape, where)
  if type(shape) == "string" then shape = named[shape] end
  if value == nil or value == NULL then return not shape.optional and where .. " is missing" or nil end
  if shape.is then return not kinds[shape.is](value) and ("%s is no %s"):format(where, shape.is) or nil end
  if shape.check then return shape.check(value, shape.of, where) end
  return check_fields(value, shape, where)
end

local function list(of) return { check = check_list, of = of } end
local function each(of) return { check = check_each, of = of, optional = true } end
local function fields(of) return { check = check_fields, of = of, optional = true } end

local function maybe(shape)
  return { check = shape.check, of = shape.of, optional = true }
end

local paging = fields { next = fields { after = "cursor" } }
local linked = each(fields { results = maybe(list { id = "id" }) })
local record = { id = "id", properties = "map?", associations = linked, createdAt = "text?", new = "flag?" }
local entry = { message = "text?", category = "text?", subCategory = "text?", context = "map?" }
local batch = { results = list(record), errors = maybe(list(entry)), status = "text?" }
local label = { category = "text", typeId = "count", label = "text?" }
local limit = { category = "text", typeId = "count", label = "text?", userEnforcedMaxToObjectIds = "count?" }
local schema = { name = "text", objectTypeId = "text", fullyQualifiedName = "text?",
  labels = fields { singular = "text?", plural = "text?" } }
-- An operation without a result answers 204, or the envelope of a batch.
local done = { results = maybe(list "map"), errors = maybe(list(entry)), status = "text?" }

local shapes = {
  record_create = record, record_get = record, record_update = record,
  record_list = { results = list(record), paging = paging },
  record_search = { results = list(record), paging = paging, total = "count?" },
  records_create = batch, records_read = batch, records_update = batch, records_upsert = batch,
  record_archive = done, records_archive = done, dissociate = done, labels_update = done, labels_delete = done,
  limits_purge = done,
  labels_list = { results = list(label) }, labels_create = { results = list(label) },
  limits_all = { results = list(limit) }, limits_list = { results = list(limit) },
  limits_create = { results = list(limit), errors = maybe(list(entry)), status = "text?" },
  limits_update = { results = list(limit), errors = maybe(list(entry)), status = "text?" },
  track_labels = { results = list "map" }, track_from = { results = list "map" }, track_to = { results = list "map" },
  track_records = "map", track_pipelines = "map", track_properties = "map", track_objects = "map",
  track_calculated = "map", track_pair = "map", usage_report = "map", account = "map",
  schemas_list = { results = list(schema) }, schema_get = schema,
}

local finished = { COMPLETE = true, CANCELED = true, error = true }

-- Refuses an envelope whose status says that the batch is still running. Where no list tells what was done, the
-- envelope's status must tell it.
local function check_envelope(value, shape)
  local status = value.status ~= NULL and value.status or nil
  if status and not finished[status] then return ("the batch is %s, not complete"):format(status) end
  if shape ~= done or status or (value.errors and value.errors ~= NULL) then return nil end
  return (value.results == nil or value.results == NULL) and "the answer does not say that it is done" or nil
end

local M = {}

for operation, shape in pairs(shapes) do
  M[operation] = function(value)
    local problem = check(value, shape, "the answer")
    if problem or type(shape) == "string" or not shape.status then return problem end
    return check_envelope(value, shape)
  end
end

--- Whether an operation may succeed without a body.
function M.may_be_empty(operation)
  return shapes[operation] == done
end

return M
