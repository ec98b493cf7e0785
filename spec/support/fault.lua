--- Compares a decoded JSON value with the shape that a command documents (tether.cli.line.shape).
local M = {}

local function is_scalar(value, shape)
  if shape == "integer" then return math.tointeger(value) ~= nil and type(value) == "number" end
  return type(value) == shape
end

local function each(value, of, place)
  for key, item in pairs(value) do
    local problem = M.of(item, of, ("%s[%s]"):format(place, key))
    if problem then return problem end
  end
end

local function of_object(value, shape, place)
  local known = {}
  for _, field in ipairs(shape.fields) do
    local item = value[field.name]
    known[field.name] = true
    if item == nil and not field.optional then return ("%s has no %s"):format(place, field.name) end
    local problem = item ~= nil and M.of(item, field.shape, place .. "." .. field.name)
    if problem then return problem end
  end
  for name in pairs(value) do
    if not known[name] then return ("%s.%s is not documented"):format(place, name) end
  end
end

--- What is wrong with a value; nil: nothing.
-- @treturn ?string
function M.of(value, shape, place)
  place = place or "the value"
  if shape == "any" then return nil end
  if type(shape) == "string" then
    return not is_scalar(value, shape) and ("%s is no %s: %s"):format(place, shape, tostring(value)) or nil
  end
  if type(value) ~= "table" then return ("%s is no %s"):format(place, shape.kind) end
  if shape.kind == "object" then return of_object(value, shape, place) end
  if shape.kind == "list" and next(value) and #value == 0 then return place .. " is no list" end
  return each(value, shape.of, place)
end

return M
