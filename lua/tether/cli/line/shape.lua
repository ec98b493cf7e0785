--- The shape of a command's JSON. Help shows it, the encoder follows it, and the specs check it.
--
-- A shape is "integer", "number", "string", "boolean" or "any", or the result of one of these functions. A field whose
-- name ends in "?" may be missing.
local M = {}

--- A list of values of one shape.
function M.list(of) return { kind = "list", of = of } end

--- Values of one shape, by name.
function M.map(of) return { kind = "map", of = of } end

--- Several JSON values, one in each line.
-- @param of the shape of every line
-- @param[opt] first the shape of the first line, where it differs
function M.lines(of, first) return { kind = "lines", of = of, first = first } end

--- An object; its fields are written in the given order.
-- @tparam {table,...} fields { { "id", "integer" }, { "label?", "string" } }
function M.object(fields)
  local shape = { kind = "object", fields = {} }
  for i, field in ipairs(fields) do
    local name, optional = field[1]:match "^(.-)(%??)$"
    shape.fields[i] = { name = name, shape = field[2], optional = optional == "?" }
  end
  return shape
end

local function described_object(shape)
  local parts = {}
  for i, field in ipairs(shape.fields) do
    parts[i] = ('"%s"%s: %s'):format(field.name, field.optional and "?" or "", M.describe(field.shape))
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

--- The shape as help shows it: {"id": integer, "label"?: string}.
-- @treturn string
function M.describe(shape)
  if type(shape) == "string" then return shape end
  if shape.kind == "list" then return "[" .. M.describe(shape.of) .. ", …]" end
  if shape.kind == "map" then return '{"…": ' .. M.describe(shape.of) .. "}" end
  if shape.kind == "object" then return described_object(shape) end
  local first = shape.first and M.describe(shape.first) .. " in the first line, then " or ""
  return first .. M.describe(shape.of) .. " a line"
end

-- Undoes "\/", which cjson writes for a slash: JSON allows it, but readers do not expect it.
local function text(value)
  return (require("cjson").encode(value):gsub("\\(.)", function(escaped) return escaped == "/" and "/" or nil end))
end

local function scalar(value)
  if type(value) == "string" then return text(value) end
  if math.type(value) == "float" and (value ~= value or math.abs(value) == math.huge) then return "null" end
  if math.type(value) == "float" then return ("%.17g"):format(value) end
  return tostring(value)
end

local function joined(list, of)
  local parts = {}
  for i, value in ipairs(list) do parts[i] = M.encode(value, of) end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function by_name(map, of)
  local names, parts = {}, {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for i, name in ipairs(names) do parts[i] = text(tostring(name)) .. ":" .. M.encode(map[name], of) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function fields_of(value, shape)
  local parts = {}
  for _, field in ipairs(shape.fields) do
    if value[field.name] ~= nil then
      parts[#parts + 1] = text(field.name) .. ":" .. M.encode(value[field.name], field.shape)
    end
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- Writes a value as JSON on one line; integers stay exact.
-- @param value of the shape
-- @param shape
-- @treturn string
function M.encode(value, shape)
  if type(value) == "userdata" then return "null" end
  if type(value) ~= "table" then return scalar(value) end
  local kind = shape == "any" and (#value > 0 and "list" or "map") or shape.kind
  if kind == "list" then return joined(value, shape.of or "any") end
  if kind == "map" then return by_name(value, shape.of or "any") end
  return fields_of(value, shape)
end

return M
