--- What commands on records share: properties, keys, and how records are shown.
local answer = require "tether.cli.shown.answer"
local shape = require "tether.cli.line.shape"

local M = {}

-- Properties that the server keeps. A table shows them only when they are asked for.
local KEPT_BY_SERVER = { createdate = true, lastmodifieddate = true, hs_lastmodifieddate = true, hs_object_id = true }

--- The object type that the command is about.
M.type = { "type", "Object type: contacts, companies, 0-3, …", type = "TYPE" }

--- The option that chooses properties.
M.properties = { "--properties", "Properties to read, joined by commas.", value = "LIST", convert = function(text)
  local list = {}
  for name in text:gmatch "[^,%s]+" do list[#list + 1] = name end
  if #list == 0 then return nil, "names joined by commas are needed" end
  return list
end }

--- A record as JSON.
M.json = shape.object { { "id", "integer" }, { "properties", shape.map "any" }, { "new?", "boolean" },
  { "associations?", "any" }, { "archived?", "boolean" }, { "createdAt?", "string" }, { "updatedAt?", "string" } }

--- A row that was not written, as JSON.
M.failure = shape.object { { "row", "integer" }, { "code", "string" }, { "message", "string" } }

--- The id of a record, which may have been typed as a key.
-- @tparam table hub
-- @tparam table record { type =, id = an integer or "email=jane@example.com" }
-- @treturn integer
function M.id(hub, record)
  if math.type(record.id) == "integer" then return record.id end
  local property, value = record.id:match "^(.-)=(.*)$"
  return hub:get(record.type, value, { id_property = property }).id
end

--- Reads "name=value".
-- @treturn ?table { name, value }
-- @treturn ?string what is wrong
function M.assignment(text)
  local name, value = text:match "^([^=]+)=(.*)$"
  if name then return { name, value } end
  return nil, ("NAME=VALUE is needed, got %s"):format(text)
end

--- Makes a table of assignments.
-- @treturn table name -> value
function M.assigned(list)
  local properties = {}
  for _, property in ipairs(list) do properties[property[1]] = property[2] end
  return properties
end

-- The properties that a table shows: those that were asked for, else those of the first record.
local function columns_of(records, asked)
  if asked then return asked end
  local names = {}
  for name in pairs(records[1] and records[1].properties or {}) do
    if not KEPT_BY_SERVER[name] then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

--- Shows records as a table.
-- @param out
-- @tparam {table,...} records
-- @tparam ?{string,...} properties
function M.show(out, records, properties)
  local names, rows = columns_of(records, properties), {}
  for i, record in ipairs(records) do
    rows[i] = { record.id }
    for c, name in ipairs(names) do rows[i][c + 1] = record.properties[name] or "" end
  end
  answer.rows(out, { "id", table.unpack(names) }, rows)
end

--- Prints records as they come: JSON lines at once, a table at the end.
-- @tparam table options the command's: json, limit, properties
-- @param out
-- @tparam function next_record iterator
-- @tparam table json the shape of the command
function M.print(options, out, next_record, json)
  local kept, count = {}, 0
  for record in next_record do
    if options.json then
      answer.json(out, record, json.of)
    else
      kept[#kept + 1] = record
    end
    count = count + 1
    if count == options.limit then break end
  end
  if not options.json then M.show(out, kept, options.properties) end
end

return M
